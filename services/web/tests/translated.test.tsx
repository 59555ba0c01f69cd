import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { IncidentBanner } from '../src/app/IncidentBanner';
import { NotFound } from '../src/app/NotFound';
import { BootFailure } from '../src/boot/BootFailure';
import RegisterDialog from '../src/components/asset/RegisterDialog';
import { navigate } from '../src/host/address';
import { Failure } from '../src/host/failure';
import { showTexts } from '../src/messages';
import german from '../src/messages/de';
import en from '../src/messages/en';
import ActionDialog from '../src/pages/asset/ActionDialog';
import type { AssetAction } from '../src/pages/asset/actions';
import AssetPage from '../src/pages/asset/AssetPage';
import AsOfDialog from '../src/pages/assets/AsOfDialog';
import { ListPage } from '../src/pages/assets/ListPage';
import QueryHelp from '../src/pages/assets/query/QueryHelp';
import DiagnosisPage from '../src/pages/diagnosis/DiagnosisPage';
import ImportPage from '../src/pages/import/ImportPage';
import ImportsPage from '../src/pages/import/ImportsPage';
import { anAsset, fakeServer, problem, renderAs, type Answer } from './support';

/*
 * Every text of the catalogue is shown within brackets, and every value of the server within
 * quotation marks. What is left of a page, but for numbers and signs, did not come from the
 * catalogue and would be English for readers of German.
 */

const marked = Object.fromEntries(Object.entries(german).map(([id, text]) => [id, `⟦${text}⟧`]));

const SHOWN_ATTRIBUTES = ['aria-label', 'title', 'placeholder', 'alt'];

/**
 * Words that no catalogue has: of the calendar, of the query language and of addresses and keys.
 */
const NO_TEXT = [
  /«[^»]*»/g,
  /\b[a-z]+\.[a-z_]+\b/g,
  // The select's own, in English, and read out before the first answer only.
  /^No options\. $/,
  /(?:\p{L}+tag|Mittwoch), \d+\. \p{L}+ \d{4}/gu,
  /\b(?:vor|in) \d+ \p{L}+|gestern|vorgestern|heute|jetzt/gu,
  /\b(?:startOf|endOf)(?:Day|Week|Month|Year)\(\)|\bnow\(\)|\bcurrentUser\(\)|\banyAttribute\b/g,
  /\b(?:AND|OR|NOT|not|in|like|startsWith|endsWith|is|EMPTY|ORDER|BY)\b/g,
  /\b(?:tag|name|type|status|holder|location|due|registered|updated)\b|"Serial Number"/g,
];

function withoutTexts(text: string): string {
  let [kept, depth] = ['', 0];
  for (const letter of text) {
    if (letter === '⟦') depth += 1;
    else if (letter === '⟧') depth -= 1;
    else if (depth === 0) kept += letter;
  }
  return NO_TEXT.reduce((rest, pattern) => rest.replace(pattern, ''), kept);
}

/** What stands on the page, or is read out, without being a text of the catalogue or a value. */
function leftovers(): string[] {
  const texts: string[] = [];
  const ignored = (node: Element | null) => node?.closest('style, script, datalist, code, [lang="en"]');
  for (const element of document.body.querySelectorAll('*')) {
    if (ignored(element)) continue;
    const isReadOut = !element.closest('[aria-hidden="true"]');
    if (isReadOut) for (const name of SHOWN_ATTRIBUTES) texts.push(element.getAttribute(name) ?? '');
    const hasText = [...element.childNodes].some(({ nodeType }) => nodeType === Node.TEXT_NODE);
    // A text with marked parts is one text, though several elements hold it.
    if (hasText && !/^(?:B|STRONG|A)$/.test(element.tagName)) {
      const copy = element.cloneNode(true) as Element;
      copy.querySelectorAll('code, style').forEach((node) => node.remove());
      texts.push(copy.textContent ?? '');
    }
  }
  return texts.map((text) => withoutTexts(text)).filter((text) => /\p{L}{2}/u.test(text));
}

