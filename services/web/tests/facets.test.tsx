import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { navigate } from '../src/host/address';
import type { Transport } from '../src/host/transport';
import { ListPage } from '../src/pages/assets/ListPage';
import { buttonText, countListed, isFound, toggle } from '../src/pages/assets/facets';
import { readList, toFilter } from '../src/pages/assets/list-state';
import { anAsset, fakeServer, json, problem, renderAs, theSchema, type Sent } from './support';

const user = userEvent.setup({ delay: null });

const place = (n: number) => ({ value: `Room ${String(n).padStart(3, '0')}`, count: 1 });

const FACETS = {
  status: [
    { value: 'in_stock', count: 5 },
    { value: 'checked_out', count: 3 },
  ],
  type: [
    { value: 'Laptop', count: 6 },
    { value: 'Monitor', count: 2 },
  ],
  location: Array.from({ length: 20 }, (_, n) => place(n)),
  holder: [],
  uncounted: {
    type: { without: 0, beyond: 0 },
    location: { without: 0, beyond: 40 },
    holder: { without: 0, beyond: 0 },
  },
};

function facets({ query }: Sent) {
  if (query['facet'] !== 'location') return FACETS;
  return { ...FACETS, location: [place(222)].filter(({ value }) => value.includes(query['find'] ?? '')) };
}

const serve = () =>
  fakeServer({
    'GET /assets': () => ({ items: [anAsset()], nextCursor: null }),
    'GET /assets/facets': facets,
  });

/** The button of a filter; headers of columns have the same names. */
const button = (name: string) =>
  waitFor(() => {
    const found = screen.getAllByRole('button', { name });
    const own = found.find((one) => one.getAttribute('aria-haspopup') === 'listbox');
    if (!own) throw new Error(`no filter ${name}`);
    return own;
  });

beforeAll(() => {
  // jsdom lays nothing out; the virtual rows need to know how much is visible.
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => 600 });
});

beforeEach(() => navigate('#/', { replace: true }));

describe('a filter', () => {
  it('takes several values, and the list has assets with any of them', async () => {
    const server = serve();
    renderAs(<ListPage />, server.transport);
    await user.click(await button('Type'));
    await user.click(await screen.findByRole('option', { name: /^Laptop/ }));
    await user.click(await screen.findByRole('option', { name: /^Monitor/ }));
    expect(await button('Type: Laptop and 1 more')).toBeTruthy();
    const chosen = () => server.to('GET', '/assets').at(-1)?.params.getAll('type');
    await waitFor(() => expect(chosen()).toEqual(['Laptop', 'Monitor']));
    expect(window.location.hash).toBe('#/?type=Laptop&type=Monitor');
    const selected = screen.getAllByRole('option', { selected: true });
    expect(selected.map(({ textContent }) => textContent)).toEqual(['Laptop66 assets', 'Monitor22 assets']);
    await user.click(screen.getByRole('option', { name: 'Any' }));
    expect(window.location.hash).toBe('#/');
  });

  it('is opened, used and left by keyboard, from the first time on', async () => {
    renderAs(<ListPage />, serve().transport);
    (await button('Type')).focus();
    await user.keyboard('{Enter}');
    const list = await screen.findByRole('listbox', { name: 'Filter by: Type' });
    await waitFor(() => expect(document.activeElement).toBe(list));
    await user.keyboard('{ArrowDown} ');
    expect(window.location.hash).toBe('#/?type=Laptop');
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('listbox')).toBeNull();
    expect(document.activeElement).toBe(await button('Type: Laptop'));

    await user.keyboard('{Enter}');
    await screen.findByRole('listbox');
    await user.tab();
    expect(document.activeElement).toBe(await button('Location'));
    expect(screen.queryByRole('listbox')).toBeNull();
    await user.tab({ shift: true });
    expect(document.activeElement).toBe(await button('Type: Laptop'));
  });

  it('finds a value beyond those that it lists', async () => {
    const server = serve();
    renderAs(<ListPage />, server.transport);
    await user.click(await button('Location'));
    const field = await screen.findByRole('combobox', { name: 'Search: Location' });
    expect(document.activeElement).toBe(field);
    expect(await screen.findByText(/40 assets have values that are not listed/)).toBeTruthy();
    await user.type(field, '222');
    await user.click(await screen.findByRole('option', { name: /^Room 222/ }));
    expect(window.location.hash).toBe('#/?location=Room+222');
    const asked = server.to('GET', '/assets/facets').filter(({ query }) => query['facet']);
    expect(asked.map(({ query }) => query['find'])).toEqual(['222']);
    const active = field.getAttribute('aria-activedescendant') ?? '';
    expect(document.getElementById(active)?.textContent).toContain('Room 222');
  });

  it('has no accessibility fault that can be seen without layout while it is open', async () => {
    const { container } = renderAs(<ListPage />, serve().transport);
    await user.click(await button('Location'));
    await screen.findByRole('combobox', { name: 'Search: Location' });
    const { violations } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  });

  it('compares texts without regard to case', () => {
    expect(isFound('Büro ÉCRAN', ' bu\u0308ro éc')).toBe(true);
    expect(toggle(['laptop', 'Dock'], 'Laptop')).toEqual(['Dock']);
    expect(toggle([], 'Laptop')).toEqual(['Laptop']);
    expect([buttonText('Type', []), buttonText('Type', ['Dock'])]).toEqual(['Type', 'Type: Dock']);
  });
});

