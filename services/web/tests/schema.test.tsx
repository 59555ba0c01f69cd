import { act, render, renderHook, screen, waitFor } from '@testing-library/react';
import { QueryClientProvider } from '@tanstack/react-query';
import userEvent from '@testing-library/user-event';
import { readFileSync } from 'node:fs';
import type { ReactNode } from 'react';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { App } from '../src/app/App';
import { createApi } from '../src/api/client';
import { createQueryClient } from '../src/api/query-client';
import { Schema, useSchema } from '../src/api/schema';
import { ApiContext } from '../src/api/session';
import RegisterDialog from '../src/components/asset/RegisterDialog';
import { attributeLabel, fieldLabel } from '../src/components/words';
import { navigate } from '../src/host/address';
import { showTexts } from '../src/messages';
import de, { texts } from '../src/messages/de';
import en from '../src/messages/en';
import { EditDialog } from '../src/pages/asset/EditDialog';
import AssetPage from '../src/pages/asset/AssetPage';
import { listColumns, shownColumns } from '../src/pages/assets/columns';
import { ListPage } from '../src/pages/assets/ListPage';
import { completions } from '../src/pages/assets/query/completions';
import ImportPage from '../src/pages/import/ImportPage';
import ImportsPage from '../src/pages/import/ImportsPage';
import { aFree, anAsset, aSchema, fakeServer, json, problem, renderAs, someone, theSchema } from './support';
import type { Answer, Sent } from './support';

const user = userEvent.setup({ delay: null });

const ODD = aFree('gr_sse_a', 'Größe "A"');
const MANY = Array.from({ length: 200 }, (_, n) => aFree(`field_${n}`, `Field ${n}`));

const FACETS = { status: [{ value: 'in_stock', count: 1 }], type: [], location: [], holder: [] };
const asset = anAsset({ attributes: { name: 'Dock', gr_sse_a: '12', purchased_on: '2026-05-01' } });

type Routes = Record<string, (sent: Sent) => Answer>;

const serve = (routes: Routes = {}) =>
  fakeServer({
    'GET /schema': () => aSchema([ODD]),
    'GET /assets': () => ({ items: [asset], nextCursor: null }),
    'GET /assets/facets': () => FACETS,
    'GET /assets/asset-1': () => asset,
    'GET /assets/asset-1/history': () => ({ items: [], nextCursor: null }),
    ...routes,
  });

const titles = () => screen.getAllByRole('columnheader').map(({ textContent }) => textContent);

beforeAll(() => {
  // jsdom lays nothing out; the virtual rows need to know how much is visible.
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => 600 });
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { configurable: true, get: () => 1280 });
});

/** The hook in an app of its own, to be called again with other keys. */
function hookOn(server: ReturnType<typeof serve>) {
  const queries = createQueryClient();
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={queries}>
      <ApiContext.Provider value={createApi(server.transport)}>{children}</ApiContext.Provider>
    </QueryClientProvider>
  );
  return renderHook(({ named }: { named: string[] }) => useSchema(named), {
    wrapper,
    initialProps: { named: [] as string[] },
  });
}

