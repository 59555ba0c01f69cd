import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Asset, Facets } from '../src/api/model';
import { navigate } from '../src/host/address';
import { endOfDay } from '../src/day';
import { nextActive } from '../src/components/grid-keys';
import { ListPage } from '../src/pages/assets/ListPage';
import { currentSort, listHref, readList, runQuery, sortBy, toFilter } from '../src/pages/assets/list-state';
import { anAsset, fakeServer, problem, renderAs, someone, theSchema, type Sent } from './support';

const TOTAL = 250;
const PAGE = 100;

const register: Asset[] = Array.from({ length: TOTAL }, (_, i) =>
  anAsset({
    id: `id-${i}`,
    tag: `A-${String(i + 1).padStart(6, '0')}`,
    attributes: { name: `Thing ${i + 1}` },
  }),
);

const facets: Facets = {
  status: [{ value: 'in_stock', count: TOTAL }],
  type: [{ value: 'Laptop', count: 7 }],
  location: [],
  holder: [
    {
      value: 'p:1',
      person: 'a1',
      accountId: 'p:1',
      displayName: 'Vic Viewer',
      number: 1,
      erased: false,
      count: 3,
    },
  ],
};

function page({ query }: Sent) {
  const from = Number(query.cursor ?? 0);
  const items = query.q === 'nothing' ? [] : register.slice(from, from + PAGE);
  return { items, nextCursor: items.length === PAGE && from + PAGE < TOTAL ? String(from + PAGE) : null };
}

const serve = () =>
  fakeServer({
    'GET /assets': page,
    'GET /assets/facets': ({ query }) =>
      query.q === 'nothing' ? { status: [], type: [], location: [], holder: [] } : facets,
  });

beforeAll(() => {
  // jsdom lays nothing out; the virtual rows need to know how much is visible.
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => 600 });
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { configurable: true, get: () => 1280 });
});

