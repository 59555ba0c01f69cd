import { QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import '../src/flags';
import { createApi } from '../src/api/client';
import type { Asset, Attribute, Me, Permission } from '../src/api/model';
import { createQueryClient } from '../src/api/query-client';
import { Schema } from '../src/api/schema';
import { ApiContext, MeContext } from '../src/api/session';
import type { Transport } from '../src/host/transport';

/** A request as it left the app. */
export interface Sent {
  method: string;
  path: string;
  query: Record<string, string>;
  /** The same with every value of a parameter that is given several times. */
  params: URLSearchParams;
  headers: Headers;
  body: unknown;
}

export type Answer = Response | object;

export const json = (body: object, status = 200): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });

export const problem = (status: number, code: string, extra: object = {}): Response =>
  json(
    {
      type: 'x',
      title: code,
      status,
      code,
      detail: `cause of ${code}.`,
      remedy: `remedy of ${code}.`,
      ...extra,
    },
    status,
  );

function parseBody(body: unknown): unknown {
  if (ArrayBuffer.isView(body)) return [...new Uint8Array(body.buffer)];
  if (Object.prototype.toString.call(body) === '[object ArrayBuffer]')
    return [...new Uint8Array(body as ArrayBuffer)];
  if (typeof body !== 'string') return null;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

const builtIn = (key: string, en: string, part: Partial<Attribute> = {}): Attribute => ({
  id: `id-of-${key}`,
  key,
  name: en,
  names: { en, de: en },
  kind: 'text',
  required: false,
  sortable: false,
  facet: false,
  builtIn: true,
  ...part,
});

/** An attribute that a register has of its own, as it was named first. */
export const aFree = (key: string, name: string = key): Attribute => ({
  ...builtIn(key, name),
  builtIn: false,
});

/** The schema of a register that has these attributes of its own. */
export const aSchema = (free: Attribute[] = []): { attributes: Attribute[] } => ({
  attributes: [
    builtIn('name', 'Name', { required: true, sortable: true }),
    builtIn('type', 'Type', { sortable: true, facet: true }),
    builtIn('manufacturer', 'Manufacturer'),
    builtIn('model', 'Model'),
    builtIn('serial', 'Serial number'),
    builtIn('location', 'Location', { sortable: true, facet: true }),
    builtIn('status_note', 'Status note'),
    builtIn('purchased_on', 'Purchased on', { kind: 'date' }),
    builtIn('price', 'Price', { kind: 'price' }),
    builtIn('supplier', 'Supplier'),
    builtIn('notes', 'Notes', { kind: 'long_text' }),
    ...free,
  ],
});

export const theSchema = (free: Attribute[] = []): Schema => new Schema(aSchema(free).attributes);

/**
 * A server in a function: answers by `METHOD /path` below `/api/v1`, and remembers what it was
 * asked. Every register has a schema.
 */
export function fakeServer(given: Record<string, (sent: Sent) => Answer>) {
  const routes: typeof given = { 'GET /schema': () => aSchema(), ...given };
  const sent: Sent[] = [];
  const transport: Transport = (path, init = {}) => {
    const url = new URL(path, 'http://tally.test');
    const request: Sent = {
      method: init.method ?? 'GET',
      path: url.pathname.replace('/api/v1', ''),
      query: Object.fromEntries(url.searchParams),
      params: url.searchParams,
      headers: new Headers(init.headers),
      body: parseBody(init.body),
    };
    sent.push(request);
    const route = routes[`${request.method} ${request.path}`];
    const answer = route ? route(request) : problem(404, 'not_found');
    return Promise.resolve(answer instanceof Response ? answer : json(answer));
  };
  const to = (method: string, path: string) =>
    sent.filter((one) => one.method === method && one.path === path);
  return { transport, sent, to };
}

const ALL: Permission[] = ['asset.read', 'asset.write', 'import', 'diagnosis.read'];

export const someone = (can: Permission[] = ALL): Me => ({
  person: 'a0',
  accountId: 'acct:me',
  displayName: 'Ada Admin',
  role: 'admin',
  jiraAnswers: true,
  can,
  site: { baseUrl: 'http://acme.localhost', tenantId: 't' },
  app: { key: 'tally-assets', version: '0.1.0' },
});

export const anAsset = (part: Partial<Asset> = {}): Asset => ({
  id: 'asset-1',
  number: 42,
  tag: 'A-000001',
  status: 'in_stock',
  holder: null,
  dueOn: null,
  attributes: { name: 'ThinkPad X1', type: 'Laptop', location: 'Berlin' },
  registeredAt: '2026-01-02T10:00:00Z',
  updatedAt: '2026-03-04T10:00:00Z',
  revision: 3,
  ...part,
});

/** Renders a part of the app as someone who is signed in. */
export function renderAs(node: ReactNode, transport: Transport, me: Me = someone()) {
  return render(
    <QueryClientProvider client={createQueryClient()}>
      <ApiContext.Provider value={createApi(transport)}>
        <MeContext.Provider value={me}>{node}</MeContext.Provider>
      </ApiContext.Provider>
    </QueryClientProvider>,
  );
}
