import { describe, expect, it } from 'vitest';
import { completions, type Known } from '../src/pages/assets/query/completions';
import { tidy, quoteWord } from '../src/pages/assets/query/language';
import { orderOf } from '../src/pages/assets/query/order-by';
import { correctQuery, replaceRange, toUnits } from '../src/pages/assets/query/edit';
import { splitTokens } from '../src/pages/assets/query/tokens';
import { aFree, theSchema } from './support';

const known: Known = {
  schema: theSchema([aFree('cost_centre'), aFree('cost_centre_2', 'Cost centre (old)')]),
  values: {
    type: [
      { value: 'Laptop', label: 'Laptop' },
      { value: 'Docking station', label: 'Docking station' },
    ],
    location: [
      { value: 'Berlin', label: 'Berlin' },
      { value: 'New York', label: 'New York' },
    ],
    status: [],
    holder: [{ value: 'acct:vic', label: 'Vic Viewer' }],
  },
};

/** `|` is the caret. */
function at(marked: string) {
  const caret = marked.indexOf('|');
  return completions(marked.replace('|', ''), caret, known);
}

const offered = (marked: string) => at(marked).items.map(({ text }) => text);

describe('what could come next', () => {
  it.each([
    ['|', ['tag', 'name', 'type']],
    ['ty|', ['type']],
    ['ser|', ['serial']],
    ['STATUS|', ['status_note']],
    ['cos|', ['cost_centre', '"Cost centre (old)"']],
    ['"Cos|', ['cost_centre', '"Cost centre (old)"']],
    ['type |', ['=', '!=', 'in (', 'not in (']],
    ['status |', ['=', '!=', 'in (', 'not in (']],
    ['anyAttribute |', ['like', 'not like']],
    ['"Serial Number" is |', ['EMPTY', 'not EMPTY']],
    ['serial is not |', ['EMPTY']],
    ['name not |', ['in (', 'like', 'startsWith', 'endsWith']],
    ['name sta|', ['startsWith']],
    ['type = |', ['Laptop', '"Docking station"']],
    ['type =|', ['Laptop', '"Docking station"']],
    ['objectType = do|', ['"Docking station"']],
    ['location in (|', ['Berlin', '"New York"']],
    ['location in (Berlin, n|', ['"New York"']],
    ['location in (Berlin |', [',', ')']],
    ['location = "Ne|', ['"New York"']],
    ['status = |', ['in_stock', 'checked_out', 'retired']],
    ['status = check|', ['checked_out']],
    ['holder = |', ['currentUser()', 'acct:vic']],
    ['holder = Vic|', ['acct:vic']],
    ['due < |', ['now()', 'startOfDay()']],
    ['purchased_on < startOfY|', ['startOfYear()']],
    ['updated > now(-2w) |', ['AND', 'OR', 'ORDER BY']],
    ['due in (now(-1d), startOfW|', ['startOfWeek()']],
    ['type = Laptop |', ['AND', 'OR', 'ORDER BY']],
    ['(type = Laptop |', [')', 'AND', 'OR']],
    ['type = Laptop a|', ['AND']],
    ['type = Laptop AND sta|', ['status']],
    ['NOT (na|', ['name']],
    ['type = Laptop ORDER |', ['BY']],
    ['type = Laptop ORDER BY |', ['tag', 'name', 'type', 'location', 'status', 'updated']],
    ['ORDER BY name |', ['ASC', 'DESC']],
    // After a part that is no sense, the next condition is helped with again.
    ['= = what AND sta|', ['status']],
    ['type = lap| AND status = retired', ['Laptop']],
  ])('%s', (marked, expected) => {
    expect(offered(marked).slice(0, expected.length)).toEqual(expected);
  });

  it.each([
    // In full already: a list would only be in the way.
    'type = Laptop|',
    'LOCATION|',
    // Within a function, a quotation that is closed, a field without known values.
    'updated > now(-2|',
    'name = "type|"',
    'name = Ma|',
    'type = Laptop ORDER BY name DESC |',
    'type = = |',
  ])('nothing for %s', (marked) => {
    expect(offered(marked)).toEqual([]);
  });

  it('takes the place of the word or of the open quotation that is typed', () => {
    expect(at('type = lap| AND x')).toMatchObject({ from: 7, to: 10 });
    expect(at('location = "Ne|')).toMatchObject({ from: 11, to: 14 });
    expect(at('type =|')).toMatchObject({ from: 6, to: 6 });
  });

  it('never breaks, for any text', () => {
    const pieces = [
      'type',
      ' ',
      '=',
      '(',
      ')',
      '"',
      "'",
      '\\',
      ',',
      '!',
      'in',
      'not',
      'is',
      'ORDER BY',
      '\u{1F4BB}',
      '<=',
    ];
    let seed = 7;
    const next = () => (seed = (seed * 16807) % 2147483647) % pieces.length;
    for (let round = 0; round < 2000; round += 1) {
      const text = Array.from({ length: 1 + (round % 12) }, () => pieces[next()]).join('');
      for (let caret = 0; caret <= text.length; caret += 1) {
        const { from, to } = completions(text, caret, known);
        expect(from <= to && to <= text.length && from <= caret).toBe(true);
      }
    }
  });
});