describe('the list of assets', () => {
  it('draws only the visible rows of a long register and states the true total', async () => {
    renderAs(<ListPage />, serve().transport);
    const grid = await screen.findByRole('grid', { name: 'Assets' });
    await waitFor(() => expect(grid.getAttribute('aria-rowcount')).toBe(String(TOTAL + 1)));
    const rows = within(grid).getAllByRole('row');
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.length).toBeLessThan(40);
    expect(rows[1]?.textContent).toContain('A-000001');
    expect(rows[1]?.getAttribute('aria-rowindex')).toBe('2');
    expect(screen.getByText('250 assets')).toBeTruthy();
  });

  it('moves the active row by keyboard, loads on to the end, and opens the asset', async () => {
    const server = serve();
    renderAs(<ListPage />, server.transport);
    const grid = await screen.findByRole('grid');
    grid.focus();
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowUp}');
    const active = () => document.getElementById(grid.getAttribute('aria-activedescendant') ?? '');
    expect(active()?.textContent).toContain('A-000002');
    await userEvent.keyboard('{End}');
    await waitFor(() => expect(active()?.textContent).toContain('A-000250'));
    expect(server.to('GET', '/assets').map(({ query }) => query.cursor)).toEqual([undefined, '100', '200']);
    await userEvent.keyboard('{Enter}');
    expect(window.location.hash).toBe('#/asset/id-249');
  });

  it('begins at the row of the address, loading up to it, and keeps the row in the address', async () => {
    const server = serve();
    navigate('#/?row=149', { replace: true });
    renderAs(<ListPage />, server.transport);
    const grid = await screen.findByRole('grid');
    const active = () => document.getElementById(grid.getAttribute('aria-activedescendant') ?? '');
    await waitFor(() => expect(active()?.textContent).toContain('A-000150'));
    grid.focus();
    await userEvent.keyboard('{Home}');
    await waitFor(() => expect(window.location.hash).not.toContain('row=149'));
  });

  it('shows the columns of the address, and others when they are chosen', async () => {
    navigate('#/?columns=tag,serial', { replace: true });
    renderAs(<ListPage />, serve().transport);
    const titles = () => screen.getAllByRole('columnheader').map(({ textContent }) => textContent);
    await screen.findByRole('grid');
    expect(titles()).toEqual(['Tag', 'Serial number']);
    await userEvent.click(screen.getByRole('button', { name: 'Columns' }));
    await userEvent.click(await screen.findByRole('menuitemcheckbox', { name: 'Model' }));
    await waitFor(() => expect(titles()).toEqual(['Tag', 'Model', 'Serial number']));
    expect(window.location.hash).toBe('#/?columns=tag%2Cmodel%2Cserial');
  });

  it('shows holder, type and place in a second line where there is little room', async () => {
    const wide = vi
      .spyOn(HTMLElement.prototype, 'getBoundingClientRect')
      .mockReturnValue(new DOMRect(0, 0, 366, 600));
    const holder = {
      person: 'p',
      accountId: 'a',
      displayName: 'Vic Viewer',
      number: 1,
      erased: false,
    };
    const server = fakeServer({
      'GET /assets': () => ({ items: [anAsset({ status: 'checked_out', holder })], nextCursor: null }),
      'GET /assets/facets': () => facets,
    });
    renderAs(<ListPage />, server.transport);
    const row = (await screen.findByText('A-000001')).closest('[role=row]') as HTMLElement;
    const cells = within(row)
      .getAllByRole('gridcell')
      .map((cell) => cell.textContent);
    expect(cells.slice(3)).toEqual(['Type Laptop', 'Location Berlin', expect.stringContaining('Vic Viewer')]);
    const titles = screen.getAllByRole('columnheader').map(({ textContent }) => textContent);
    expect(titles).toEqual(['Tag', 'Name', 'Status', 'Type', 'Location', 'Holder']);
    wide.mockRestore();
  });

  it('asks with the filters of the address', async () => {
    const server = serve();
    navigate('#/?q=think&type=Laptop&holder=p%3A1&sort=-updated_at', { replace: true });
    renderAs(<ListPage />, server.transport);
    await screen.findByRole('grid');
    const [list] = server.to('GET', '/assets');
    expect(list?.query).toEqual({
      q: 'think',
      type: 'Laptop',
      holder: 'p:1',
      sort: '-updated_at',
      limit: '100',
    });
    // A filter's own values are counted without it, so that another can be chosen.
    const asked = server.to('GET', '/assets/facets').map(({ query }) => query);
    expect(asked).toContainEqual({ q: 'think', holder: 'p:1' });
    expect(await screen.findByRole('button', { name: 'Holder: Vic Viewer' })).toBeTruthy();
  });

  it('searches when typing pauses, once, and offers to clear when nothing is found', async () => {
    const server = serve();
    renderAs(<ListPage />, server.transport);
    const box = await screen.findByRole('textbox', { name: 'Search assets' });
    for (const value of ['n', 'not', 'nothing']) fireEvent.change(box, { target: { value } });
    expect(await screen.findByRole('heading', { name: 'Nothing found' })).toBeTruthy();
    const searched = server.to('GET', '/assets').filter(({ query }) => query.q);
    expect(searched.map(({ query }) => query.q)).toEqual(['nothing']);
    await userEvent.click(screen.getByRole('button', { name: 'Clear search and filters' }));
    expect(await screen.findByRole('grid')).toBeTruthy();
    expect(window.location.hash).toBe('#/');
  });

  it('sorts by a header, and the other way at the second press', async () => {
    const server = serve();
    renderAs(<ListPage />, server.transport);
    const name = await screen.findByRole('button', { name: 'Name' });
    await userEvent.click(name);
    await userEvent.click(name);
    await waitFor(() => expect(server.to('GET', '/assets').at(-1)?.query.sort).toBe('-name'));
    expect(screen.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort')).toBe('descending');
  });

  it('shows a past day as such and offers no action that changes something', async () => {
    const server = serve();
    navigate('#/?asOf=2024-05-01', { replace: true });
    renderAs(<ListPage />, server.transport);
    expect(await screen.findByText(/You see the past/)).toBeTruthy();
    expect(server.to('GET', '/assets')[0]?.query.asOf).toBe(endOfDay('2024-05-01'));
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Register asset' }).disabled).toBe(true);
    await userEvent.click(screen.getByRole('button', { name: 'Back to now' }));
    await waitFor(() => expect(server.to('GET', '/assets').at(-1)?.query.asOf).toBeUndefined());
  });

  it('offers a viewer no action that would be refused', async () => {
    renderAs(<ListPage />, serve().transport, someone(['asset.read']));
    await screen.findByRole('grid');
    expect(screen.queryByRole('button', { name: 'Register asset' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Import' })).toBeNull();
  });

  it('shows why the list could not be loaded', async () => {
    const server = fakeServer({ 'GET /assets': () => problem(403, 'permission.denied') });
    renderAs(<ListPage />, server.transport);
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('cause of permission.denied.');
    expect(alert.textContent).toContain('remedy of permission.denied.');
  });

  it('has no accessibility fault that can be seen without layout', async () => {
    const { container } = renderAs(<ListPage />, serve().transport);
    await screen.findByRole('grid');
    await screen.findByText('By status');
    const { violations } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
    expect(violations.map((violation) => violation.id)).toEqual([]);
  });
});

describe('the address of a list', () => {
  it('brings the same list back', () => {
    const text =
      'q=x&query=name+like+%22%26%3D%22&type=Laptop&status=in_stock&location=Berlin&holder=p&asOf=2024-05-01&sort=-name&columns=tag,serial&row=137';
    const state = readList(new URLSearchParams(text), theSchema());
    expect(readList(new URLSearchParams(listHref(state).split('?')[1]), theSchema())).toEqual(state);
  });

  it('takes invalid values as the plain list', () => {
    const invalid = new URLSearchParams('asOf=2024-02-31&sort=shoe_size&columns=&shoes=x&row=-1');
    const state = readList(invalid, theSchema());
    expect(state).toEqual({
      q: '',
      query: '',
      facets: {},
      asOfDay: null,
      sort: null,
      columns: null,
      row: 0,
    });
    expect(currentSort(state)).toEqual({ field: 'tag', descending: false });
    expect(readList(new URLSearchParams('asOf=2999-01-01'), theSchema()).asOfDay).toBeNull();
    expect(toFilter(state)).toEqual({});
  });
});

describe('the order of a list', () => {
  const list = (text: string) => readList(new URLSearchParams(text), theSchema());

  it('is that of the query until a header is pressed', () => {
    expect(currentSort(list('query=ORDER+BY+name+DESC'))).toEqual({ field: 'name', descending: true });
    expect(currentSort(list('query=ORDER+BY+name+DESC&sort=tag'))).toEqual({
      field: 'tag',
      descending: false,
    });
  });

  it('is not kept in the address where the list has it by itself', () => {
    const byTag = { field: 'tag', descending: false };
    expect(sortBy(list('sort=name'), byTag)).toEqual({ sort: null });
    expect(sortBy(list('query=ORDER+BY+name'), byTag)).toEqual({ sort: byTag });
  });

  it('is that of a query that is run and has one, and no longer that of a header', () => {
    expect(runQuery(list('sort=name'), 'type = x ORDER BY tag').sort).toBeNull();
    expect(runQuery(list('sort=name'), 'type = x').sort).toEqual({ field: 'name', descending: false });
  });
});

describe('the keys of the grid', () => {
  it.each([
    ['ArrowDown', 5, 6],
    ['ArrowDown', 9, 9],
    ['ArrowUp', 0, 0],
    ['PageDown', 3, 7],
    ['PageUp', 3, 0],
    ['Home', 8, 0],
    ['End', 2, 9],
    ['x', 2, null],
  ])('%s from row %i', (key, from, to) => {
    expect(nextActive(key, from, 10, 4)).toBe(to);
  });

  it('go nowhere in an empty grid', () => {
    expect(nextActive('End', 0, 0, 4)).toBeNull();
  });
});