const person = { person: '«id»', accountId: '«acct»', displayName: '«Vic»', number: 1, erased: false };

const asset = anAsset({
  tag: '«A-1»',
  status: 'checked_out',
  holder: person,
  dueOn: '2026-01-05',
  attributes: { name: '«ThinkPad»', type: '«Laptop»', notes: '«n»', purchased_on: '2026-01-01' },
});

const inStock = anAsset({ ...asset, status: 'in_stock', holder: null, dueOn: null });

const entry = (revision: number, type: string, changes: object[], more: object = {}) => ({
  revision,
  type,
  at: '2026-02-01T10:00:00Z',
  effectiveAt: null,
  actor: { ...person, via: 'import' },
  changes,
  note: null,
  reason: null,
  requestId: null,
  ...more,
});

const change = (field: string, from: string | null, to: string | null) => ({ field, from, to });

const history = [
  entry(5, 'asset.corrected', [change('serial', '«a»', '«b»')], { effectiveAt: '2026-01-15T10:00:00Z' }),
  entry(4, 'asset.attributes_edited', [change('location', '«a»', null), change('model', null, '«b»')]),
  entry(3, 'asset.transferred', [change('holder', '«p»', '«q»'), change('dueOn', null, '2026-01-05')]),
  entry(2, 'asset.checked_in', [change('holder', '«p»', null)], { note: '«note»' }),
  entry(1, 'asset.registered', [change('name', null, '«ThinkPad»')]),
];

const job = {
  id: 'i',
  fileName: '«devices»',
  fileNameErased: false,
  dryRun: true,
  state: 'finished',
  startedAt: '2026-02-01T10:00:00Z',
  finishedAt: null,
  startedBy: person,
  columns: [{ header: '«Name»', field: 'name', number: 1, findings: [], message: '' }],
  reading: { encoding: '«UTF-8»', encodingGuessed: true, separator: 'comma', headerLine: 1, dayOrder: null },
  counts: { rows: 3, registered: 1, registeredWithWarning: 1, refused: 1, pending: 0 },
};

const row = (number: number, verdict: string, codes: string[]) => ({
  row: number,
  line: number + 1,
  verdict,
  codes,
  findings: codes.map((code) => ({ code, parameters: {} })),
  message: 'English of the server.',
  tag: null,
  assetId: null,
});

const installation = {
  tenant: {
    id: '«t»',
    clientKey: '«c»',
    baseUrl: '«base»',
    displayUrl: '«shown»',
    productType: '«jira»',
    status: 'enabled',
    firstInstalledAt: '2026-01-01T10:00:00Z',
    lastHandshakeAt: '2026-02-01T10:00:00Z',
    lastPageLoadAt: null,
  },
  secrets: [
    {
      fingerprint: '«f»',
      state: 'current',
      since: '2026-01-01T10:00:00Z',
      acceptedUntil: null,
      lastUsedAt: null,
      uses: 5,
    },
  ],
};

const finding = {
  entry: 'D5',
  likelihood: 'certain',
  symptom: 'English of the server.',
  cause: 'English of the server.',
  why: ['English of the server.', 'English of the server.'],
  reasons: [
    {
      code: 'install_for_another_address',
      values: { at: '2026-02-01T10:00:00Z' },
      text: 'English of the server.',
    },
    {
      code: 'tokens_mismatched',
      values: { count: 1, first: '2026-02-01T10:00:00Z', last: '2026-02-01T10:00:00Z' },
      text: 'English of the server, too.',
    },
  ],
  remedy: 'English of the server.',
};

const rotated = {
  position: '7',
  at: '2026-02-01T10:00:00Z',
  type: 'tenant.shared_secret_rotated',
  summary: 'English of the server.',
  fingerprint: '«f»',
  details: { previous: '«g»', previousUntil: '2026-02-02T10:00:00Z' },
};

