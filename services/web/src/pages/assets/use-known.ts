import { useMemo } from 'react';
import { useFacets, valuesIn } from '../../api/queries';
import type { Schema } from '../../api/schema';
import { facetLabel } from './facets';
import { facetsOf, toFilter, type ListState } from './list-state';
import type { Known } from './query/completions';

/**
 * What the page knows of the register without a request of its own: its schema, and the values
 * counted for the filters, of the whole register.
 */
export function useKnown(schema: Schema, state: ListState, isNeeded: boolean): Known {
  const all = { ...state, q: '', query: '', facets: {} };
  const facets = useFacets(toFilter(all), isNeeded).data;
  return useMemo(() => {
    const valuesOf = (name: string) =>
      valuesIn(facets, name)
        .filter(({ value }) => value)
        .map((facet) => ({ value: facet.value, label: facetLabel(name, facet) }));
    const values = Object.fromEntries(facetsOf(schema).map(({ name }) => [name, valuesOf(name)]));
    return { schema, values };
  }, [schema, facets]);
}