describe('the pieces of a query', () => {
  it('are words, quotations and signs', () => {
    const text = `a>='b\\'c'AND "d e`;
    expect(splitTokens(text).map(({ kind, text }) => [kind, text])).toEqual([
      ['word', 'a'],
      ['sign', '>='],
      ['quoted', "b'c"],
      ['word', 'AND'],
      ['quoted', 'd e'],
    ]);
    expect(splitTokens(text).map(({ isOpen }) => isOpen)).toEqual([false, false, false, false, true]);
    expect(splitTokens(text).at(-1)).toMatchObject({ from: 13, to: 17 });
  });

  it('are written in quotes where they have to be', () => {
    expect(['Laptop', 'New York', 'in', 'a"b', ''].map(quoteWord)).toEqual([
      'Laptop',
      '"New York"',
      '"in"',
      '"a\\"b"',
      '""',
    ]);
  });

  it('stand on one line, each where it stood', () => {
    expect(tidy('  type = Laptop\r\nAND\tstatus = retired\n')).toBe('type = Laptop  AND status = retired');
  });
});

describe('a word put in', () => {
  it.each([
    ['type =', 6, 6, 'Laptop', 'type = Laptop |'],
    ['ty', 0, 2, 'type', 'type |'],
    ['ty = x', 0, 2, 'type', 'type |= x'],
    ['location in (Berlin ', 20, 20, ',', 'location in (Berlin, |'],
    ['location in (Berlin ', 20, 20, ')', 'location in (Berlin) |'],
    ['type i', 5, 6, 'in (', 'type in (|'],
    ['location in (Ber)', 13, 16, 'Berlin', 'location in (Berlin|)'],
  ])('%s', (text, from, to, word, expected) => {
    const edited = replaceRange(text, { from, to }, word);
    expect(`${edited.text.slice(0, edited.caret)}|${edited.text.slice(edited.caret)}`).toBe(expected);
  });

  it.each([
    // What is missing comes before what is there.
    ['type Laptop', 'Laptop', '=', 'type = Laptop'],
    ['type = New York', 'York', 'OR', 'type = New OR York'],
    ['location in Berlin', 'Berlin', '(', 'location in (Berlin'],
    ['type = AND status = retired', 'AND', 'Laptop', 'type = Laptop AND status = retired'],
    ['ORDER name', 'name', 'BY', 'ORDER BY name'],
    // What is wrong makes way.
    ['status = lost', 'lost', 'in_stock', 'status = in_stock '],
    ['status like retired', 'like', '=', 'status = retired'],
    ['status < retired', '<', '!=', 'status != retired'],
    ['name lik Mac', 'lik', 'like', 'name like Mac'],
    ['name startWith Mac', 'startWith', 'startsWith', 'name startsWith Mac'],
    ['type = Laptop adn status = retired', 'adn', 'AND', 'type = Laptop AND status = retired'],
    ['serial is blank', 'blank', 'EMPTY', 'serial is EMPTY '],
    ['due < today()', 'today', 'startOfDay()', 'due < startOfDay()'],
    // A quotation without end is ended where it ends now.
    ['name = "Mac', '"Mac', '"', 'name = "Mac"'],
  ])('where %s is wrong', (query, wrong, word, expected) => {
    const from = query.indexOf(wrong);
    expect(correctQuery(query, { from, to: from + wrong.length }, word).text).toBe(expected);
  });

  it('at the end where something is missing', () => {
    expect(correctQuery('type', { from: 4, to: 4 }, '=')).toEqual({ text: 'type = ', caret: 7 });
  });

  it('finds a range that is counted in characters', () => {
    expect(toUnits('name = \u{1F4BB} x', { from: 9, to: 10 })).toEqual({ from: 10, to: 11 });
    expect(toUnits('ab', { from: 7, to: 9 })).toEqual({ from: 2, to: 2 });
  });
});

describe('the order of a query', () => {
  it.each([
    ['type = Laptop order by Name desc', { field: 'name', descending: true }],
    ['ORDER BY updated', { field: 'updated_at', descending: false }],
    ['type = x ORDER BY objectType ASC', { field: 'type', descending: false }],
    ['type = x', null],
    ['name = "ORDER BY tag"', null],
    ['type = x ORDER BY shoe', { field: 'shoe', descending: false }],
  ])('%s', (query, expected) => {
    expect(orderOf(query)).toEqual(expected);
  });
});
