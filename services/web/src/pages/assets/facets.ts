import type { Facets, FacetValue } from '../../api/model';
import { personName, statusLabel } from '../../components/words';
import { t } from '../../messages';
import type { ListState } from './list-state';

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

/** Texts are compared without regard to case, as the server does. */
const fold = (text: string): string => text.normalize('NFKC').toLowerCase();

/** Whether the text occurs in a label. */
export const isFound = (label: string, text: string): boolean => fold(label).includes(fold(text.trim()));

export const isChosen = (chosen: string[], value: string): boolean =>
  chosen.some((one) => fold(one) === fold(value));

/** The chosen values with this one added, or without it if it was among them. */
export const toggle = (chosen: string[], value: string): string[] =>
  isChosen(chosen, value) ? chosen.filter((one) => fold(one) !== fold(value)) : [...chosen, value];

/** The text of a filter's button. */
export function buttonText(title: string, labels: string[]): string {
  const [first, ...others] = labels;
  if (first === undefined) return title;
  const value = others.length > 0 ? t('facet.andMore', { value: first, count: others.length }) : first;
  return t('facet.chosen', { name: title, value });
}

/**
 * The counts of the listed assets. The server counts the values of a filter without regard to its
 * own choice, so that another can be chosen; here what is not chosen counts nothing.
 */
export function countListed(facets: Facets, { facets: chosen }: ListState): Pick<Facets, 'status' | 'type'> {
  const listed = <V extends { value: string }>(name: string, values: V[]): V[] => {
    const own = chosen[name] ?? [];
    return own.length === 0 ? values : values.filter(({ value }) => isChosen(own, value));
  };
  return { status: listed('status', facets.status), type: listed('type', facets.type) };
}
