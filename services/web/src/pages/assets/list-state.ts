import type { AssetFilter, FacetName } from '../../api/types';
import { href } from '../../app/route';
import { endOfDay, today } from '../../components/format';
import type { Sort } from '../../components/VirtualGrid';

/** What the list shows, as kept in the hash, so that a link or the back button brings it back. */
export interface ListState {
  q: string;
  facets: Partial<Record<FacetName, string>>;
  /** A past day, or null for now. */
  asOfDay: string | null;
  sort: Sort;
}

export const FACETS: FacetName[] = ['type', 'status', 'location', 'holder'];

const DEFAULT_SORT = 'tag';
const SORTABLE = ['tag', 'name', 'type', 'location', 'status', 'updated_at'];

export const sortParam = (sort: Sort): string => (sort.descending ? `-${sort.field}` : sort.field);

function readSort(text: string | null): Sort {
  const descending = text?.startsWith('-') ?? false;
  const field = (text ?? DEFAULT_SORT).replace(/^-/, '');
  return SORTABLE.includes(field) ? { field, descending } : { field: DEFAULT_SORT, descending: false };
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
    facets,
    asOfDay: readPastDay(query.get('asOf')),
    sort: readSort(query.get('sort')),
  };
}

export function listHref({ q, facets, asOfDay, sort }: ListState): string {
  const order = sortParam(sort);
  return href([], {
    q,
    ...facets,
    asOf: asOfDay ?? undefined,
    sort: order === DEFAULT_SORT ? undefined : order,
  });
}

/** The state as the API asks for it. `without` leaves one facet out, to count what its other values would give. */
export function toFilter({ q, facets, asOfDay }: ListState, without?: FacetName): AssetFilter {
  const filter: AssetFilter = {};
  if (q.trim()) filter.q = q.trim();
  for (const name of FACETS) {
    const value = facets[name];
    if (value && name !== without) filter[name] = value;
  }
  const asOf = asOfDay ? endOfDay(asOfDay) : null;
  if (asOf) filter.asOf = asOf;
  return filter;
}

export const isNarrowed = ({ q, facets }: ListState): boolean =>
  q.trim() !== '' || Object.values(facets).some(Boolean);
