import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { navigate } from '../src/host/address';
import ImportPage from '../src/pages/import/ImportPage';
import { fakeServer, renderAs } from './support';

const job = {
  id: 'i',
  fileName: 'devices.csv',
  fileNameErased: false,
  dryRun: false,
  state: 'finished',
  startedAt: '2026-02-01T10:00:00Z',
  finishedAt: '2026-02-01T10:01:00Z',
  startedBy: { person: 'a0', accountId: 'p', displayName: 'Vic', number: 1, erased: false },
  columns: [],
  reading: null,
  counts: { rows: 3, registered: 1, registeredWithWarning: 1, refused: 1, pending: 0 },
};

afterEach(() => navigate('#/', { replace: true }));

describe('the rows of an import', () => {
  it('are chosen by the address, which follows each choice', async () => {
    navigate('#/import/i?verdict=refused', { replace: true });
    const server = fakeServer({
      'GET /imports/i': () => job,
      'GET /imports/i/rows': () => ({ items: [], nextCursor: null }),
    });
    renderAs(<ImportPage id="i" />, server.transport);
    const all = await screen.findByRole('button', { name: /^All/ });
    expect(server.to('GET', '/imports/i/rows').at(-1)?.query['verdict']).toBe('refused');
    await userEvent.click(screen.getByRole('button', { name: /^With a warning/ }));
    expect(window.location.hash).toBe('#/import/i?verdict=registered_with_warning');
    await userEvent.click(all);
    expect(window.location.hash).toBe('#/import/i');
  });
});
