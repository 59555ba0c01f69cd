import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import type { Finding, Installation, InstallLogEntry, Secret } from '../src/api/model';
import { navigate } from '../src/host/address';
import { showTexts } from '../src/messages';
import de from '../src/messages/de';
import en from '../src/messages/en';
import DiagnosisPage from '../src/pages/diagnosis/DiagnosisPage';
import { fakeServer, renderAs, someone } from './support';

const secret = (part: Partial<Secret> = {}): Secret => ({
  fingerprint: 'aaaa',
  state: 'current',
  since: '2026-05-01T10:00:00Z',
  acceptedUntil: null,
  lastUsedAt: '2026-05-02T10:00:00Z',
  uses: 5,
  ...part,
});

const installation = (lastPageLoadAt: string | null = null): Installation => ({
  tenant: {
    id: 't',
    clientKey: 'c',
    baseUrl: 'http://acme.localhost',
    displayUrl: null,
    productType: 'jira',
    status: 'enabled',
    firstInstalledAt: '2026-01-01T10:00:00Z',
    lastHandshakeAt: '2026-05-01T10:00:00Z',
    lastPageLoadAt,
  },
  secrets: [secret()],
});

const refused: InstallLogEntry = {
  at: '2026-05-03T10:00:00Z',
  callback: 'installed',
  outcome: 'refused',
  code: 'install.audience_mismatch',
  cause: 'Made for another address.',
  remedy: 'Update the app.',
  fingerprint: null,
  claimedClientKey: 'c',
  requestId: null,
  suppressedSince: 0,
};

const finding = (part: Partial<Finding> = {}): Finding => ({
  entry: 'D5',
  likelihood: 'certain',
  symptom: 'Installing fails with 401.',
  cause: 'The callback is made for another base URL.',
  why: ['English of the server.', 'English of the server, too.'],
  reasons: [
    {
      code: 'install_for_another_address',
      values: { at: '2026-05-03T10:00:00Z' },
      text: 'English of the server.',
    },
    {
      code: 'tokens_mismatched',
      values: { count: 3, first: '2026-05-02T10:00:00Z', last: '2026-05-03T10:00:00Z' },
      text: 'English of the server, too.',
    },
  ],
  remedy: 'Retry the installation.',
  ...part,
});

function routesOf(findings: Finding[], lastPageLoadAt: string | null = null) {
  return {
    'GET /admin/installation': () => installation(lastPageLoadAt),
    'GET /admin/diagnosis': () => ({ asOf: '2026-05-03T10:00:00Z', remembersSince: null, findings }),
    'GET /admin/timeline': () => ({ items: [], nextCursor: null }),
    'GET /admin/install-log': () => ({ items: [refused], nextCursor: null }),
  };
}

const serverOf = (findings: Finding[], lastPageLoadAt: string | null = null) =>
  fakeServer(routesOf(findings, lastPageLoadAt));

afterEach(() => {
  showTexts('en', 'en', en);
  navigate('#/', { replace: true });
});

