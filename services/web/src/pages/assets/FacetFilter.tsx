import Button from '@atlaskit/button/new';
import ChevronDownIcon from '@atlaskit/icon/core/chevron-down';
import { lazy, Suspense, useState } from 'react';
import { useFacets } from '../../api/queries';
import type { FacetName, FacetValue } from '../../api/types';
import { attributeLabel, statusLabel } from '../../components/asset/words';
import { toFilter, type ListState } from './list-state';

const loadMenu = () => import('./FacetMenu');
const FacetMenu = lazy(loadMenu);

/** What a facet value is called on screen. */
export function facetLabel(name: FacetName, facet: Pick<FacetValue, 'value' | 'displayName'>): string {
  if (name === 'status') return statusLabel(facet.value);
  if (name === 'holder') return facet.displayName ?? `Unknown person (…${facet.value.slice(-6)})`;
  return facet.value;
}

interface Props {
  name: FacetName;
  state: ListState;
  onChange: (value: string | undefined) => void;
}

/**
 * One filter: a button that opens a searchable list of the values there are, each with its count under the other
 * filters. Neither the counts nor the list's code, by far the largest part of the page, is fetched before it is asked
 * for.
 */
export function FacetFilter({ name, state, onChange }: Props) {
  const [isWanted, setWanted] = useState(false);
  const chosen = state.facets[name];
  const counts = useFacets(toFilter(state, name), isWanted || Boolean(chosen));
  const values = (counts.data?.[name] ?? []).filter((facet) => facet.value);
  const known = values.find((facet) => facet.value === chosen);
  const title = attributeLabel(name);
  const text = chosen ? `${title}: ${facetLabel(name, known ?? { value: chosen })}` : title;
  const button = (
    <Button
      iconAfter={ChevronDownIcon}
      isSelected={Boolean(chosen)}
      aria-haspopup="listbox"
      aria-expanded={false}
      onMouseEnter={() => void loadMenu()}
      onFocus={() => void loadMenu()}
      onClick={() => setWanted(true)}
    >
      {text}
    </Button>
  );
  if (!isWanted) return button;
  return (
    <Suspense fallback={button}>
      <FacetMenu
        title={title}
        text={text}
        options={values.map((facet) => ({ ...facet, label: facetLabel(name, facet) }))}
        chosen={chosen}
        isLoading={counts.isFetching}
        onChange={onChange}
      />
    </Suspense>
  );
}
