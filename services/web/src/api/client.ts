import type { Transport } from '../host/transport';
import { Http } from './http';
import type {
  Asset,
  AssetFilter,
  CorrectAsset,
  Diagnosis,
  EditAsset,
  Facets,
  HandOver,
  HistoryEntry,
  Import,
  ImportRow,
  IncidentNotices,
  Installation,
  InstallLogEntry,
  Me,
  Page,
  PersonHit,
  RegisterAsset,
  TimelineEntry,
  Verdict,
} from './types';

export const LIST_PAGE = 100;

const asset = (id: string) => `/assets/${encodeURIComponent(id)}`;
const importPath = (id: string) => `/imports/${encodeURIComponent(id)}`;

function assetCalls(http: Http) {
  return {
    list: (filter: AssetFilter, sort: string | null, cursor: string | null, signal?: AbortSignal) =>
      http.get<Page<Asset>>('/assets', { ...filter, sort, cursor, limit: LIST_PAGE }, signal),
    count: (filter: AssetFilter, signal?: AbortSignal) =>
      http.get<{ total: number }>('/assets/count', { ...filter }, signal),
    facets: (filter: AssetFilter, signal?: AbortSignal) =>
      http.get<Facets>('/assets/facets', { ...filter }, signal),
    get: (id: string, asOf: string | undefined, signal?: AbortSignal) =>
      http.get<Asset>(asset(id), { asOf }, signal),
    history: (id: string, cursor: string | null, signal?: AbortSignal) =>
      http.get<Page<HistoryEntry>>(`${asset(id)}/history`, { cursor, limit: 50 }, signal),
  };
}

function commandCalls(http: Http) {
  const on = <B>(act: string) => {
    return (id: string, body: B, key: string) => http.post<Asset>(`${asset(id)}/${act}`, body, key);
  };
  return {
    register: (body: RegisterAsset, key: string) => http.post<Asset>('/assets', body, key),
    edit: (id: string, body: EditAsset, revision: number) => http.patch<Asset>(asset(id), body, revision),
    checkOut: on<HandOver>('check-out'),
    transfer: on<HandOver>('transfer'),
    checkIn: on<{ note?: string }>('check-in'),
    retire: on<{ reason?: string }>('retire'),
    restore: on<{ reason?: string }>('restore'),
    correct: on<CorrectAsset>('correct'),
  };
}

function importCalls(http: Http) {
  return {
    start: (csv: string, fileName: string, dryRun: boolean, key: string) =>
      http.postCsv<Import>('/imports', { fileName, dryRun }, csv, key),
    list: (signal?: AbortSignal) => http.get<{ items: Import[] }>('/imports', {}, signal),
    get: (id: string, signal?: AbortSignal) => http.get<Import>(importPath(id), {}, signal),
    cancel: (id: string, key: string) => http.post<Import>(`${importPath(id)}/cancel`, {}, key),
    rows: (id: string, verdict: Verdict | null, cursor: string | null, signal?: AbortSignal) =>
      http.get<Page<ImportRow>>(`${importPath(id)}/rows`, { verdict, cursor, limit: 200 }, signal),
  };
}

function adminCalls(http: Http) {
  return {
    installation: (signal?: AbortSignal) => http.get<Installation>('/admin/installation', {}, signal),
    timeline: (cursor: string | null, signal?: AbortSignal) =>
      http.get<Page<TimelineEntry>>('/admin/timeline', { cursor, limit: 50 }, signal),
    diagnosis: (signal?: AbortSignal) => http.get<Diagnosis>('/admin/diagnosis', {}, signal),
    installLog: (cursor: string | null, signal?: AbortSignal) =>
      http.get<Page<InstallLogEntry>>('/admin/install-log', { cursor, limit: 50 }, signal),
  };
}

/** Every call of API v1 that the UI makes, one function each. */
export function createApi(transport: Transport) {
  const http = new Http(transport);
  return {
    me: (signal?: AbortSignal) => http.get<Me>('/me', {}, signal),
    notices: (signal?: AbortSignal) => http.get<IncidentNotices>('/notices', {}, signal),
    people: (query: string, signal?: AbortSignal) =>
      http.get<{ items: PersonHit[] }>('/people', { query, limit: 20 }, signal),
    assets: { ...assetCalls(http), ...commandCalls(http) },
    imports: importCalls(http),
    admin: adminCalls(http),
  };
}

export type Api = ReturnType<typeof createApi>;
