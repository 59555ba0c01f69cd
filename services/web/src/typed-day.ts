/*
 * Days as people type them. Only what has one meaning is a day: the country of `3/4/2026` is never
 * guessed. The server reads days by the same rule (domain/src/value/day.rs).
 */
import { parseDay } from './day';

/** What a typed text means: a day, two days by country, or none. */
export type TypedDay = { day: string } | 'ambiguous' | 'unreadable';

const pad = (digits: string, length: number) => digits.padStart(length, '0');

const toDay = (year: string, month: string, day: string): string | null => {
  const written = `${year}-${pad(month, 2)}-${pad(day, 2)}`;
  return parseDay(written) && written;
};

const letters = (text: string) => text.normalize().toLocaleLowerCase().replaceAll('.', '');

/** The number of the month that has this name, in full or short, in one of the languages. */
function findMonth(word: string, locales: string[]): string | null {
  const sought = letters(word);
  for (const locale of locales) {
    for (let month = 0; month < 12; month += 1) {
      const first = new Date(2024, month, 1);
      const names = (['long', 'short'] as const).flatMap((style) => [
        first.toLocaleDateString(locale, { month: style }),
        first.toLocaleDateString(locale, { month: style, day: 'numeric' }).replace(/[\d\s.]/g, ''),
      ]);
      const isName = (name: string) =>
        letters(name) === sought || (sought.length === 3 && letters(name).startsWith(sought));
      if (names.some(isName)) return String(month + 1);
    }
  }
  return null;
}

const orEnd = (day: string | null): TypedDay => (day ? { day } : 'unreadable');

function readNumbers(sign: string, a: string, b: string, year: string): TypedDay {
  const dayFirst = toDay(year, b, a);
  if (sign === '.') return orEnd(dayFirst);
  const monthFirst = toDay(year, a, b);
  if (dayFirst && monthFirst && dayFirst !== monthFirst) return 'ambiguous';
  return orEnd(dayFirst ?? monthFirst);
}

function readNamedMonth(text: string, locale: string): TypedDay {
  const parts = text.split(/[\s,.\-/]+/).filter((part) => part !== '' && part !== 'de');
  const [first, second, third] = parts;
  if (parts.length !== 3 || !first || !second || !third) return 'unreadable';
  const isDigits = (part: string, most: number) => new RegExp(`^\\d{1,${most}}$`).test(part);
  const [day, month] = isDigits(first, 2) ? [first, second] : [second, first];
  const number = findMonth(month, [locale, 'en']);
  if (!number || !isDigits(day, 2) || !/^\d{4}$/.test(third)) return 'unreadable';
  return orEnd(toDay(third, number, day));
}

/** Reads a day: year first, with dots the day first, the month in letters, or both ways the same. */
export function readTypedDay(typed: string, locale: string): TypedDay {
  const text = typed.trim();
  const yearFirst = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/.exec(text);
  if (yearFirst) return orEnd(toDay(yearFirst[1]!, yearFirst[3]!, yearFirst[4]!));
  const yearLast = /^(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4})$/.exec(text);
  if (yearLast) return readNumbers(yearLast[2]!, yearLast[1]!, yearLast[3]!, yearLast[4]!);
  return readNamedMonth(text, locale);
}
