import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { navigate } from '../src/host/address';
import { ListPage } from '../src/pages/assets/ListPage';
import { anAsset, fakeServer, problem, renderAs, type Answer, type Sent } from './support';

const user = userEvent.setup({ delay: null });

/** The problem of a query, as the server reports it. */
const wrong = (from: number, to: number, expected: string[]) =>
  problem(400, 'query.invalid', {
    detail: 'An operator is expected.',
    remedy: 'Correct the query.',
    field: 'query',
    from,
    to,
    expected,
  });

const PROBLEMS: Record<string, () => Answer> = {
  type: () => wrong(4, 4, ['=', '!=']),
  'type Laptop': () => wrong(5, 11, ['=']),
  'name = \u{1F4BB} Mac': () => wrong(9, 12, ['AND', 'OR', 'ORDER BY']),
  '= x': () =>
    wrong(
      0,
      1,
      Array.from({ length: 500 }, (_, n) => `field_${n}`),
    ),
  'name = "': () => wrong(7, 8, []),
};

function serve() {
  const answer = (right: (sent: Sent) => object) => (sent: Sent) =>
    PROBLEMS[sent.query.query ?? '']?.() ?? right(sent);
  const isNothing = ({ query }: Sent) => query.query === 'type = Nothing';
  return fakeServer({
    'GET /assets': answer((sent) => ({ items: isNothing(sent) ? [] : [anAsset()], nextCursor: null })),
    'GET /assets/facets': answer((sent) => ({
      status: isNothing(sent) ? [] : [{ value: 'in_stock', count: 1 }],
      type: [{ value: 'Laptop', count: 1 }],
      location: [{ value: 'New York', count: 1 }],
      holder: [
        {
          value: 'p:1',
          person: 'a1',
          accountId: 'p:1',
          displayName: 'Vic Viewer',
          number: 1,
          erased: false,
          count: 1,
        },
      ],
    })),
  });
}

function open(query: string) {
  const server = serve();
  navigate(`#/?${new URLSearchParams({ query }).toString()}`, { replace: true });
  const { container } = renderAs(<ListPage />, server.transport);
  return { ...server, container };
}

const field = () => screen.getByRole<HTMLInputElement>('combobox', { name: 'Query' });
const hashQuery = () => new URLSearchParams(window.location.hash.split('?')[1]).get('query');

beforeAll(() => {
  // jsdom lays nothing out; the virtual rows need to know how much is visible.
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => 600 });
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { configurable: true, get: () => 1280 });
});

describe('a list that is asked for by a query', () => {
  it('is opened by the toggle, is run into the address, and comes back with it', async () => {
    const { to } = open('');
    await screen.findByRole('grid');
    expect(screen.queryByRole('combobox', { name: 'Query' })).toBeNull();
    const toggle = screen.getByRole('button', { name: 'Query' });
    expect(toggle.getAttribute('aria-expanded')).toBe('false');
    await user.click(toggle);
    expect(toggle.getAttribute('aria-expanded')).toBe('true');
    expect(document.activeElement).toBe(field());

    await user.keyboard('type = Laptop ORDER BY name{Enter}');
    expect(hashQuery()).toBe('type = Laptop ORDER BY name');
    await waitFor(() =>
      expect(to('GET', '/assets').at(-1)?.query).toEqual({
        query: 'type = Laptop ORDER BY name',
        limit: '100',
      }),
    );
    const header = await screen.findByRole('columnheader', { name: 'Name' });
    expect(header.getAttribute('aria-sort')).toBe('ascending');

    await user.click(screen.getByRole('button', { name: 'Tag' }));
    await waitFor(() => expect(to('GET', '/assets').at(-1)?.query.sort).toBe('tag'));
    window.history.back();
    await waitFor(() => expect(window.location.hash).not.toContain('sort'));
    window.history.back();
    await waitFor(() => expect(field().value).toBe(''));
  });

  it('is open when the address has a query, and offers what the register has', async () => {
    const { to } = open('type = Laptop');
    await screen.findByRole('grid');
    expect(field().value).toBe('type = Laptop');
    await waitFor(() => expect(to('GET', '/assets/facets').map(({ query }) => query)).toContainEqual({}));
    await user.clear(field());
    await user.type(field(), 'location = ');
    expect((await screen.findAllByRole('option')).map(({ textContent }) => textContent)).toEqual([
      '"New York"',
    ]);
  });

  it('marks where a query is wrong, and corrects it', async () => {
    const { container } = open('type Laptop');
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('An operator is expected.');
    expect(alert.textContent).toContain('Correct the query.');
    expect(alert.querySelector('mark')?.textContent).toBe('Laptop');
    expect(screen.queryByRole('grid')).toBeNull();
    expect(screen.queryByText('The list could not be loaded')).toBeNull();
    expect(field().getAttribute('aria-invalid')).toBe('true');
    expect(field().getAttribute('aria-describedby')).toBe(alert.id);
    const { violations } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
    expect(violations.map(({ id }) => id)).toEqual([]);

    await user.click(within(alert).getByRole('button', { name: 'Insert =' }));
    expect(field().value).toBe('type = Laptop');
    expect(document.activeElement).toBe(field());
    await user.keyboard('{Enter}');
    expect(await screen.findByRole('grid')).toBeTruthy();
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('marks the end where something is missing, and shows the field to correct it', async () => {
    open('type');
    const alert = await screen.findByRole('alert');
    expect(alert.querySelector('mark')?.textContent).toContain('here');
    await user.click(screen.getByRole('button', { name: 'Query' }));
    expect(screen.queryByRole('combobox', { name: 'Query' })).toBeNull();
    await user.click(within(alert).getByRole('button', { name: 'Insert !=' }));
    expect(field().value).toBe('type != ');
  });

  it('counts places in characters', async () => {
    open('name = \u{1F4BB} Mac');
    const alert = await screen.findByRole('alert');
    expect(alert.querySelector('mark')?.textContent).toBe('Mac');
    await user.click(within(alert).getByRole('button', { name: 'Insert ORDER BY' }));
    expect(field().value).toBe('name = \u{1F4BB} ORDER BY Mac');
  });

  it('offers few of many fields at once', async () => {
    open('= x');
    const alert = await screen.findByRole('alert');
    expect(within(alert).getAllByRole('button').length).toBeLessThan(30);
  });

  it('offers no words where none is expected', async () => {
    open('name = "');
    const alert = await screen.findByRole('alert');
    expect(within(alert).queryByText('Expected:')).toBeNull();
    expect(within(alert).queryAllByRole('button')).toEqual([]);
  });

  it('can be cleared when it finds nothing, and the filters beside it stay', async () => {
    open('type = Nothing');
    expect(await screen.findByText('No asset matches the query.')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Clear query, search and filters' })).toBeNull();
    navigate('#/?query=type+%3D+Nothing&type=Laptop');
    await screen.findByRole('button', { name: 'Clear query, search and filters' });
    await user.click(screen.getByRole('button', { name: 'Clear query' }));
    expect(await screen.findByRole('grid')).toBeTruthy();
    expect(window.location.hash).toBe('#/?type=Laptop');
  });
});