describe('the schema of the register', () => {
  it('is read again when an answer names an attribute that it lacks, once for the same ones', async () => {
    let free = [ODD];
    const server = serve({ 'GET /schema': () => aSchema(free) });
    const { result, rerender } = hookOn(server);
    await waitFor(() => expect(result.current.isKnown).toBe(true));
    rerender({ named: ['serial', 'gr_sse_a'] });
    expect(server.to('GET', '/schema')).toHaveLength(1);

    free = [ODD, aFree('rack')];
    rerender({ named: ['serial', 'rack'] });
    await waitFor(() => expect(result.current.schema.find('rack')).toBeDefined());
    rerender({ named: ['never', 'serial'] });
    rerender({ named: ['never', 'serial', 'rack'] });
    await waitFor(() => expect(server.to('GET', '/schema')).toHaveLength(3));
    await act(() => new Promise((resolve) => setTimeout(resolve, 50)));
    expect(server.to('GET', '/schema')).toHaveLength(3);
  });

  it('stays as it is known when it cannot be read again', async () => {
    let isDown = false;
    const server = serve({ 'GET /schema': () => (isDown ? problem(400, 'x') : aSchema([ODD])) });
    const { result, rerender } = hookOn(server);
    await waitFor(() => expect(result.current.isKnown).toBe(true));
    isDown = true;
    rerender({ named: ['rack'] });
    await waitFor(() => expect(server.to('GET', '/schema')).toHaveLength(2));
    expect(result.current).toMatchObject({ isKnown: true, isLoading: false, failure: null });
    expect(result.current.schema.find('gr_sse_a')).toBeDefined();
  });

  it('is read once for all parts of a page', async () => {
    const server = serve();
    renderAs(<ListPage />, server.transport);
    await screen.findByRole('grid');
    await user.click(screen.getByRole('button', { name: 'Register asset' }));
    await screen.findByRole('textbox', { name: 'Größe "A"' });
    expect(server.to('GET', '/schema')).toHaveLength(1);
  });

  it('is requested together with the session, so that the list does not wait for it', () => {
    const asked: string[] = [];
    const never = () => new Promise<Response>(() => undefined);
    const transport = (path: string) => {
      asked.push(path);
      return never();
    };
    render(<App page="assets" transport={transport} />);
    expect(asked).toEqual(expect.arrayContaining(['/api/v1/me', '/api/v1/schema']));
  });

  it('is not requested for the page of admins', () => {
    const asked: string[] = [];
    const transport = (path: string) => {
      asked.push(path);
      return new Promise<Response>(() => undefined);
    };
    render(<App page="install-diagnosis" transport={transport} />);
    expect(asked).toContain('/api/v1/me');
    expect(asked).not.toContain('/api/v1/schema');
  });

  it('finds an attribute by its name in any spelling', () => {
    const schema = theSchema([ODD, aFree('cost_centre', 'Cost centre')]);
    expect(schema.findNamed('GRÖSSE "a"')?.key).toBe('gr_sse_a');
    expect(schema.findNamed(' größe "a"')?.key).toBe('gr_sse_a');
    expect(schema.findNamed('Serial  Number')?.key).toBe('serial');
    expect(schema.findNamed('COST_CENTRE')?.key).toBe('cost_centre');
    expect(schema.findNamed('shoes')).toBeUndefined();
  });
});

describe('the names of attributes', () => {
  /** The keys and names in the server's source. */
  const source = (file: string) => readFileSync(`../../domain/src/schema/${file}`, 'utf8');
  const keyOf = new Map(
    [...source('well_known.rs').matchAll(/pub const (\w+): &str = "(\w+)"/g)].map(([, name, key]) => [
      name,
      key,
    ]),
  );
  const named = [...source('built_in.rs').matchAll(/well_known::(\w+), Kind::\w+, "([^"]+)", "([^"]+)"/g)];

  it('are in both languages for every attribute that all registers have', () => {
    expect(named).toHaveLength(11);
    const catalogues = [en, texts] as Record<string, string>[];
    for (const [, name, english, german] of named) {
      const id = `attribute.${keyOf.get(name ?? '')}`;
      expect(catalogues.map((texts) => texts[id])).toEqual([english, german]);
    }
  });

  it("are in the reader's language for these, and as written for the others", () => {
    showTexts('de', 'de', de);
    const labels = theSchema([ODD, aFree('cost_centre')]).attributes.map(attributeLabel);
    showTexts('en', 'en', en);
    expect(labels.slice(0, 2)).toEqual(['Bezeichnung', 'Typ']);
    expect(labels.slice(-2)).toEqual(['Größe "A"', 'Cost centre']);
  });

  it('are made of the key where an answer names what the schema lacks', () => {
    expect(fieldLabel(new Schema([]), 'cost_centre')).toBe('Cost centre');
    expect(fieldLabel(new Schema([]), 'dueOn')).toBe('Due back');
  });
});

