import type { Attribute, AssetStatus, Person } from '../api/model';
import type { Schema } from '../api/schema';
import { findText, t } from '../messages';

/**
 * The key of an attribute without the prefix and the capitals that some answers have: `due_on` for
 * `dueOn`.
 */
export const plainKey = (field: string): string =>
  field
    .replace(/^attributes?\./, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase();

/** A word for programs as people write it: `cost_centre` as `Cost centre`. */
function inWords(key: string): string {
  const words = key.replace(/_/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The label of a field that every asset has besides its attributes: its tag, status, holder. */
export const ownLabel = (key: string): string => findText(`attribute.${key}`) ?? inWords(key);

/** The label of an attribute: the built-in ones by their texts, the others by their names. */
export function attributeLabel({ key, name, builtIn }: Attribute): string {
  if (builtIn) return findText(`attribute.${key}`) ?? name;
  return name === key ? inWords(key) : name;
}

/** The label of what an answer names as a field: an attribute of the schema, or another field. */
export function fieldLabel(schema: Schema, field: string): string {
  const attribute = schema.find(field) ?? schema.find(plainKey(field));
  return attribute ? attributeLabel(attribute) : ownLabel(plainKey(field));
}

const STATUSES: readonly string[] = ['in_stock', 'checked_out', 'retired'] satisfies AssetStatus[];

export const statusLabel = (status: string): string =>
  STATUSES.includes(status) ? t(`status.${status as AssetStatus}`) : inWords(status);

/** What an event's type says happened: `asset.label_printed` as `label printed`. */
export const typeText = (type: string): string => inWords(type.replace(/^asset\./, '')).toLowerCase();

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
