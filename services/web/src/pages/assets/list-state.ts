import type { AssetFilter, AssetStatus } from '../../api/model';
import type { Schema } from '../../api/schema';
import type { Sort } from '../../components/grid';
import { endOfDay, readPastDay } from '../../day';
import { attributeLabel, ownLabel } from '../../components/words';
import { href } from '../../host/address';
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
  /** The chosen values of each filter; any of them matches. */
  facets: Record<string, string[]>;
  /** A past day, or null for now. */
  asOfDay: string | null;
  /** What the headers were set to, or null for the order that the query names, or else by tag. */
  sort: Sort | null;
  /** The keys of the columns, or null for the usual ones. */
  columns: string[] | null;
  /** The row that the reader had reached, from 0. */
  row: number;
}

/** The parameters of the address that are no facets. */
const PARAMETERS = ['q', 'query', 'asOf', 'sort', 'columns', 'row'];

/** What a list is filtered and ordered by besides attributes. */
const OWN_FACETS = ['status', 'holder'];
const OWN_ORDERS = ['tag', 'status', 'updated_at'];

const DEFAULT_SORT: Sort = { field: 'tag', descending: false };

/** The facets by which the list can be filtered. */
export function facetsOf(schema: Schema): { name: string; title: string }[] {
  const attributes = schema.facets.map((attribute) => ({
    name: attribute.key,
    title: attributeLabel(attribute),
  }));
  return [...attributes, ...OWN_FACETS.map((name) => ({ name, title: ownLabel(name) }))];
}

export const sortParam = (sort: Sort | null): string | null =>
  sort && (sort.descending ? `-${sort.field}` : sort.field);

function readSort(text: string | null, schema: Schema | null): Sort | null {
  const descending = text?.startsWith('-') ?? false;
  const field = text?.replace(/^-/, '') ?? '';
  const isSortable = !schema || OWN_ORDERS.includes(field) || schema.find(field)?.sortable;
  return field && isSortable ? { field, descending } : null;
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

function readColumns(text: string | null): string[] | null {
  const keys = (text ?? '').split(',').filter(Boolean);
  return keys.length > 0 ? keys : null;
}

function readRow(text: string | null): number {
  const row = Number(text ?? '0');
  return Number.isSafeInteger(row) && row > 0 ? row : 0;
}

function readFacets(query: URLSearchParams, schema: Schema | null): ListState['facets'] {
  const isFacet = (name: string) => !schema || OWN_FACETS.includes(name) || schema.find(name)?.facet;
  const names = new Set([...query.keys()].filter((name) => !PARAMETERS.includes(name) && isFacet(name)));
  const given = [...names].map((name): [string, string[]] => [
    name,
    [...new Set(query.getAll(name).filter(Boolean))],
  ]);
  return Object.fromEntries(given.filter(([, values]) => values.length > 0));
}

/**
 * The list of an address. Of facets and order, what the schema does not have is left out; while it
 * is not known (null) they count as they are, so that the list need not wait for it.
 */
export function readList(query: URLSearchParams, schema: Schema | null): ListState {
  return {
    q: query.get('q') ?? '',
    query: tidy(query.get('query') ?? ''),
    facets: readFacets(query, schema),
    asOfDay: readPastDay(query.get('asOf')),
    sort: readSort(query.get('sort'), schema),
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
export function toFilter({ q, query, facets, asOfDay }: ListState, without?: string): AssetFilter {
  const { status = [], ...others } = { ...facets, ...(without && { [without]: [] }) };
  const chosen = Object.entries(others).filter(([, values]) => values.length > 0);
  const filter: AssetFilter = Object.fromEntries(chosen);
  if (q.trim()) filter.q = q.trim();
  if (query) filter.query = query;
  // An unknown status in the address is refused by the server, which explains it.
  if (status.length > 0) filter.status = status as AssetStatus[];
  const asOf = asOfDay ? endOfDay(asOfDay) : null;
  if (asOf) filter.asOf = asOf;
  return filter;
}

/** Whether the search or a filter narrows the list. */
export const isFiltered = ({ q, facets }: ListState): boolean =>
  q.trim() !== '' || Object.values(facets).some((values) => values.length > 0);

export const isNarrowed = (state: ListState): boolean => isFiltered(state) || state.query !== '';