const refusedCallback = {
  at: '2026-02-01T10:00:00Z',
  callback: '«installed»',
  outcome: 'refused',
  code: 'install.audience_mismatch',
  cause: 'English of the server.',
  remedy: 'English of the server.',
  fingerprint: null,
  claimedClientKey: '«c»',
  requestId: '«r»',
  suppressedSince: 2,
};

const facets = {
  status: [{ value: 'in_stock', count: 3 }],
  type: Array.from({ length: 9 }, (_, n) => ({ value: `«type ${n}»`, count: n })),
  location: [],
  holder: [],
  uncounted: {},
};

const notice = {
  id: 'n',
  component: 'pages',
  title: '«title»',
  stage: 'identified',
  since: '2026-02-01T10:00:00Z',
  message: '«message»',
  updatedAt: '2026-02-01T11:00:00Z',
};

const routes: Record<string, () => Answer> = {
  'GET /assets': () => ({ items: [asset, inStock], nextCursor: null }),
  'GET /assets/facets': () => facets,
  'GET /assets/asset-1': () => asset,
  'GET /assets/asset-1/history': () => ({ items: history, nextCursor: '«more»' }),
  'GET /people': () => ({ items: [] }),
  'GET /imports': () => ({ items: [job] }),
  'GET /imports/i': () => job,
  'GET /imports/i/rows': () => ({
    items: [
      row(1, 'registered', []),
      row(2, 'registered_with_warning', ['import.name_from_model']),
      row(3, 'refused', ['asset.name_empty']),
    ].map((one) => (one.codes.length === 0 ? { ...one, message: '' } : one)),
    nextCursor: null,
  }),
  'GET /admin/installation': () => installation,
  'GET /admin/diagnosis': () => ({ asOf: '2026-02-01T10:00:00Z', remembersSince: null, findings: [finding] }),
  'GET /admin/timeline': () => ({ items: [rotated], nextCursor: '«more»' }),
  'GET /admin/install-log': () => ({ items: [refusedCallback], nextCursor: '«more»' }),
  'GET /notices': () => ({ items: [notice], statusUrl: 'http://tally.test/status' }),
};

function open(node: ReactNode, others: typeof routes = {}) {
  renderAs(node, fakeServer({ ...routes, ...others }).transport);
}

/** Until nothing is on its way any more. */
const settled = () => waitFor(() => expect(document.querySelector('[role="status"] svg')).toBeNull());

const nothing = () => undefined;

beforeAll(() => {
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => 600 });
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { configurable: true, get: () => 1280 });
});

beforeEach(() => showTexts('de', 'de', marked));

afterEach(() => showTexts('en', 'en', en));

