/*
 * Days of the calendar, `YYYY-MM-DD`, in the reader's time zone.
 */

/**
 * The local start of a day; `new Date('2026-05-01')` would be midnight in UTC, often the day
 * before.
 */
export function parseDay(day: string): Date | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (!match) return null;
  const [year, month, date] = [Number(match[1]), Number(match[2]) - 1, Number(match[3])];
  const parsed = new Date(year, month, date);
  return parsed.getMonth() === month && parsed.getDate() === date ? parsed : null;
}

const pad = (n: number) => String(n).padStart(2, '0');

/** The local day of a moment. */
export const dayOf = (moment: Date): string =>
  `${moment.getFullYear()}-${pad(moment.getMonth() + 1)}-${pad(moment.getDate())}`;

export const today = (): string => dayOf(new Date());

/** The day so many days of the calendar before today; a day may have 23 or 25 hours. */
export function daysAgo(days: number): string {
  const now = new Date();
  return dayOf(new Date(now.getFullYear(), now.getMonth(), now.getDate() - days));
}

/** How many days of the calendar a moment is after another, negative if it is before. */
export function calendarDaysBetween(from: Date, to: Date): number {
  const dayNumber = (moment: Date) =>
    Date.UTC(moment.getFullYear(), moment.getMonth(), moment.getDate()) / 86_400_000;
  return dayNumber(to) - dayNumber(from);
}

/** The last millisecond of a local day, as the API takes times. Null when the text is no day. */
export function endOfDay(day: string): string | null {
  const start = parseDay(day);
  if (!start) return null;
  return new Date(start.getFullYear(), start.getMonth(), start.getDate() + 1, 0, 0, 0, -1).toISOString();
}

/** A day that exists and is over; any other text means the present. */
export const readPastDay = (day: string | null): string | null =>
  day && endOfDay(day) && day < today() ? day : null;
