import { screen } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { showTexts } from '../src/messages';
import de from '../src/messages/de';
import en from '../src/messages/en';
import { formatDateOf, formatTime } from '../src/messages/format';
import AssetPage from '../src/pages/asset/AssetPage';
import { CorrectDialog } from '../src/pages/asset/CorrectDialog';
import { History } from '../src/pages/asset/History';
import { anAsset, fakeServer, problem, renderAs } from './support';

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

function show(items: typeof history, asOf?: string) {
  const server = fakeServer({ 'GET /assets/asset-1/history': () => ({ items, nextCursor: null }) });
  renderAs(<History id="asset-1" asOf={asOf} />, server.transport);
  return server;
}

describe('the history', () => {
  it.each([
    ['en', en, 'true since'],
    ['de', de, 'gültig seit'],
  ])('says since when a back-dated event is true (%s)', async (language, texts, words) => {
    showTexts(language, language, texts);
    show(history);
    const items = await screen.findAllByRole('listitem');
    const [corrected, retired, registered] = items.map((item) => item.textContent);
    const said = `${words} ${formatDateOf(since)}`;
    expect(retired).toContain(said);
    expect(corrected).toContain(formatDateOf(since));
    expect(registered).not.toContain(words);
  });

  it('of a past day is what the server says had been recorded, and says so', async () => {
    showTexts('en', 'en', en);
    const asOf = '2026-02-01T22:59:59.999Z';
    const server = show(history.slice(2), asOf);
    expect(await screen.findAllByRole('listitem')).toHaveLength(1);
    expect(server.to('GET', '/assets/asset-1/history')[0]?.query).toMatchObject({ asOf });
    expect(screen.getByText('What was recorded after that day is not shown.')).toBeTruthy();
  });

  it('says since when the holder has the asset, also after many other events', async () => {
    showTexts('en', 'en', en);
    const handOver = entry(3, 'asset.transferred', '2025-05-01T10:00:00Z', null);
    const server = fakeServer({
      'GET /assets/asset-1': () =>
        anAsset({
          status: 'checked_out',
          revision: 90,
          holder: { person: 'p', accountId: 'a', displayName: 'Ada', number: 1, erased: false },
        }),
      'GET /assets/asset-1/history': ({ query }) => ({
        items: query['type'] === 'asset.checked_out,asset.transferred' ? [handOver] : history,
        nextCursor: null,
      }),
    });
    renderAs(<AssetPage id="asset-1" asOfDay={null} />, server.transport);
    expect(await screen.findByText(`since ${formatTime(handOver.at)}`)).toBeTruthy();
  });

  it('remains of an asset whose registration was withdrawn', async () => {
    showTexts('en', 'en', en);
    const items = [entry(1, 'asset.withdrawn', since, null), entry(0, 'asset.registered', since, null)];
    const server = fakeServer({
      'GET /assets/asset-1': () => problem(404, 'asset.withdrawn'),
      'GET /assets/asset-1/history': () => ({ items, nextCursor: null }),
    });
    renderAs(<AssetPage id="asset-1" asOfDay={null} />, server.transport);
    expect(await screen.findByRole('heading', { name: 'Registration withdrawn', level: 1 })).toBeTruthy();
    expect(await screen.findByText('withdrew the registration', { exact: false })).toBeTruthy();
    expect(screen.queryByRole('alert')).toBeNull();
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
