import type { Transport } from '../host/transport';
import { currentLanguage } from '../messages';
import { answerOf, createHttp, doneOf, withKey, type Http } from './http';
import type {
  AssetFilter,
  CorrectAsset,
  EditAsset,
  FacetName,
  HandOver,
  ImportChoices,
  RegisterAsset,
  StartImport,
  Verdict,
} from './model';

export const LIST_PAGE = 100;
const HISTORY_PAGE = 50;

type Signal = AbortSignal | undefined;

const optional = (text: string | null) => text ?? undefined;

function assetCalls(http: Http) {
  return {
    list: (filter: AssetFilter, sort: string | null, cursor: string | null, signal?: Signal) => {
      const query = { ...filter, sort: optional(sort), cursor: optional(cursor), limit: LIST_PAGE };
      return answerOf(http.GET('/api/v1/assets', { params: { query }, signal }));
    },
    facets: (query: AssetFilter, signal?: Signal) =>
      answerOf(http.GET('/api/v1/assets/facets', { params: { query }, signal })),
    /** The values of one facet in which a text occurs. */
    findFacet: (filter: AssetFilter, facet: FacetName, find: string, signal?: Signal) => {
      const query = { ...filter, facet, find };
      return answerOf(http.GET('/api/v1/assets/facets', { params: { query }, signal }));
    },
    get: (id: string, asOf: string | undefined, signal?: Signal) =>
      answerOf(http.GET('/api/v1/assets/{id}', { params: { path: { id }, query: { asOf } }, signal })),
    history: (id: string, asOf: string | undefined, cursor: string | null, signal?: Signal) => {
      const params = { path: { id }, query: { asOf, cursor: optional(cursor), limit: HISTORY_PAGE } };
      return answerOf(http.GET('/api/v1/assets/{id}/history', { params, signal }));
    },
    /** The newest event that gave the asset to a person, as a page of at most one. */
    lastHandOver: (id: string, asOf: string | undefined, signal?: Signal) => {
      const type = 'asset.checked_out,asset.transferred';
      const params = { path: { id }, query: { asOf, type, limit: 1 } };
      return answerOf(http.GET('/api/v1/assets/{id}/history', { params, signal }));
    },
  };
}

function commandCalls(http: Http) {
  const on = (id: string, key: string) => ({ params: { path: { id }, header: withKey(key) } });
  return {
    register: (body: RegisterAsset, key: string) =>
      answerOf(http.POST('/api/v1/assets', { params: { header: withKey(key) }, body })),
    /**
     * `revision` is the one that was on screen; the server refuses with 412 when another change
     * came first.
     */
    edit: (id: string, body: EditAsset, revision: number) => {
      const header = { 'If-Match': `"${revision}"` };
      return answerOf(http.PATCH('/api/v1/assets/{id}', { params: { path: { id }, header }, body }));
    },
    checkOut: (id: string, body: HandOver, key: string) =>
      answerOf(http.POST('/api/v1/assets/{id}/check-out', { ...on(id, key), body })),
    transfer: (id: string, body: HandOver, key: string) =>
      answerOf(http.POST('/api/v1/assets/{id}/transfer', { ...on(id, key), body })),
    checkIn: (id: string, body: { note?: string }, key: string) =>
      answerOf(http.POST('/api/v1/assets/{id}/check-in', { ...on(id, key), body })),
    retire: (id: string, body: { reason?: string }, key: string) =>
      answerOf(http.POST('/api/v1/assets/{id}/retire', { ...on(id, key), body })),
    restore: (id: string, body: { reason?: string }, key: string) =>
      answerOf(http.POST('/api/v1/assets/{id}/restore', { ...on(id, key), body })),
    withdraw: (id: string, body: { reason?: string }, key: string) =>
      doneOf(http.POST('/api/v1/assets/{id}/withdraw', { ...on(id, key), body })),
    correct: (id: string, body: CorrectAsset, key: string) =>
      answerOf(http.POST('/api/v1/assets/{id}/correct', { ...on(id, key), body })),
  };
}

/** A file as it is. The document has it as a text. */
const csvBody = (file: Uint8Array<ArrayBuffer>) => ({
  headers: { 'Content-Type': 'text/csv' },
  body: file as unknown as string,
  bodySerializer: (body: string) => body,
});

function importCalls(http: Http) {
  return {
    preview: (file: Uint8Array<ArrayBuffer>, query: ImportChoices, signal?: Signal) =>
      answerOf(http.POST('/api/v1/imports/preview', { params: { query }, ...csvBody(file), signal })),
    start: (file: Uint8Array<ArrayBuffer>, query: StartImport, key: string) => {
      const { headers, ...body } = csvBody(file);
      return answerOf(
        http.POST('/api/v1/imports', { params: { query, header: withKey(key) }, headers, ...body }),
      );
    },
    refusedRows: (id: string): Promise<Blob> => {
      const headers = { 'Accept-Language': currentLanguage() };
      return answerOf(
        http.GET('/api/v1/imports/{id}/refused-rows', { params: { path: { id } }, headers, parseAs: 'blob' }),
      );
    },
    list: (signal?: Signal) => answerOf(http.GET('/api/v1/imports', { signal })),
    get: (id: string, signal?: Signal) =>
      answerOf(http.GET('/api/v1/imports/{id}', { params: { path: { id } }, signal })),
    cancel: (id: string, key: string) =>
      answerOf(http.POST('/api/v1/imports/{id}/cancel', { params: { path: { id }, header: withKey(key) } })),
    rows: (id: string, verdict: Verdict | null, cursor: string | null, signal?: Signal) => {
      const query = { verdict: verdict ?? undefined, cursor: optional(cursor), limit: 200 };
      return answerOf(http.GET('/api/v1/imports/{id}/rows', { params: { path: { id }, query }, signal }));
    },
  };
}

function adminCalls(http: Http) {
  const page = (cursor: string | null) => ({ query: { cursor: optional(cursor), limit: 50 } });
  return {
    installation: (signal?: Signal) => answerOf(http.GET('/api/v1/admin/installation', { signal })),
    timeline: (cursor: string | null, signal?: Signal) =>
      answerOf(http.GET('/api/v1/admin/timeline', { params: page(cursor), signal })),
    diagnosis: (signal?: Signal) => answerOf(http.GET('/api/v1/admin/diagnosis', { signal })),
    installLog: (cursor: string | null, signal?: Signal) =>
      answerOf(http.GET('/api/v1/admin/install-log', { params: page(cursor), signal })),
  };
}

/** Every call of API v1 that the UI makes, one function each. All reject with a `Failure`. */
export function createApi(transport: Transport) {
  const http = createHttp(transport);
  return {
    me: (signal?: Signal) => answerOf(http.GET('/api/v1/me', { signal })),
    schema: (signal?: Signal) => answerOf(http.GET('/api/v1/schema', { signal })),
    notices: (signal?: Signal) => answerOf(http.GET('/api/v1/notices', { signal })),
    people: (query: string, signal?: Signal) =>
      answerOf(http.GET('/api/v1/people', { params: { query: { query, limit: 20 } }, signal })),
    assets: { ...assetCalls(http), ...commandCalls(http) },
    imports: importCalls(http),
    admin: adminCalls(http),
  };
}

export type Api = ReturnType<typeof createApi>;
