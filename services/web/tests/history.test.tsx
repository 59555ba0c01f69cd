import { screen } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { showTexts } from '../src/messages';
import de from '../src/messages/de';
import en from '../src/messages/en';
import { formatDateOf } from '../src/messages/format';
import { CorrectDialog } from '../src/pages/asset/CorrectDialog';
import { History } from '../src/pages/asset/History';
import { anAsset, fakeServer, renderAs } from './support';

const entry = (revision: number, type: string, at: string, effectiveAt: string | null) => ({
  revision,
  type,
  at,
  effectiveAt,
  actor: { accountId: 'ada', displayName: 'Ada', via: 'user' },
  changes: type === 'asset.corrected' ? [{ field: 'serial', from: 'X1', to: 'X7' }] : [],
  note: null,
  reason: null,
  requestId: null,
});

const since = '2026-01-05T12:00:00Z';
const history = [
  entry(2, 'asset.corrected', '2026-03-01T10:00:00Z', since),
  // A clock was set back after this one.
  entry(1, 'asset.retired', '2026-06-01T10:00:00Z', since),
  entry(0, 'asset.registered', '2026-01-02T10:00:00Z', null),
];

function show(revision: number, isPast: boolean) {
  const server = fakeServer({ 'GET /assets/asset-1/history': () => ({ items: history, nextCursor: null }) });
  renderAs(<History asset={anAsset({ revision })} isPast={isPast} />, server.transport);
  return screen.findAllByRole('listitem');
}

describe('the history', () => {
  it.each([
    ['en', en, 'true since'],
    ['de', de, 'gültig seit'],
  ])('says since when a back-dated event is true (%s)', async (language, texts, words) => {
    showTexts(language, language, texts);
    const [corrected, retired, registered] = (await show(2, false)).map((item) => item.textContent);
    const said = `${words} ${formatDateOf(since)}`;
    expect(retired).toContain(said);
    expect(corrected).toContain(formatDateOf(since));
    expect(registered).not.toContain(words);
  });

  it('of a past day ends at the revision that the asset had then, whatever the clocks say', async () => {
    showTexts('en', 'en', en);
    expect(await show(1, true)).toHaveLength(2);
    expect(screen.getByText('1 later entry is not shown.')).toBeTruthy();
  });
});

describe('the dialog to correct a record', () => {
  it.each([
    ['en', en, /A past day still shows what was recorded by the end of that day/],
    ['de', de, /Ein vergangener Tag zeigt weiterhin, was bis zum Ende dieses Tages erfasst war/],
  ])('says what past days show (%s)', (language, texts, words) => {
    showTexts(language, language, texts);
    renderAs(<CorrectDialog asset={anAsset()} onClose={vi.fn()} />, fakeServer({}).transport);
    expect(screen.getByText(words)).toBeTruthy();
  });
});
