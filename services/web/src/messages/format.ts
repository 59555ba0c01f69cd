import { calendarDaysBetween, parseDay } from '../day';

/** Dates and numbers as the reader's locale writes them. */
let locale = 'en';

export function setFormatLocale(next: string): void {
  locale = Intl.DateTimeFormat.supportedLocalesOf([next])[0] ?? 'en';
}

export const currentLocale = (): string => locale;

/** A day of the calendar: `1 May 2026`. Text that is no day is shown as it is. */
export function formatDay(day: string): string {
  return parseDay(day)?.toLocaleDateString(locale, { dateStyle: 'medium' }) ?? day;
}

/** A day that cannot be misread: `Friday, 1 May 2026`. */
export function formatDayInWords(day: string): string {
  return parseDay(day)?.toLocaleDateString(locale, { dateStyle: 'full' }) ?? day;
}

const asDate = (time: string): Date | null => {
  const parsed = new Date(time);
  return Number.isNaN(parsed.getTime()) ? null : parsed;
};

/** A moment: `1 May 2026, 14:03`. */
export function formatTime(time: string): string {
  return asDate(time)?.toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' }) ?? time;
}

export function formatDateOf(time: string): string {
  return asDate(time)?.toLocaleDateString(locale, { dateStyle: 'medium' }) ?? time;
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/**
 * How long ago or ahead: `3 days ago`. `now` is in milliseconds since the epoch. From a day on, days
 * of the calendar are counted: what happened on Monday evening was not yesterday on Wednesday.
 */
export function formatAgo(time: string, now: number = Date.now()): string {
  const moment = asDate(time);
  if (!moment) return time;
  const seconds = (moment.getTime() - now) / 1000;
  const days = calendarDaysBetween(new Date(now), moment);
  const counted = new Intl.RelativeTimeFormat(locale, { numeric: 'always' });
  const named = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) < size) continue;
    return unit === 'day' ? named.format(days, unit) : counted.format(Math.round(seconds / size), unit);
  }
  return named.format(0, 'second');
}

export const formatCount = (n: number): string => n.toLocaleString(locale);

/** Several texts side by side: `a, b and c`, or `a, b or c` when one of them is meant. */
export const formatList = (texts: string[], type: 'conjunction' | 'disjunction' = 'conjunction'): string =>
  new Intl.ListFormat(locale, { type }).format(texts);

/** A part of a whole between 0 and 1: `42%`. */
export const formatShare = (share: number): string => share.toLocaleString(locale, { style: 'percent' });
