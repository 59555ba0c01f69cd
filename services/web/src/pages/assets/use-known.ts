import { useMemo } from 'react';
import { useAssetList, useFacets } from '../../api/queries';
import type { FacetName } from '../../api/model';
import { isKnownAttribute, KNOWN_ATTRIBUTES } from '../../components/words';
import { facetLabel } from './FacetFilter';
import { FACETS, sortParam, toFilter, type ListState } from './list-state';
import type { Known } from './query/completions';

/**
 * What the page knows of the register without a request of its own: the values counted for the
 * filters, of the whole register, and the attributes of the assets in the list.
 */
export function useKnown(state: ListState, isNeeded: boolean): Known {
  const all = { ...state, q: '', query: '', facets: {} };
  const facets = useFacets(toFilter(all), isNeeded).data;
  const rows = useAssetList(toFilter(state), sortParam(state.sort)).data;
  return useMemo(() => {
    const seen = new Set((rows ?? []).flatMap(({ attributes }) => Object.keys(attributes)));
    const own = [...seen].filter((key) => !isKnownAttribute(key)).sort();
    const valuesOf = (name: FacetName) =>
      (facets?.[name] ?? [])
        .filter(({ value }) => value)
        .map((facet) => ({ value: facet.value, label: facetLabel(name, facet) }));
    const values = Object.fromEntries(FACETS.map((name) => [name, valuesOf(name)])) as Known['values'];
    return { attributes: [...KNOWN_ATTRIBUTES, ...own], values };
  }, [facets, rows]);
}
