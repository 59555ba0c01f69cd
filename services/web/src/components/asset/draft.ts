import type { AttributeChanges } from '../../api/model';
import { t } from '../../messages';
import { isKnownAttribute, KNOWN_ATTRIBUTES } from '../words';

/** An attribute that the site added. `id` identifies the row while its key is typed. */
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

/** A key in the server's form: `Cost centre` becomes `cost_centre`. */
export function attributeKey(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 64);
}

/** The attributes of a draft, without empty ones. */
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
  const target = attributesOf(draft);
  const changes: AttributeChanges = {};
  for (const [key, value] of Object.entries(target)) if (base[key] !== value) changes[key] = value;
  for (const key of Object.keys(base)) if (!(key in target)) changes[key] = null;
  return changes;
}

/** The draft over a newer base: the person's changes stay, everything else takes its new value. */
export function rebase(draft: Draft, oldBase: Attributes, newBase: Attributes): Draft {
  const merged = { ...newBase };
  for (const [key, value] of Object.entries(changesBetween(oldBase, draft))) {
    if (value === null) delete merged[key];
    else merged[key] = value;
  }
  return draftOf(merged);
}

/** What is wrong with a draft before it is sent, by field. The server decides. */
export function draftErrors(draft: Draft): Record<string, string> {
  const errors: Record<string, string> = {};
  if (!draft.known.name?.trim()) errors.name = t('draft.nameMissing');
  const seen = new Set<string>();
  for (const { id, key, value } of draft.custom) {
    const plain = attributeKey(key);
    if (!plain && value.trim()) errors[`custom-${id}`] = t('draft.fieldNameMissing');
    else if (plain && isKnownAttribute(plain)) errors[`custom-${id}`] = t('draft.fieldKnown');
    else if (plain && seen.has(plain)) errors[`custom-${id}`] = t('draft.fieldTwice');
    seen.add(plain);
  }
  return errors;
}
