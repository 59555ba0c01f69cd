import type { AssetStatus, Person } from '../api/model';
import { findText, t } from '../messages';

/** The order in which an asset's attributes are shown and edited; custom ones follow by name. */
export const KNOWN_ATTRIBUTES = [
  'name',
  'type',
  'manufacturer',
  'model',
  'serial',
  'location',
  'purchased_on',
  'price',
  'supplier',
  'status_note',
  'notes',
] as const;

export const isKnownAttribute = (key: string): boolean =>
  (KNOWN_ATTRIBUTES as readonly string[]).includes(key);

/**
 * The key of an attribute without the prefix and the capitals that some answers have: `due_on` for
 * `dueOn`.
 */
export const plainKey = (field: string): string =>
  field
    .replace(/^attributes?\./, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase();

/** The label of an attribute: the known ones by their texts, `cost_centre` as `Cost centre`. */
export function attributeLabel(field: string): string {
  const key = plainKey(field);
  const known = findText(`attribute.${key}`);
  if (known) return known;
  const words = key.replace(/_/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const STATUSES: readonly string[] = ['in_stock', 'checked_out', 'retired'] satisfies AssetStatus[];

export const statusLabel = (status: string): string =>
  STATUSES.includes(status) ? t(`status.${status as AssetStatus}`) : attributeLabel(status);

/** The end of an account id, enough to tell two unknown people apart. */
const endOf = (accountId: string) => accountId.slice(-6);

/** What a name is made of. A person found in Jira has no number and no id in Tally. */
export type Named = Pick<Person, 'accountId' | 'displayName'> & Partial<Pick<Person, 'number' | 'erased'>>;

/**
 * The name of a person, or what stands for it: the number of one who was erased, the end of the
 * account id of one whose name Jira does not give (deactivated, or not yet fetched).
 */
export function personName({ displayName, accountId, number, erased }: Named): string {
  if (erased) return t('person.erased', { number: number ?? 0 });
  return displayName ?? (accountId ? t('person.unknown', { id: endOf(accountId) }) : t('person.someone'));
}
