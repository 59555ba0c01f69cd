import type { AttributeChanges } from '../../api/model';
import { foldName, NAME, type Schema } from '../../api/schema';
import { t } from '../../messages';

/** A field that the person adds. `id` identifies the row while its name is typed. */
export interface AddedField {
  id: number;
  name: string;
  value: string;
}

/** What a form holds: the text of each attribute by its key, and the rows that were added. */
export interface Draft {
  values: Record<string, string>;
  added: AddedField[];
}

type Attributes = Record<string, string>;

export const draftOf = (attributes: Attributes): Draft => ({ values: { ...attributes }, added: [] });

export const putValue = (draft: Draft, key: string, value: string): Draft => ({
  ...draft,
  values: { ...draft.values, [key]: value },
});

/**
 * Up to how many attributes of its own a register has all of them in every form. Of more, a form has
 * those that the asset has; the others are offered by name where a field is added.
 */
export const MOST_SHOWN = 12;

/** The keys of the attributes that have a field in the form, in their order. */
export function shownKeys(schema: Schema, { values }: Draft): string[] {
  const isFew = schema.free.length <= MOST_SHOWN;
  return schema
    .keysWith(Object.keys(values))
    .filter((key) => isFew || key in values || schema.find(key)?.builtIn);
}

/** What names an added field to the server: the key of the attribute, or the name of a new one. */
export const keyOfName = (schema: Schema, name: string): string => schema.findNamed(name)?.key ?? name.trim();

/** The attributes of a draft, without empty ones. */
export function attributesOf(draft: Draft, schema: Schema): Attributes {
  const attributes: Attributes = {};
  const put = (key: string, value: string) => {
    if (key && value.trim()) attributes[key] = value.trim();
  };
  for (const [key, value] of Object.entries(draft.values)) put(key, value);
  for (const { name, value } of draft.added) put(keyOfName(schema, name), value);
  return attributes;
}

/** Whether a draft over `base` holds something that the person entered. */
export const hasEntries = ({ values, added }: Draft, base: Attributes): boolean =>
  added.some(({ name, value }) => name || value) ||
  Object.entries(values).some(([key, value]) => value !== (base[key] ?? ''));

/** What has to be set (or, with null, removed) to get from `base` to `target`. */
export function changesBetween(base: Attributes, target: Attributes): AttributeChanges {
  const changes: AttributeChanges = {};
  for (const [key, value] of Object.entries(target)) if (base[key] !== value) changes[key] = value;
  for (const key of Object.keys(base)) if (!(key in target)) changes[key] = null;
  return changes;
}

/** The draft over a newer base: the person's changes stay, everything else takes its new value. */
export function rebase(draft: Draft, oldBase: Attributes, newBase: Attributes): Draft {
  const values = { ...newBase };
  for (const [key, value] of Object.entries(draft.values)) {
    if (value !== (oldBase[key] ?? '')) values[key] = value;
  }
  return { ...draft, values };
}

/** Where what is wrong with the name of an added field is shown. */
export const addedError = ({ id }: AddedField): string => `added-${id}`;

function findAddedErrors(draft: Draft, schema: Schema): Record<string, string> {
  const errors: Record<string, string> = {};
  const shown = new Set([NAME, ...shownKeys(schema, draft)]);
  const seen = new Set<string>();
  for (const field of draft.added) {
    const key = keyOfName(schema, field.name);
    const name = foldName(field.name);
    if (!key && field.value.trim()) errors[addedError(field)] = t('draft.fieldNameMissing');
    else if (shown.has(key)) errors[addedError(field)] = t('draft.fieldKnown');
    else if (key && (seen.has(key) || seen.has(name))) errors[addedError(field)] = t('draft.fieldTwice');
    seen.add(key).add(name);
  }
  return errors;
}

/** What is wrong with a draft before it is sent, by field. The server decides. */
export function draftErrors(draft: Draft, schema: Schema): Record<string, string> {
  const errors = findAddedErrors(draft, schema);
  for (const { key, required } of schema.attributes) {
    if (required && !draft.values[key]?.trim()) errors[key] = t('draft.valueMissing');
  }
  if (!draft.values[NAME]?.trim()) errors[NAME] = t('draft.nameMissing');
  return errors;
}
