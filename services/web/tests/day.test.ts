import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { calendarDaysBetween, dayOf, daysAgo, parseDay } from '../src/day';
import { formatAgo, formatDayInWords, setFormatLocale } from '../src/messages/format';
import { readTypedDay } from '../src/typed-day';

afterEach(() => {
  vi.useRealTimers();
  setFormatLocale('en');
});

describe('a typed day', () => {
  it.each([
    ['2026-01-31', 'en'],
    ['2026/1/31', 'en'],
    ['31.1.2026', 'de'],
    ['31.01.2026', 'en'],
    ['31/01/2026', 'en'],
    ['1/31/2026', 'en-GB'],
    ['31 Jan 2026', 'de'],
    ['31. Januar 2026', 'de'],
    ['Jan 31, 2026', 'en'],
    ['January 31 2026', 'en'],
    ['31 janvier 2026', 'fr'],
    ['31-Jan-2026', 'en'],
  ])('%s in %s has one meaning', (typed, locale) => {
    expect(readTypedDay(typed, locale)).toEqual({ day: '2026-01-31' });
  });

  it.each(['en', 'en-GB', 'de', 'fr'])('in %s is never swapped by the locale', (locale) => {
    for (const typed of ['3/4/2026', '03/04/2026', '3-4-2026']) {
      expect(readTypedDay(typed, locale)).toBe('ambiguous');
    }
    expect(readTypedDay('5/5/2026', locale)).toEqual({ day: '2026-05-05' });
    expect(readTypedDay('3.4.2026', locale)).toEqual({ day: '2026-04-03' });
  });

  it.each(['', 'soon', '31.1.26', '2026-02-30', '13/13/2026', '+12026-01-01', '12026-01-01', '1/2', '2026'])(
    '%s is none',
    (typed) => {
      expect(readTypedDay(typed, 'en')).toBe('unreadable');
    },
  );

  it('reads back in every form, for each month and language', () => {
    for (const locale of ['en', 'en-GB', 'de']) {
      for (let month = 0; month < 12; month += 1) {
        const date = new Date(2026, month, 28);
        for (const dateStyle of ['long', 'medium'] as const) {
          const written = date.toLocaleDateString(locale, { dateStyle });
          expect(readTypedDay(written, locale), `${locale} ${written}`).toEqual({ day: dayOf(date) });
        }
      }
    }
  });
});

describe('days of the calendar', () => {
  beforeEach(() => vi.useFakeTimers());

  it('are counted from midnight to midnight', () => {
    const at = (day: number, hour: number) => new Date(2026, 2, day, hour);
    expect(calendarDaysBetween(at(4, 1), at(2, 20))).toBe(-2);
    expect(calendarDaysBetween(at(4, 1), at(4, 23))).toBe(0);
    vi.setSystemTime(at(4, 0));
    expect(daysAgo(1)).toBe('2026-03-03');
    expect(daysAgo(4)).toBe('2026-02-28');
  });

  it('yesterday is the day before today, not 24 hours', () => {
    const now = new Date(2026, 2, 4, 1).getTime();
    const ago = (day: number, hour: number) => formatAgo(new Date(2026, 2, day, hour).toISOString(), now);
    expect(ago(2, 20)).toBe('2 days ago');
    expect(ago(3, 0)).toBe('yesterday');
    expect(ago(3, 23)).toBe('2 hours ago');
    expect(ago(1, 12)).toBe('3 days ago');
  });

  it('a day is shown in words', () => {
    expect(formatDayInWords('2026-04-03')).toMatch(/^Friday, April 3, 2026$/);
    setFormatLocale('de');
    expect(formatDayInWords('2026-04-03')).toBe('Freitag, 3. April 2026');
    expect(parseDay('12026-01-01')).toBeNull();
  });
});
