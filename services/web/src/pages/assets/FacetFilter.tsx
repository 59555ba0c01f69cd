import Button from '@atlaskit/button/default/button';
import ChevronDownIcon from '@atlaskit/icon/core/chevron-down';
import { lazy, Suspense, useState } from 'react';
import type { FacetValue } from '../../api/model';
import { useFacets, valuesIn } from '../../api/queries';
import { personName, statusLabel } from '../../components/words';
import { t } from '../../messages';
import { toFilter, type ListState } from './list-state';

const loadMenu = () => import('./FacetMenu');
const FacetMenu = lazy(loadMenu);

/** The text on screen for a facet value. */
export function facetLabel(
  name: string,
  facet: Pick<FacetValue, 'value' | 'displayName' | 'number' | 'erased'>,
): string {
  if (name === 'status') return statusLabel(facet.value);
  if (name === 'holder') {
    return personName({ ...facet, accountId: facet.value, displayName: facet.displayName ?? null });
  }
  return facet.value;
}

interface Props {
  name: string;
  title: string;
  state: ListState;
  onChange: (value: string | undefined) => void;
}

/**
 * One filter: a button that opens a searchable list of the existing values, each with its count
 * under the other filters. The counts and the list's code, by far the largest part of the page, are
 * fetched when it is opened.
 */
export function FacetFilter({ name, title, state, onChange }: Props) {
  const [isOpened, setOpened] = useState(false);
  const chosen = state.facets[name];
  const counts = useFacets(toFilter(state, name), isOpened || Boolean(chosen));
  const values = valuesIn(counts.data, name).filter((facet) => facet.value);
  const known = values.find((facet) => facet.value === chosen);
  const text = chosen
    ? t('facet.chosen', { name: title, value: facetLabel(name, known ?? { value: chosen }) })
    : title;
  const button = (
    <Button
      iconAfter={ChevronDownIcon}
      isSelected={Boolean(chosen)}
      aria-haspopup="listbox"
      aria-expanded={false}
      onMouseEnter={() => void loadMenu()}
      onFocus={() => void loadMenu()}
      onClick={() => setOpened(true)}
    >
      {text}
    </Button>
  );
  if (!isOpened) return button;
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
