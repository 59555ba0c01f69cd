import { describe, expect, it } from 'vitest';
import type { HistoryChange, HistoryEntry } from '../src/api/types';
import { formatDateOf, formatDay } from '../src/components/format';
import { actorName, listedChanges, plainText, sentence, viaText } from '../src/pages/asset/sentences';

const change = (field: string, from: string | null, to: string | null): HistoryChange => ({
  field,
  from,
  to,
});

const entry = (
  type: string,
  changes: HistoryChange[] = [],
  part: Partial<HistoryEntry> = {},
): HistoryEntry => ({
  revision: 1,
  type,
  at: '2026-05-01T10:00:00Z',
  effectiveAt: null,
  actor: { accountId: 'p:1', displayName: 'Ada', via: 'user' },
  changes,
  note: null,
  reason: null,
  requestId: null,
  ...part,
});

const names: Record<string, string> = { 'p:2': 'Vic Viewer', 'p:3': 'Mara Novak' };
const said = (one: HistoryEntry) => plainText(sentence(one, (id) => names[id] ?? id));

describe('the history reads as sentences', () => {
  it('names who got the asset and until when', () => {
    const one = entry('asset.checked_out', [
      change('holder', null, 'p:2'),
      change('dueOn', null, '2026-06-03'),
    ]);
    expect(said(one)).toBe(`checked it out to Vic Viewer, due back ${formatDay('2026-06-03')}`);
    expect(listedChanges(one)).toEqual([]);
  });

  it('names both people of a transfer', () => {
    expect(said(entry('asset.transferred', [change('holder', 'p:2', 'p:3')]))).toBe(
      'transferred it from Vic Viewer to Mara Novak',
    );
  });

  it('names from whom an asset came back', () => {
    expect(said(entry('asset.checked_in', [change('holder', 'p:2', null)]))).toBe(
      'checked it in from Vic Viewer',
    );
  });

  it.each([
    [change('location', 'Berlin', 'Lisbon'), 'changed Location from Berlin to Lisbon'],
    [change('cost_centre', null, '4711'), 'set Cost centre to 4711'],
    [change('notes', 'old', null), 'removed Notes (was old)'],
  ])('tells a single change in one line', (one, expected) => {
    expect(said(entry('asset.attributes_edited', [one]))).toBe(expected);
    expect(listedChanges(entry('asset.attributes_edited', [one]))).toEqual([]);
  });

  it('counts several changes and lists them', () => {
    const changes = [change('location', 'a', 'b'), change('model', null, 'c')];
    expect(said(entry('asset.attributes_edited', changes))).toBe('changed 2 fields');
    expect(listedChanges(entry('asset.attributes_edited', changes))).toEqual(changes);
  });

  it('says since when a correction holds', () => {
    const corrected = entry('asset.corrected', [change('serial', 'X1', 'X7')], {
      effectiveAt: '2026-01-05T12:00:00Z',
    });
    expect(said(corrected)).toBe(
      `corrected Serial number from X1 to X7, true since ${formatDateOf('2026-01-05T12:00:00Z')}`,
    );
  });

  it('tells an event of a newer server by its own name', () => {
    expect(said(entry('asset.label_printed'))).toBe('recorded: label printed');
  });

  it('says who acted, and how the act came in', () => {
    const imported = { accountId: 'p:1', displayName: 'Ada', via: 'import' } as const;
    expect([actorName(imported), viaText(imported)]).toEqual(['Ada', 'via import']);
    expect(actorName({ accountId: null, displayName: null, via: 'app' })).toBe('Tally');
    expect(actorName({ accountId: '712020:abcdef123456', displayName: null, via: 'user' })).toBe(
      'Unknown person (…123456)',
    );
  });
});
