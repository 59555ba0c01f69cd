import type { AssetFilter, FacetName } from '../../api/types';
import { href } from '../../host/address';
import { endOfDay, today } from '../../components/format';
import type { Sort } from '../../components/VirtualGrid';
import { tidy } from './query/language';
import { orderOf } from './query/order-by';

/** What the list shows, as kept in the hash, so that a link or the back button brings it back. */
export interface ListState {
  q: string;
  /** A query in the language of the register, tidied. */
  query: string;
  facets: Partial<Record<FacetName, string>>;
  /** A past day, or null for now. */
  asOfDay: string | null;
  /** What the headers were set to, or null for the order that the query asks for, or else by tag. */
  sort: Sort | null;
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
export const shownSort = ({ sort, query }: ListState): Sort => sort ?? ownSort(query);

/** The change for a pressed header. The order that the list has by itself is not kept, so that a plain list has a plain address. */
export function sorted({ query }: ListState, sort: Sort): Pick<ListState, 'sort'> {
  return { sort: sortParam(sort) === sortParam(ownSort(query)) ? null : sort };
}

/** The change for a query that is run. Its order counts, where it has one, and no header's from before. */
export function asked({ sort }: ListState, query: string): Pick<ListState, 'query' | 'sort'> {
  return { query, sort: orderOf(query) ? null : sort };
}

/** A day that is real and over; anything else in the address means now. */
export function readPastDay(day: string | null): string | null {
  return day && endOfDay(day) && day < today() ? day : null;
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
  };
}

export function listHref({ q, query, facets, asOfDay, sort }: ListState): string {
  return href([], {
    q,
    query,
    ...facets,
    asOf: asOfDay ?? undefined,
    sort: sortParam(sort) ?? undefined,
  });
}

/** The state as the API asks for it. `without` leaves one facet out, to count what its other values would give. */
export function toFilter({ q, query, facets, asOfDay }: ListState, without?: FacetName): AssetFilter {
  const filter: AssetFilter = {};
  if (q.trim()) filter.q = q.trim();
  if (query) filter.query = query;
  for (const name of FACETS) {
    const value = facets[name];
    if (value && name !== without) filter[name] = value;
  }
  const asOf = asOfDay ? endOfDay(asOfDay) : null;
  if (asOf) filter.asOf = asOf;
  return filter;
}

/** Whether the search or a filter narrows the list. */
export const isFiltered = ({ q, facets }: ListState): boolean =>
  q.trim() !== '' || Object.values(facets).some(Boolean);

export const isNarrowed = (state: ListState): boolean => isFiltered(state) || state.query !== '';
