import type { AssetStatus, Attribute } from '../../../api/model';
import { foldName, type Schema } from '../../../api/schema';
import { attributeLabel, statusLabel } from '../../../components/words';
import { t } from '../../../messages';
import {
  CURRENT_USER,
  fieldKey,
  isReserved,
  MOMENTS,
  operatorsOf,
  OWN_FIELDS,
  OWN_ORDERS,
  ownField,
  quoteName,
  quoteWord,
} from './language';
import { slotAfter, type Slot } from './slot';
import { splitTokens, type Token } from './tokens';

/** What is known about this register beyond the language. */
export interface Known {
  schema: Schema;
  /** Of the fields that are facets, by their names. */
  values: Partial<Record<string, { value: string; label: string }[]>>;
}

export interface Item {
  /** What is put into the query. */
  text: string;
  /** An explanation, where the text alone is not enough. */
  note?: string;
}

/** What could stand at the caret, and the part of the text that it would replace. */
export interface Completions {
  from: number;
  to: number;
  items: Item[];
}

const MOST = 12;

const STATUSES: AssetStatus[] = ['in_stock', 'checked_out', 'retired'];

const plain = (texts: readonly string[]): Item[] => texts.map((text) => ({ text }));

/** The piece that the caret is in or at the end of, while it can still be typed on. */
function pieceAt(pieces: Token[], caret: number): Token | undefined {
  const piece = pieces.find(({ from, to }) => from < caret && caret <= to);
  const isDone = piece?.kind === 'sign' && piece.text !== '!' && caret === piece.to;
  return isDone ? undefined : piece;
}

/**
 * What could come at the caret. A text that is no query may have no completions, but never an
 * error: this only helps, and the server decides.
 */
export function completions(text: string, caret: number, known: Known): Completions {
  const pieces = splitTokens(text);
  const typed = pieceAt(pieces, caret);
  const before = pieces.filter(({ to }) => to <= (typed?.from ?? caret));
  const { slot, depth } = slotAfter(before);
  const range = typed
    ? { from: typed.from, to: typed.isOpen ? caret : typed.to }
    : { from: caret, to: caret };
  // A finished quotation needs no completion.
  if (typed?.kind === 'quoted' && !typed.isOpen) return { ...range, items: [] };
  const beginning = typed ? text.slice(typed.from, caret).replace(/^["']/, '') : '';
  const items = matching(optionsIn(slot, depth, known), beginning, text.slice(range.from, range.to));
  return { ...range, items };
}

function matching(options: Item[], beginning: string, whole: string): Item[] {
  const prefix = beginning.toLowerCase();
  const begins = ({ text, note }: Item) =>
    [text.replace(/^"/, ''), note ?? ''].some((one) => one.toLowerCase().startsWith(prefix));
  const found = prefix === '' ? options : options.filter(begins);
  // A word that is complete needs no help, and a list of one would only be in the way.
  return found.filter(({ text }) => text.toLowerCase() !== whole.toLowerCase()).slice(0, MOST);
}

function optionsIn(slot: Slot, depth: number, known: Known): Item[] {
  switch (slot.at) {
    case 'condition':
      return [...fieldNames(known), ...plain(['NOT', '('])];
    case 'operator':
      return plain(operatorsOf(slot.field).map((operator) => operator.replace(/(^| )in$/, '$1in (')));
    case 'not':
      return plain(['in (', 'like', 'startsWith', 'endsWith']);
    case 'is':
      return plain(['EMPTY', 'not EMPTY']);
    case 'is not':
      return plain(['EMPTY']);
    case 'list':
      return plain(['(']);
    case 'value':
    case 'value in list':
      return valuesOf(slot.field, slot.operator, known);
    case 'next in list':
      return plain([',', ')']);
    case 'after':
      return plain([...(depth > 0 ? [')'] : []), 'AND', 'OR', ...(depth > 0 ? [] : ['ORDER BY'])]);
    case 'by':
      return plain(['BY']);
    case 'order':
      return orderFields(known.schema);
    case 'direction':
      return plain(['ASC', 'DESC']);
    case 'function':
    case 'nothing':
      return [];
  }
}

/** A built-in attribute is called by its key; one of the register's own, by its name. */
function fieldItem(attribute: Attribute): Item {
  const { key, name, builtIn } = attribute;
  if (!builtIn) return { text: quoteName(name) };
  const label = attributeLabel(attribute);
  return foldName(label) === foldName(key) ? { text: key } : { text: key, note: label };
}

/** The attributes that a list can be ordered by come first, with the fields that all assets have. */
function fieldNames({ schema }: Known): Item[] {
  const own = OWN_FIELDS.map(({ name }) => name);
  const others = schema.attributes.filter((one) => !one.sortable && (one.builtIn || !isReserved(one.name)));
  return [
    ...plain(own.slice(0, 1)),
    ...schema.sortable.map(fieldItem),
    ...plain(own.slice(1)),
    ...others.map(fieldItem),
  ];
}

const orderFields = (schema: Schema): Item[] => [
  ...plain(OWN_ORDERS.slice(0, 1)),
  ...schema.sortable.map(fieldItem),
  ...plain(OWN_ORDERS.slice(1)),
];

const isMomentField = (key: string) => ['due', 'registered', 'updated'].includes(key);

function peopleIn({ values }: Known): Item[] {
  const people = values.holder ?? [];
  return people.map(({ value, label }) => ({ text: quoteWord(value), note: label }));
}

/** Values of an attribute. Those of one that the register added may be days, when they are compared. */
function valuesOfAttribute(attribute: Attribute | undefined, operator: string, known: Known): Item[] {
  if (attribute?.facet)
    return (known.values[attribute.key] ?? []).map(({ value }) => ({ text: quoteWord(value) }));
  if (attribute?.kind === 'date') return plain(MOMENTS);
  const isOrder = ['<', '<=', '>', '>='].includes(operator);
  return isOrder && !attribute?.builtIn ? plain(MOMENTS) : [];
}

function valuesOf(field: string, operator: string, known: Known): Item[] {
  const key = fieldKey(field);
  if (key === 'status') return STATUSES.map((status) => ({ text: status, note: statusLabel(status) }));
  if (key === 'holder') return [{ text: CURRENT_USER, note: t('query.you') }, ...peopleIn(known)];
  if (isMomentField(key)) return plain(MOMENTS);
  return ownField(key) ? [] : valuesOfAttribute(known.schema.findNamed(key), operator, known);
}
