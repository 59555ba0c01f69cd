/** Dates and numbers in the reader's language. The host's locale wins over the browser's once it is known. */
let locale: string | undefined;

export function setLocale(next: string): void {
  const tag = next.replace('_', '-');
  locale = Intl.DateTimeFormat.supportedLocalesOf([tag])[0] ?? locale;
}

export const currentLocale = (): string => locale ?? navigator.language ?? 'en';

/** `2026-05-01` as a local calendar day; `new Date('2026-05-01')` would be midnight in UTC, often the day before. */
export function parseDay(day: string): Date | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (!match) return null;
  const [year, month, date] = [Number(match[1]), Number(match[2]) - 1, Number(match[3])];
  const parsed = new Date(year, month, date);
  return parsed.getMonth() === month && parsed.getDate() === date ? parsed : null;
}

const pad = (n: number) => String(n).padStart(2, '0');

/** The local calendar day of a moment, as `YYYY-MM-DD`. */
export const dayOf = (moment: Date): string =>
  `${moment.getFullYear()}-${pad(moment.getMonth() + 1)}-${pad(moment.getDate())}`;

export const today = (): string => dayOf(new Date());

/** The last millisecond of a local day, as the API wants times. Null when the text is no day. */
export function endOfDay(day: string): string | null {
  const start = parseDay(day);
  if (!start) return null;
  return new Date(start.getFullYear(), start.getMonth(), start.getDate() + 1, 0, 0, 0, -1).toISOString();
}

/** A day of the calendar: `1 May 2026`. Text that is no day is shown as it is. */
export function formatDay(day: string): string {
  const parsed = parseDay(day);
  return parsed ? parsed.toLocaleDateString(currentLocale(), { dateStyle: 'medium' }) : day;
}

const asDate = (time: string): Date | null => {
  const parsed = new Date(time);
  return Number.isNaN(parsed.getTime()) ? null : parsed;
};

/** A moment: `1 May 2026, 14:03`. */
export function formatTime(time: string): string {
  return asDate(time)?.toLocaleString(currentLocale(), { dateStyle: 'medium', timeStyle: 'short' }) ?? time;
}

export function formatDateOf(time: string): string {
  return asDate(time)?.toLocaleDateString(currentLocale(), { dateStyle: 'medium' }) ?? time;
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** How long ago or ahead: `3 days ago`. `now` is in milliseconds since the epoch. */
export function formatAgo(time: string, now: number = Date.now()): string {
  const moment = asDate(time);
  if (!moment) return time;
  const seconds = (moment.getTime() - now) / 1000;
  const words = new Intl.RelativeTimeFormat(currentLocale(), { numeric: 'auto' });
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return words.format(Math.round(seconds / size), unit);
  }
  return words.format(0, 'second');
}

export const formatCount = (n: number): string => n.toLocaleString(currentLocale());

/** `1 asset`, `2 assets`. */
export const counted = (n: number, one: string, many: string = `${one}s`): string =>
  `${formatCount(n)} ${n === 1 ? one : many}`;