describe('the list', () => {
  it('offers the attributes of the register as columns and shows their values', async () => {
    navigate('#/?columns=tag,purchased_on,gr_sse_a', { replace: true });
    renderAs(<ListPage />, serve().transport);
    const grid = await screen.findByRole('grid');
    expect(titles()).toEqual(['Tag', 'Purchased on', 'Größe "A"']);
    expect(grid.textContent).toContain('May 1, 2026');
    expect(grid.textContent).toContain('12');
    await user.click(screen.getByRole('button', { name: 'Columns' }));
    const item = await screen.findByRole('menuitemcheckbox', { name: 'Größe "A"' });
    expect(item.getAttribute('aria-checked')).toBe('true');
    await user.click(item);
    await waitFor(() => expect(titles()).toEqual(['Tag', 'Purchased on']));
  });

  it('has its usual columns where the address names none that there is', () => {
    const columns = listColumns(theSchema([ODD]));
    const usual = shownColumns(columns, null).map(({ key }) => key);
    expect(usual).toEqual(['tag', 'name', 'type', 'location', 'status', 'holder', 'updated']);
    expect(shownColumns(columns, ['shoes']).map(({ key }) => key)).toEqual(usual);
  });

  it('keeps a column for an attribute that is called like something else', () => {
    const keys = listColumns(theSchema([aFree('holder', 'Holder')])).map(({ key }) => key);
    expect(keys).toContain('holder');
    expect(keys).toContain('attribute.holder');
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('offers every one of 200', () => {
    expect(listColumns(theSchema(MANY)).filter(({ isFree }) => isFree)).toHaveLength(200);
  });

  it('filters by what the schema calls a facet', async () => {
    const facets = { ...FACETS, colour: [{ value: 'blue', count: 3 }] };
    const schema = aSchema([{ ...aFree('colour', 'Colour'), facet: true }]);
    const server = serve({ 'GET /schema': () => schema, 'GET /assets/facets': () => facets });
    renderAs(<ListPage />, server.transport);
    await user.click(await screen.findByRole('button', { name: 'Colour' }));
    await user.click(await screen.findByRole('option', { name: /blue/ }));
    await waitFor(() => expect(server.to('GET', '/assets').at(-1)?.query.colour).toBe('blue'));
  });

  it('leaves out of the address what the schema does not have', async () => {
    navigate('#/?shoes=x&sort=shoes', { replace: true });
    const server = serve();
    renderAs(<ListPage />, server.transport);
    await screen.findByRole('grid');
    await waitFor(() => expect(server.to('GET', '/assets').at(-1)?.query).toEqual({ limit: '100' }));
  });

  it('is requested before the schema is known, and drawn once it is', async () => {
    let answer: (response: Response) => void = () => undefined;
    const server = serve();
    const transport: typeof server.transport = (path, init) =>
      path.endsWith('/schema') ? new Promise((resolve) => (answer = resolve)) : server.transport(path, init);
    navigate('#/?type=Laptop', { replace: true });
    renderAs(<ListPage />, transport);
    await waitFor(() => expect(server.to('GET', '/assets')[0]?.query.type).toBe('Laptop'));
    expect(screen.queryByRole('grid')).toBeNull();
    answer(json(aSchema([ODD])));
    await screen.findByRole('grid');
    expect(server.to('GET', '/assets')).toHaveLength(1);
  });

  it('works without the schema, says what is missing, and tries again', async () => {
    let isDown = true;
    const server = serve({ 'GET /schema': () => (isDown ? problem(400, 'x') : aSchema([ODD])) });
    renderAs(<ListPage />, server.transport);
    const grid = await screen.findByRole('grid');
    expect(grid.textContent).toContain('Dock');
    expect(screen.getByText('The fields of the register could not be loaded')).toBeTruthy();
    isDown = false;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(titles()).toContain('Type'));
    expect(screen.queryByRole('alert')).toBeNull();
  });
});

describe('the form', () => {
  it('has a field for each attribute, and sends what was entered by its key', async () => {
    const server = serve({ 'POST /assets': () => asset });
    renderAs(<RegisterDialog onClose={vi.fn()} />, server.transport);
    await user.type(screen.getByRole('textbox', { name: 'Name' }), 'Dock');
    await user.type(await screen.findByRole('textbox', { name: 'Größe "A"' }), '12');
    await user.click(screen.getByRole('button', { name: 'Register' }));
    await waitFor(() =>
      expect(server.to('POST', '/assets')[0]?.body).toEqual({ attributes: { name: 'Dock', gr_sse_a: '12' } }),
    );
  });

  it('offers 200 attributes by name where a field is added, and still takes a new one', async () => {
    const server = serve({ 'GET /schema': () => aSchema(MANY), 'POST /assets': () => asset });
    renderAs(<RegisterDialog onClose={vi.fn()} />, server.transport);
    await screen.findByRole('textbox', { name: 'Model' });
    expect(screen.queryByRole('textbox', { name: 'Field 7' })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Add a field' }));
    const list = screen.getByRole('combobox', { name: 'Field name' });
    expect(document.getElementById(list.getAttribute('list') ?? '')?.children).toHaveLength(200);
    await user.type(list, 'field 7');
    await user.type(screen.getByRole('textbox', { name: 'Value' }), 'x');
    await user.click(screen.getByRole('button', { name: 'Add a field' }));
    await user.type(screen.getAllByRole('combobox', { name: 'Field name' })[1] as HTMLElement, 'Shelf');
    await user.type(screen.getAllByRole('textbox', { name: 'Value' })[1] as HTMLElement, 'y');
    await user.type(screen.getByRole('textbox', { name: 'Name' }), 'Dock');
    await user.click(screen.getByRole('button', { name: 'Register' }));
    await waitFor(() =>
      expect(server.to('POST', '/assets')[0]?.body).toEqual({
        attributes: { name: 'Dock', field_7: 'x', Shelf: 'y' },
      }),
    );
  });

  it('shows those of 200 attributes that the asset has', async () => {
    const server = serve({ 'GET /schema': () => aSchema(MANY) });
    const other = anAsset({ attributes: { name: 'Dock', field_7: 'seven' } });
    renderAs(<EditDialog asset={other} onClose={vi.fn()} />, server.transport);
    expect((await screen.findByRole<HTMLInputElement>('textbox', { name: 'Field 7' })).value).toBe('seven');
    expect(screen.queryByRole('textbox', { name: 'Field 8' })).toBeNull();
  });

  it('takes a name even while the fields cannot be loaded', async () => {
    const server = serve({ 'GET /schema': () => problem(400, 'x'), 'POST /assets': () => asset });
    renderAs(<RegisterDialog onClose={vi.fn()} />, server.transport);
    expect(await screen.findByText('The fields of the register could not be loaded')).toBeTruthy();
    await user.type(screen.getByRole('textbox', { name: 'Name' }), 'Dock');
    await user.click(screen.getByRole('button', { name: 'Register' }));
    await waitFor(() =>
      expect(server.to('POST', '/assets')[0]?.body).toEqual({ attributes: { name: 'Dock' } }),
    );
  });
});

describe('the asset', () => {
  it('shows its attributes by their names and kinds', async () => {
    renderAs(<AssetPage id="asset-1" asOfDay={null} />, serve().transport);
    expect((await screen.findByText('Größe "A"')).tagName).toBe('DT');
    expect(screen.getByText('May 1, 2026')).toBeTruthy();
  });

  it('has the schema read again when it has an attribute that another person added', async () => {
    let isNew = false;
    const server = serve({
      'GET /schema': () => {
        const schema = aSchema(isNew ? [ODD] : []);
        isNew = true;
        return schema;
      },
    });
    renderAs(<AssetPage id="asset-1" asOfDay={null} />, server.transport);
    expect(await screen.findByText('Größe "A"')).toBeTruthy();
    expect(server.to('GET', '/schema')).toHaveLength(2);
  });
});

describe('an import', () => {
  const job = {
    id: 'i',
    state: 'finished',
    dryRun: false,
    fileName: 'a.csv',
    fileNameErased: false,
    columns: [
      { header: 'Tag', field: 'tag', number: 1, findings: [], message: '' },
      { header: 'SN', field: 'serial', number: 2, findings: [], message: '' },
      { header: 'Größe "A"', field: 'gr_sse_a', number: 3, findings: [], message: 'A note.' },
    ],
    reading: null,
    counts: { rows: 0, registered: 0, registeredWithWarning: 0, refused: 0, pending: 0 },
    startedAt: '2026-01-02T10:00:00Z',
    finishedAt: null,
    startedBy: { person: 'a', accountId: 'p:1', displayName: 'Ada', number: 1, erased: false },
  };
  const routes = (part: object): Routes => ({
    'GET /imports/i': () => ({ ...job, ...part }),
    'GET /imports/i/rows': () => ({ items: [], nextCursor: null }),
  });
  const cells = () => screen.getAllByRole('cell', { hidden: true }).map(({ textContent }) => textContent);

  it('shows its columns by the names of the schema', async () => {
    renderAs(<ImportPage id="i" />, serve(routes({})).transport);
    await screen.findByText(/How the columns were read/);
    expect(cells()).toEqual([
      'Tag',
      'Tag tag',
      '',
      'SN',
      'Serial number serial',
      '',
      'Größe "A"',
      'Größe "A" gr_sse_a',
      'A note.',
    ]);
  });

  it('has the schema read again when it is over and has added attributes', async () => {
    const server = serve({ ...routes({}), 'GET /schema': () => aSchema() });
    renderAs(<ImportPage id="i" />, server.transport);
    await waitFor(() => expect(server.to('GET', '/schema')).toHaveLength(2));
  });

  it('that was a check adds none, and shows them as the file calls them', async () => {
    const server = serve({ ...routes({ dryRun: true }), 'GET /schema': () => aSchema() });
    renderAs(<ImportPage id="i" />, server.transport);
    await screen.findByText(/How the columns were read/);
    expect(cells().at(-2)).toBe('Größe "A" gr_sse_a');
    expect(server.to('GET', '/schema')).toHaveLength(1);
  });

  it('says which columns are recognized', async () => {
    renderAs(<ImportsPage />, serve({ 'GET /imports': () => ({ items: [] }) }).transport, someone());
    expect(await screen.findByText(/Tag, Name, Type, .*Purchased on, .*and Notes\./)).toBeTruthy();
  });
});

describe('completion', () => {
  const offered = (text: string, schema: Schema) =>
    completions(text, text.length, { schema, values: {} }).items.map((item) => item.text);

  it('offers attributes of the register by their names, as a query needs them', () => {
    expect(offered('grö', theSchema([ODD]))).toEqual(['"Größe \\"A\\""']);
    expect(offered('"Größe \\"A\\"" < ', theSchema([ODD]))[0]).toBe('now()');
    expect(offered('v', theSchema([aFree('v1_2', 'v1.2')]))).toEqual(['"v1.2"']);
  });

  it('finds a built-in attribute by its label too', () => {
    const [found] = completions('Purch', 5, { schema: theSchema(), values: {} }).items;
    expect(found).toEqual({ text: 'purchased_on' });
    showTexts('de', 'de', de);
    const items = completions('Standort', 8, { schema: theSchema(), values: {} }).items;
    showTexts('en', 'en', en);
    expect(items).toEqual([{ text: 'location', note: 'Standort' }]);
  });

  it('offers few of 200 at a time, and each of them once it is typed', () => {
    const schema = theSchema(MANY);
    expect(offered('', schema).length).toBeLessThanOrEqual(12);
    expect(offered('"Field 1', schema).length).toBeLessThanOrEqual(12);
    expect(offered('"Field 17', schema)).toContain('"Field 177"');
  });

  it('leaves out what a query would read as another field', () => {
    expect(offered('hol', theSchema([aFree('holder', 'Holder')]))).toEqual(['holder']);
    expect(offered('cre', theSchema([aFree('created', 'Created')]))).toEqual([]);
  });
});
