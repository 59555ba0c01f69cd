import type { AssetFilter, AssetStatus, FacetName } from '../../api/model';
import type { Sort } from '../../components/grid';
import { endOfDay, readPastDay } from '../../day';
import { href } from '../../host/address';
import { COLUMN_KEYS, type ColumnKey } from './columns';
import { tidy } from './query/language';
import { orderOf } from './query/order-by';

/**
 * What the list shows, as kept in the address, so that a reload, a link or the back button shows
 * the same.
 */
export interface ListState {
  q: string;
  /** A query in the language of the register, tidied. */
  query: string;
  facets: Partial<Record<FacetName, string>>;
  /** A past day, or null for now. */
  asOfDay: string | null;
  /** What the headers were set to, or null for the order that the query names, or else by tag. */
  sort: Sort | null;
  /** The columns in their order, or null for the usual ones. */
  columns: ColumnKey[] | null;
  /** The row that the reader had reached, from 0. */
  row: number;
}

export const FACETS: FacetName[] = ['type', 'status', 'location', 'holder'];

const DEFAULT_SORT: Sort = { field: 'tag', descending: false };
const SORTABLE = ['tag', 'name', 'type', 'location', 'status', 'updated_at'];

export const sortParam = (sort: Sort | null): string | null =>
  sort && (sort.descending ? `-${sort.field}` : sort.field);

function readSort(text: string | null): Sort | null {
  const descending = text?.startsWith('-') ?? false;
  const field = text?.replace(/^-/, '') ?? '';
  return SORTABLE.includes(field) ? { field, descending } : null;
}

/** The order of the list when no header was pressed. */
const ownSort = (query: string): Sort => orderOf(query) ?? DEFAULT_SORT;

/** The order that the list is in. */
export const currentSort = ({ sort, query }: ListState): Sort => sort ?? ownSort(query);

/**
 * The change for a pressed header. The list's own order is not kept, so that a plain list has a
 * plain address.
 */
export function sortBy({ query }: ListState, sort: Sort): Pick<ListState, 'sort'> {
  return { sort: sortParam(sort) === sortParam(ownSort(query)) ? null : sort };
}

/**
 * The change for a query that is run. Its order counts, where it has one, and no earlier header.
 */
export function runQuery({ sort }: ListState, query: string): Pick<ListState, 'query' | 'sort'> {
  return { query, sort: orderOf(query) ? null : sort };
}

function readColumns(text: string | null): ColumnKey[] | null {
  const keys = (text ?? '').split(',');
  const known = COLUMN_KEYS.filter((key) => keys.includes(key));
  return known.length > 0 ? known : null;
}

function readRow(text: string | null): number {
  const row = Number(text ?? '0');
  return Number.isSafeInteger(row) && row > 0 ? row : 0;
}

export function readList(query: URLSearchParams): ListState {
  const facets: ListState['facets'] = {};
  for (const name of FACETS) {
    const value = query.get(name);
    if (value) facets[name] = value;
  }
  return {
    q: query.get('q') ?? '',
    query: tidy(query.get('query') ?? ''),
    facets,
    asOfDay: readPastDay(query.get('asOf')),
    sort: readSort(query.get('sort')),
    columns: readColumns(query.get('columns')),
    row: readRow(query.get('row')),
  };
}

export function listHref({ q, query, facets, asOfDay, sort, columns, row }: ListState): string {
  return href([], {
    q,
    query,
    ...facets,
    asOf: asOfDay ?? undefined,
    sort: sortParam(sort) ?? undefined,
    columns: columns?.join(','),
    row: row > 0 ? String(row) : undefined,
  });
}

/**
 * The state as the API's filter. `without` leaves one facet out, to count what its other values
 * would give.
 */
export function toFilter({ q, query, facets, asOfDay }: ListState, without?: FacetName): AssetFilter {
  const filter: AssetFilter = {};
  if (q.trim()) filter.q = q.trim();
  if (query) filter.query = query;
  const { status, ...others } = { ...facets, ...(without && { [without]: undefined }) };
  for (const [name, value] of Object.entries(others)) {
    if (value) filter[name as Exclude<FacetName, 'status'>] = value;
  }
  // An unknown status in the address is refused by the server, which explains it.
  if (status) filter.status = status as AssetStatus;
  const asOf = asOfDay ? endOfDay(asOfDay) : null;
  if (asOf) filter.asOf = asOf;
  return filter;
}

/** Whether the search or a filter narrows the list. */
export const isFiltered = ({ q, facets }: ListState): boolean =>
  q.trim() !== '' || Object.values(facets).some(Boolean);

export const isNarrowed = (state: ListState): boolean => isFiltered(state) || state.query !== '';