describe('the summary', () => {
  it('counts the listed assets only', () => {
    const state = readList(new URLSearchParams('status=in_stock&type=laptop'), theSchema());
    expect(toFilter(state)).toEqual({ status: ['in_stock'], type: ['laptop'] });
    expect(countListed(FACETS, state)).toEqual({ status: [FACETS.status[0]], type: [FACETS.type[0]] });
    const all = readList(new URLSearchParams(), theSchema());
    expect(countListed(FACETS, all)).toEqual({ status: FACETS.status, type: FACETS.type });
  });

  it('agrees with the total when a card is pressed', async () => {
    renderAs(<ListPage />, serve().transport);
    const cards = await screen.findByText('By status');
    await user.click(await screen.findByRole('button', { name: /^In stock/ }));
    expect(await screen.findByText('5 assets')).toBeTruthy();
    expect(cards.isConnected).toBe(true);
    expect(screen.getByRole('button', { name: /^Checked out/ }).textContent).toContain('0');
  });
});

describe('rows of the question before', () => {
  const gridState = () => {
    const grid = screen.getByRole('grid');
    return [grid.getAttribute('aria-busy'), grid.hasAttribute('data-stale')];
  };

  /** A server that holds back the list that is searched for, until it may answer. */
  function holding(answer: () => Response) {
    const server = serve();
    let release: () => void = () => undefined;
    const transport: Transport = (path, init) =>
      path.includes('/assets?q=held')
        ? new Promise((resolve) => (release = () => resolve(answer())))
        : server.transport(path, init);
    return { transport, release: () => release() };
  }

  async function search(transport: Transport) {
    renderAs(<ListPage />, transport);
    await screen.findByRole('grid');
    expect(gridState()).toEqual(['false', false]);
    fireEvent.change(screen.getByRole('textbox', { name: 'Search assets' }), { target: { value: 'held' } });
    await waitFor(() => expect(gridState()).toEqual(['true', true]));
  }

  it('are marked while the answer loads', async () => {
    const { transport, release } = holding(() => json({ items: [anAsset()], nextCursor: null }));
    await search(transport);
    expect(within(screen.getByRole('grid')).getByText('A-000001')).toBeTruthy();
    act(release);
    await waitFor(() => expect(gridState()).toEqual(['false', false]));
  });

  it('go when there is none', async () => {
    const { transport, release } = holding(() => problem(403, 'permission.denied'));
    await search(transport);
    act(release);
    expect(await screen.findByText('The list could not be loaded')).toBeTruthy();
    expect(screen.queryByRole('grid')).toBeNull();
  });
});
