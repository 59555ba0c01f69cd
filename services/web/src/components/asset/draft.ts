import type { AttributeChanges } from '../../api/types';
import { isKnownAttribute, KNOWN_ATTRIBUTES } from './words';

/** An attribute of the person's own making. `id` keeps the row's place while its key is typed. */
export interface CustomAttribute {
  id: number;
  key: string;
  value: string;
}

/** What a form holds: text for every known attribute, and rows for the others. */
export interface Draft {
  known: Record<string, string>;
  custom: CustomAttribute[];
}

type Attributes = Record<string, string>;

export function draftOf(attributes: Attributes): Draft {
  const known: Attributes = {};
  for (const key of KNOWN_ATTRIBUTES) known[key] = attributes[key] ?? '';
  const custom = Object.keys(attributes)
    .filter((key) => !isKnownAttribute(key))
    .sort()
    .map((key, id) => ({ id, key, value: attributes[key] ?? '' }));
  return { known, custom };
}

/** A key as the server takes it: `Cost centre` becomes `cost_centre`. */
export function attributeKey(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 64);
}

/** The attributes a draft stands for, empty ones left out. */
export function attributesOf(draft: Draft): Attributes {
  const attributes: Attributes = {};
  const put = (key: string, value: string) => {
    if (key && value.trim()) attributes[key] = value.trim();
  };
  for (const [key, value] of Object.entries(draft.known)) put(key, value);
  for (const { key, value } of draft.custom) put(attributeKey(key), value);
  return attributes;
}

/** What has to be set (or, with null, removed) to get from `base` to the draft. */
export function changesBetween(base: Attributes, draft: Draft): AttributeChanges {
  const wanted = attributesOf(draft);
  const changes: AttributeChanges = {};
  for (const [key, value] of Object.entries(wanted)) if (base[key] !== value) changes[key] = value;
  for (const key of Object.keys(base)) if (!(key in wanted)) changes[key] = null;
  return changes;
}

/** The draft over a newer base: what the person changed stays, all else becomes what it now is. */
export function rebase(draft: Draft, oldBase: Attributes, newBase: Attributes): Draft {
  const merged = { ...newBase };
  for (const [key, value] of Object.entries(changesBetween(oldBase, draft))) {
    if (value === null) delete merged[key];
    else merged[key] = value;
  }
  return draftOf(merged);
}

/** What is wrong with a draft before it is sent, by field. The server has the last word. */
export function draftErrors(draft: Draft): Record<string, string> {
  const errors: Record<string, string> = {};
  if (!draft.known.name?.trim()) errors.name = 'Give the asset a name.';
  const seen = new Set<string>();
  for (const { id, key, value } of draft.custom) {
    const plain = attributeKey(key);
    if (!plain && value.trim()) errors[`custom-${id}`] = 'Name this field.';
    else if (plain && isKnownAttribute(plain))
      errors[`custom-${id}`] = 'There is a field of that name above.';
    else if (plain && seen.has(plain)) errors[`custom-${id}`] = 'There are two fields of that name.';
    seen.add(plain);
  }
  return errors;
}
