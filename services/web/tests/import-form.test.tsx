import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import type { ImportPreview } from '../src/api/model';
import { navigate } from '../src/host/address';
import ImportPage from '../src/pages/import/ImportPage';
import ImportsPage from '../src/pages/import/ImportsPage';
import { fakeServer, problem, renderAs, type Sent } from './support';

const preview = (query: Sent['query']): ImportPreview => ({
  reading: {
    encoding: query['encoding'] ?? 'windows-1252',
    encodingGuessed: query['encoding'] === undefined,
    separator: 'semicolon',
    headerLine: Number(query['headerLine'] ?? 1),
    dayOrder: query['dayOrder'] === 'day_first' ? 'day_first' : null,
  },
  needsDayOrder: query['dayOrder'] === undefined,
  encodings: ['UTF-8', 'windows-1252', 'windows-1251'],
  rows: 2,
  columns: [
    { header: 'Item Name', field: 'name', number: 1, findings: [], message: '' },
    {
      header: 'Name',
      field: 'Name 2',
      number: 3,
      findings: [{ code: 'import.column_could_be', parameters: { field: 'name', column: 1 } }],
      message: 'It could be the field name as well.',
    },
  ],
  sample: [{ row: 1, line: 2, cells: ['Lüfter', 'Ann'] }],
});

const job = {
  id: 'i',
  fileName: 'a.csv',
  fileNameErased: false,
  dryRun: true,
  state: 'finished',
  startedAt: '2026-02-01T10:00:00Z',
  finishedAt: '2026-02-01T10:01:00Z',
  startedBy: { person: 'a0', accountId: 'p', displayName: 'Vic', number: 1, erased: false },
  columns: [],
  reading: null,
  counts: { rows: 6, registered: 3, registeredWithWarning: 2, refused: 1, pending: 0 },
};

afterEach(() => navigate('#/', { replace: true }));

function open(others: Parameters<typeof fakeServer>[0] = {}) {
  const server = fakeServer({
    'GET /imports': () => ({ items: [], nextCursor: null }),
    'POST /imports/preview': ({ query }) => preview(query),
    'POST /imports': () => job,
    ...others,
  });
  renderAs(<ImportsPage />, server.transport);
  return server;
}

async function choose(bytes: number[]) {
  const input = await screen.findByLabelText('CSV file');
  const file = new File([new Uint8Array(bytes)], 'a.csv', { type: 'text/csv' });
  await userEvent.upload(input, file);
}

describe('a file that is chosen', () => {
  it('is shown as the server reads it, and is imported as it was shown', async () => {
    const server = open();
    await choose([0x4c, 0xfc]);
    const encoding = await screen.findByLabelText('Encoding');
    expect(screen.getByText(/does not say which one/)).toBeTruthy();
    expect(screen.getByText('Lüfter')).toBeTruthy();
    expect(screen.getByText('It could be the field name as well.')).toBeTruthy();
    fireEvent.change(encoding, { target: { value: 'windows-1251' } });
    await screen.findByDisplayValue('windows-1251');
    fireEvent.change(screen.getByLabelText(/Days such as/), { target: { value: 'day_first' } });
    await screen.findByDisplayValue('Day first: 3 April');
    fireEvent.change(screen.getByLabelText('Field of the column Name'), { target: { value: 'name' } });
    await userEvent.click(screen.getByRole('button', { name: 'Check the rows' }));
    await waitFor(() => expect(server.to('POST', '/imports')).toHaveLength(1));
    const sent = server.to('POST', '/imports').at(-1);
    expect(sent?.body).toEqual([0x4c, 0xfc]);
    expect(sent?.query).toEqual({
      fileName: 'a.csv',
      dryRun: 'true',
      encoding: 'windows-1251',
      separator: 'semicolon',
      headerLine: '1',
      dayOrder: 'day_first',
      fields: '3:name',
    });
  });

  it('cannot be imported while the server cannot read it', async () => {
    open({ 'POST /imports/preview': () => problem(422, 'import.not_csv') });
    await choose([0x00]);
    await screen.findByText('The file cannot be read');
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Check the rows' }).disabled).toBe(true);
  });
});

describe('the counts of an import', () => {
  it('agree with each other, and a check registers nothing', async () => {
    const rows = { 'GET /imports/i/rows': () => ({ items: [], nextCursor: null }) };
    const server = fakeServer({ 'GET /imports/i': () => job, ...rows });
    renderAs(<ImportPage id="i" />, server.transport);
    const would = await screen.findByText('Would be registered');
    expect(would.parentElement?.textContent).toContain('5');
    expect(screen.getByText('Of these with a warning').parentElement?.textContent).toContain('2');
    expect(screen.getByRole('button', { name: 'Without a warning 3' })).toBeTruthy();
    expect(screen.queryByText('Registered')).toBeNull();
  });

  it('are nothing registered for a check in the list', async () => {
    open({ 'GET /imports': () => ({ items: [job], nextCursor: null }) });
    const table = await screen.findByRole('table');
    const cells = within(table)
      .getAllByRole('cell')
      .map(({ textContent }) => textContent);
    expect(cells.slice(2, 5)).toEqual(['6', '0', '1']);
  });
});