describe('in German, nothing is in English on', () => {
  it('the list', async () => {
    open(<ListPage />);
    await screen.findByRole('grid');
    await screen.findByText(/Nach Status/);
    expect(leftovers()).toEqual([]);
  });

  it('a list of the past that finds nothing', async () => {
    navigate('#/?asOf=2024-05-01&q=x&query=y&columns=tag,serial', { replace: true });
    open(<ListPage />, { 'GET /assets': () => ({ items: [], nextCursor: null }) });
    await screen.findByText(/Nichts gefunden/);
    expect(leftovers()).toEqual([]);
  });

  it('an empty register', async () => {
    open(<ListPage />, { 'GET /assets': () => ({ items: [], nextCursor: null }) });
    await screen.findByText(/Legen Sie Ihren Bestand an/);
    expect(leftovers()).toEqual([]);
  });

  it('a query with an error', async () => {
    navigate('#/?query=name', { replace: true });
    const invalid = { from: 0, to: 4, expected: ['«=»'] };
    open(<ListPage />, { 'GET /assets': () => problem(400, 'query.invalid', invalid) });
    await screen.findByText(/Die Abfrage enthält einen Fehler/);
    expect(leftovers()).toEqual([]);
  });

  it('a failure without a text of its own', async () => {
    open(<ListPage />, { 'GET /assets': () => new Response('', { status: 418 }) });
    await screen.findByText(/Die Liste konnte nicht geladen werden/);
    expect(leftovers()).toEqual([]);
  });

  it('an asset with its history', async () => {
    open(<AssetPage id="asset-1" asOfDay={null} />);
    await screen.findByText(/hat das Asset erfasst/);
    await settled();
    expect(leftovers()).toEqual([]);
  });

  it.each<[AssetAction, object]>([
    ['checkOut', inStock],
    ['transfer', asset],
    ['checkIn', asset],
    ['edit', asset],
    ['correct', asset],
    ['retire', inStock],
    ['restore', { ...inStock, status: 'retired' }],
  ])('the dialog of %s, also when it is refused', async (action, subject) => {
    open(<ActionDialog action={action} asset={{ ...inStock, ...subject }} onClose={nothing} />);
    const dialog = await screen.findByRole('dialog');
    expect(leftovers()).toEqual([]);
    const submit = dialog.querySelector<HTMLButtonElement>('button[type="submit"]');
    if (submit && !submit.disabled) {
      await userEvent.click(submit);
      await screen.findAllByRole('alert');
      expect(leftovers()).toEqual([]);
    }
  });

  it('the dialog that registers an asset', async () => {
    open(<RegisterDialog onClose={nothing} />);
    await userEvent.click(await screen.findByRole('button', { name: /Feld hinzufügen/ }));
    await userEvent.click(screen.getByRole('button', { name: /Erfassen/ }));
    await screen.findByText(/Geben Sie eine Bezeichnung/);
    expect(leftovers()).toEqual([]);
  });

  it('the dialog of a past day', async () => {
    open(<AsOfDialog day="2026-01-01" onChange={nothing} onClose={nothing} />);
    await screen.findByRole('dialog');
    expect(leftovers()).toEqual([]);
  });

  it('the help of the query language', async () => {
    open(<QueryHelp onChoose={nothing} onClose={nothing} />);
    await screen.findByRole('dialog');
    expect(leftovers()).toEqual([]);
  });

  it('the imports', async () => {
    open(<ImportsPage />);
    await screen.findByRole('table');
    expect(leftovers()).toEqual([]);
  });

  it('an import and its rows', async () => {
    open(<ImportPage id="i" />);
    await screen.findByRole('grid');
    await screen.findByText(/Die Bezeichnung fehlt/);
    expect(leftovers()).toEqual([]);
  });

  it('the diagnosis, with its timeline and callbacks', async () => {
    open(<DiagnosisPage />);
    await screen.findByText(/veröffentlichten Deskriptor/);
    await screen.findByText(/hat «g» ersetzt/);
    expect(leftovers()).toEqual([]);
    await userEvent.click(screen.getByRole('tab', { name: /Callbacks/ }));
    await screen.findByText(/Der Callback ist für eine andere Adresse/);
    expect(leftovers()).toEqual([]);
  });

  it('what surrounds the pages', async () => {
    open(
      <>
        <IncidentBanner />
        <NotFound />
        <BootFailure
          failure={new Failure({ code: 'host.bridge_missing', requestId: '«r»' })}
          onRetry={nothing}
        />
      </>,
    );
    await screen.findByText(/Ursache ist bekannt/);
    expect(leftovers()).toEqual([]);
  });

  it('a text of the server that has no translation, but for being marked as English', async () => {
    const reasons = [{ code: 'of_tomorrow', values: {}, text: 'English of the server.' }];
    const unknown = { ...finding, entry: 'D99', reasons };
    open(<DiagnosisPage />, {
      'GET /admin/diagnosis': () => ({ asOf: '', remembersSince: null, findings: [unknown] }),
    });
    const texts = await screen.findAllByText('English of the server.');
    expect(texts.every((text) => text.closest('[lang="en"]'))).toBe(true);
    expect(leftovers()).toEqual([]);
  });
});