describe('the diagnosis page', () => {
  it('shows each secret by its fingerprint and what to do about a refused callback', async () => {
    renderAs(<DiagnosisPage />, serverOf([]).transport);
    expect(await screen.findByText('aaaa')).toBeTruthy();
    await userEvent.click(screen.getByRole('tab', { name: 'Callbacks' }));
    expect(await screen.findByText('Made for another address.')).toBeTruthy();
    expect(screen.getByText(/Update the app/)).toBeTruthy();
  });

  it('shows each problem with its cause, evidence and remedy, the most certain first', async () => {
    const guess = finding({ entry: 'D13', likelihood: 'possible', symptom: 'The keys are unavailable.' });
    renderAs(<DiagnosisPage />, serverOf([finding(), guess]).transport);
    expect(await screen.findByRole('heading', { name: 'Problems found' })).toBeTruthy();
    const titles = screen.getAllByRole('heading', { level: 3 }).map(({ textContent }) => textContent);
    expect(titles).toEqual(['Installing fails with 401.', 'The keys are unavailable.']);
    expect(screen.getAllByText(/callback of .* was made for another base URL\.$/).length).toBe(2);
    expect(screen.getAllByText(/3 times from .*2026.* to .*2026/).length).toBe(2);
    expect(screen.getAllByText('Retry the installation.').length).toBe(2);
    expect(screen.getByText('Certain')).toBeTruthy();
    expect(screen.queryByText('No problems found')).toBeNull();
  });

  it('shows what worked last when nothing is wrong', async () => {
    const opened = new Date(Date.now() - 5 * 60_000).toISOString();
    renderAs(<DiagnosisPage />, serverOf([], opened).transport);
    expect(await screen.findByText('No problems found')).toBeTruthy();
    expect(screen.getByText(/Last page that opened/).textContent).toContain('5 minutes ago');
    expect(screen.getByText(/Last handshake with Jira/)).toBeTruthy();
  });

  it('has no problems when there are only notes', async () => {
    renderAs(<DiagnosisPage />, serverOf([finding({ likelihood: 'note' })]).transport);
    expect(await screen.findByText('No problems found')).toBeTruthy();
    expect(screen.getByText('Last page that opened: none yet')).toBeTruthy();
    expect(screen.getByRole('heading', { name: 'Good to know' })).toBeTruthy();
  });

  it('keeps the tab and the choice of callbacks in the address', async () => {
    navigate('#/?tab=callbacks&outcome=refused', { replace: true });
    renderAs(<DiagnosisPage />, serverOf([]).transport);
    const choice = await screen.findByRole('checkbox', { name: 'Refused only' });
    expect((choice as HTMLInputElement).checked).toBe(true);
    await userEvent.click(choice);
    expect(window.location.hash).toBe('#/?tab=callbacks');
    await userEvent.click(screen.getByRole('tab', { name: 'Timeline' }));
    expect(window.location.hash).toBe('#/');
  });

  it('does not say that no callback was refused while older ones are not loaded', async () => {
    const accepted = { ...refused, outcome: 'accepted', code: null, cause: null, remedy: null };
    const open = (nextCursor: string | null) => {
      navigate('#/?tab=callbacks&outcome=refused', { replace: true });
      const { transport } = fakeServer({
        ...routesOf([]),
        'GET /admin/install-log': () => ({ items: [accepted], nextCursor }),
      });
      return renderAs(<DiagnosisPage />, transport);
    };
    const { unmount } = open('more');
    expect(await screen.findByText(/No refused callback among those loaded/)).toBeTruthy();
    unmount();
    open(null);
    expect(await screen.findByText('No callback was refused.')).toBeTruthy();
  });

  it('says in German which address has changed', async () => {
    showTexts('de', 'de', de);
    const moved = (position: string, details: object) => ({
      position,
      at: '2026-05-03T10:00:00Z',
      type: 'tenant.base_url_changed',
      summary: 'The site moved.',
      fingerprint: null,
      details,
    });
    const items = [
      moved('3', { from: 'https://a', to: 'https://b', displayUrl: null }),
      moved('2', { from: 'https://a', to: 'https://a', displayUrl: 'https://c' }),
      moved('1', { from: 'https://a', to: 'https://a', displayUrl: null }),
    ];
    const { transport } = fakeServer({
      ...routesOf([]),
      'GET /admin/timeline': () => ({ items, nextCursor: null }),
    });
    renderAs(<DiagnosisPage />, transport);
    expect(await screen.findByText(/von https:\/\/a zu https:\/\/b/)).toBeTruthy();
    expect(screen.getByText(/unter der Adresse https:\/\/c angezeigt/)).toBeTruthy();
    expect(screen.getByText(/unter der Adresse https:\/\/a angezeigt/)).toBeTruthy();
  });

  it('sends no request for a person who may not see it', () => {
    const server = fakeServer({});
    renderAs(<DiagnosisPage />, server.transport, someone(['asset.read']));
    expect(screen.getByText('permission.denied')).toBeTruthy();
    expect(server.sent).toEqual([]);
  });
});
