import { keepPreviousData, useInfiniteQuery, useQuery, type InfiniteData } from '@tanstack/react-query';
import { useApi } from './session';
import type { AssetFilter, Facets, FacetValue, Import, Page } from './model';

/**
 * Names of cached answers. A command drops everything that begins with a name; see
 * `useAssetCommand`.
 */
export const keys = {
  schema: ['schema'] as const,
  assets: ['assets'] as const,
  anyAsset: ['asset'] as const,
  asset: (id: string) => ['asset', id] as const,
  anyHistory: ['history'] as const,
  history: (id: string) => ['history', id] as const,
  imports: ['imports'] as const,
  import: (id: string) => ['import', id] as const,
  importPreview: ['import-preview'] as const,
  importRows: (id: string) => ['import-rows', id] as const,
  admin: ['admin'] as const,
  notices: ['notices'] as const,
};

/** What all lists with cursors have in common. */
const paged = <T>() => ({
  initialPageParam: null as string | null,
  getNextPageParam: (last: Page<T>) => last.nextCursor,
  select: (data: InfiniteData<Page<T>, string | null>) => data.pages.flatMap((page) => page.items),
});

/** `sort` is null for the order that the query names, or else the server's. */
export function useAssetList(filter: AssetFilter, sort: string | null) {
  const api = useApi();
  return useInfiniteQuery({
    ...paged<Awaited<ReturnType<typeof api.assets.list>>['items'][number]>(),
    queryKey: [...keys.assets, 'list', filter, sort],
    queryFn: ({ pageParam, signal }) => api.assets.list(filter, sort, pageParam, signal),
    placeholderData: keepPreviousData,
  });
}

/** The asset with that tag, or null when the register has none. A tag has no quotation marks. */
export function useAssetWithTag(tag: string) {
  const api = useApi();
  return useQuery({
    queryKey: [...keys.assets, 'tag', tag],
    queryFn: ({ signal }) => api.assets.list({ query: `tag = "${tag}"` }, null, null, signal),
    select: ({ items }) => items[0] ?? null,
  });
}

/** Counts per value. `enabled` delays the request until a filter menu is opened. */
export function useFacets(filter: AssetFilter, enabled = true) {
  const api = useApi();
  return useQuery({
    queryKey: [...keys.assets, 'facets', filter],
    queryFn: ({ signal }) => api.assets.facets(filter, signal),
    placeholderData: keepPreviousData,
    enabled,
  });
}

/** The values of one facet in which `find` occurs, by the server; nothing while it is not needed. */
export function useFoundFacet(filter: AssetFilter, name: string, find: string, isNeeded: boolean) {
  const api = useApi();
  return useQuery({
    queryKey: [...keys.assets, 'facet', name, find, filter],
    queryFn: ({ signal }) => api.assets.findFacet(filter, name, find, signal),
    placeholderData: keepPreviousData,
    enabled: isNeeded,
  });
}

/** How many assets have a value that the list of a facet leaves out. */
export const countBeyond = (facets: Facets | undefined, name: string): number =>
  (facets?.uncounted as Partial<Record<string, { beyond: number }>> | undefined)?.[name]?.beyond ?? 0;

/** The counts of one facet; none when the server does not count it. */
export const valuesIn = (facets: Facets | undefined, name: string): FacetValue[] =>
  (facets as Partial<Record<string, FacetValue[]>> | undefined)?.[name] ?? [];

/**
 * How many assets match, or null while that is unknown. Every asset has one status, so the counts
 * by status say it, without a request of its own.
 */
export function useAssetTotal(filter: AssetFilter): number | null {
  const { data, isPlaceholderData } = useFacets(filter);
  if (!data || isPlaceholderData) return null;
  const chosen: readonly string[] | undefined = filter.status;
  const counted = data.status.filter(({ value }) => !chosen || chosen.includes(value));
  return counted.reduce((sum, { count }) => sum + count, 0);
}

export function useAsset(id: string, asOf?: string) {
  const api = useApi();
  return useQuery({
    queryKey: [...keys.asset(id), asOf ?? 'now'],
    queryFn: ({ signal }) => api.assets.get(id, asOf, signal),
  });
}

/** The events of an asset, or those that had been recorded at `asOf`. */
export function useHistory(id: string, asOf?: string) {
  const api = useApi();
  return useInfiniteQuery({
    ...paged<Awaited<ReturnType<typeof api.assets.history>>['items'][number]>(),
    queryKey: [...keys.history(id), asOf ?? 'now'],
    queryFn: ({ pageParam, signal }) => api.assets.history(id, asOf, pageParam, signal),
  });
}

/** The event by which the asset's holder of now, or of `asOf`, got it. */
export function useLastHandOver(id: string, asOf?: string) {
  const api = useApi();
  return useQuery({
    queryKey: [...keys.history(id), 'handOver', asOf ?? 'now'],
    queryFn: ({ signal }) => api.assets.lastHandOver(id, asOf, signal),
    select: ({ items }) => items[0] ?? null,
  });
}

const POLL_MS = 1_000;

const running = (job: Import | undefined) => job?.state === 'running';

export function useImports() {
  const api = useApi();
  return useQuery({
    queryKey: keys.imports,
    queryFn: ({ signal }) => api.imports.list(signal),
    refetchInterval: ({ state }) => (state.data?.items.some(running) ? 3 * POLL_MS : false),
  });
}

/** One import, fetched each second while it runs. */
export function useImport(id: string) {
  const api = useApi();
  return useQuery({
    queryKey: keys.import(id),
    queryFn: ({ signal }) => api.imports.get(id, signal),
    refetchInterval: ({ state }) => (running(state.data) ? POLL_MS : false),
  });
}
