import { render } from '@testing-library/react';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { HistoryChange, HistoryEntry } from '../src/api/model';
import de from '../src/messages/de';
import en from '../src/messages/en';
import { formatDateOf, formatDay } from '../src/messages/format';
import { actorName, viaText } from '../src/pages/asset/entry';
import { Sentence } from '../src/pages/asset/Sentence';
import { aFree, theSchema } from './support';
import { listedChanges, sentenceId, sentenceValues } from '../src/pages/asset/sentence-values';

const change = (field: string, from: string | null, to: string | null): HistoryChange => ({
  field,
  from,
  to,
  fromDisplayName: null,
  toDisplayName: null,
});

const ada = { person: 'a1', accountId: 'p:1', displayName: 'Ada', number: 1, erased: false };
const noOne = { person: null, accountId: null, displayName: null, number: null, erased: false };

const entry = (
  type: string,
  changes: HistoryChange[] = [],
  part: Partial<HistoryEntry> = {},
): HistoryEntry => ({
  revision: 1,
  type,
  at: '2026-05-01T10:00:00Z',
  effectiveAt: null,
  actor: { ...ada, via: 'user' },
  changes,
  note: null,
  reason: null,
  requestId: null,
  ...part,
});

const names: Record<string, string> = { 'p:2': 'Vic Viewer', 'p:3': 'Mara Novak', 'p:4': '<b>Eve</b> & co' };

const words = { nameOf: (id: string) => names[id] ?? id, schema: theSchema([aFree('cost_centre')]) };

const draw = (one: HistoryEntry) => render(<Sentence entry={one} words={words} />).container;

const textOf = (one: HistoryEntry) => draw(one).textContent;

describe('the history reads as sentences', () => {
  it('names who got the asset and until when', () => {
    const one = entry('asset.checked_out', [
      change('holder', null, 'p:2'),
      change('dueOn', null, '2026-06-03'),
    ]);
    expect(textOf(one)).toBe(`Ada checked it out to Vic Viewer, due back on ${formatDay('2026-06-03')}`);
    expect(listedChanges(one)).toEqual([]);
  });

  it('sets off the people, and shows a name as it is, with any signs', () => {
    const drawn = draw(entry('asset.transferred', [change('holder', 'p:2', 'p:4')]));
    expect([...drawn.querySelectorAll('strong')].map(({ textContent }) => textContent)).toEqual([
      'Ada',
      'Vic Viewer',
      '<b>Eve</b> & co',
    ]);
  });

  it('names both people of a transfer', () => {
    expect(textOf(entry('asset.transferred', [change('holder', 'p:2', 'p:3')]))).toBe(
      'Ada transferred it from Vic Viewer to Mara Novak',
    );
  });

  it('names the person who returned an asset', () => {
    expect(textOf(entry('asset.checked_in', [change('holder', 'p:2', null)]))).toBe(
      'Ada checked it in from Vic Viewer',
    );
  });

  it.each([
    [change('location', 'Berlin', 'Lisbon'), 'Ada changed Location from Berlin to Lisbon'],
    [change('cost_centre', null, '4711'), 'Ada set Cost centre to 4711'],
    [change('notes', 'old', null), 'Ada removed Notes (was old)'],
  ])('describes a single change in one line', (one, expected) => {
    expect(textOf(entry('asset.attributes_edited', [one]))).toBe(expected);
    expect(listedChanges(entry('asset.attributes_edited', [one]))).toEqual([]);
  });

  it('counts several changes and lists them', () => {
    const changes = [change('location', 'a', 'b'), change('model', null, 'c')];
    expect(textOf(entry('asset.attributes_edited', changes))).toBe('Ada changed 2 fields');
    expect(listedChanges(entry('asset.attributes_edited', changes))).toEqual(changes);
  });

  it('states since when a correction is true', () => {
    const corrected = entry('asset.corrected', [change('serial', 'X1', 'X7')], {
      effectiveAt: '2026-01-05T12:00:00Z',
    });
    expect(textOf(corrected)).toBe(
      `Ada corrected Serial number from X1 to X7, true since ${formatDateOf('2026-01-05T12:00:00Z')}`,
    );
  });

  it('describes an event of a newer server by the name of its type, and lists what it changed', () => {
    expect(textOf(entry('asset.label_printed'))).toBe('Ada recorded: label printed');
    const changed = entry('asset.label_printed', [change('status', 'in_stock', 'retired')]);
    expect(listedChanges(changed)).toEqual(changed.changes);
  });

  it('names who acted, and how the event came about', () => {
    const imported = { ...ada, via: 'import' } as const;
    expect([actorName(imported), viaText(imported)]).toEqual(['Ada', 'through an import']);
    expect(actorName({ ...noOne, via: 'app' })).toBe('Tally');
    expect(actorName({ ...ada, accountId: '712020:abcdef123456', displayName: null, via: 'user' })).toBe(
      'Unknown person (…123456)',
    );
    const erased = { ...ada, accountId: null, displayName: null, number: 3, erased: true };
    expect(actorName({ ...erased, via: 'user' })).toBe('Erased person #3');
  });
});

/** The stored names of the events of an aggregate, by the files that fix their stored form. */
const storedNames = (aggregate: string): string[] =>
  readdirSync('../event-log/golden')
    .map((file) => file.replace(/@\d+\.json$/, ''))
    .filter((name) => name.startsWith(`${aggregate}.`));

describe('the events of the server', () => {
  it('of an asset all have a sentence', () => {
    const names = storedNames('asset');
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => sentenceId(entry(name)) !== `history.${name}`)).toEqual([]);
  });

  it('of a tenant all have a sentence in German, as the server sends the English one', () => {
    // The view removes all rows of an erased tenant, so these have no sentence.
    const unseen = ['tenant.erased', 'tenant.keys_destroyed'];
    const names = storedNames('tenant').filter((name) => !unseen.includes(name));
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => !(`timeline.${name}` in de))).toEqual([]);
  });

  it('are described only by what an entry of the history has', () => {
    const known = new Set(Object.keys(sentenceValues(entry('asset.retired'), words)));
    const sentences = Object.entries(en).filter(([id]) => id.startsWith('history.asset.'));
    const used = sentences.flatMap(([, text]) =>
      [...text.matchAll(/\{(\w+)[,}]/g)].map(([, name]) => name ?? ''),
    );
    expect(used.filter((name) => !known.has(name))).toEqual([]);
  });
});
