import type { FacetName } from '../../../api/types';
import { fieldKey, FIELDS, MOMENTS, operatorsOf, ORDER_FIELDS, written } from './language';
import { slotAfter, type Slot } from './slot';
import { tokens, type Token } from './tokens';

/** What is known of this register beyond the language. */
export interface Known {
  /** Attributes that some asset has, by their keys. */
  attributes: string[];
  values: Record<FacetName, { value: string; label: string }[]>;
}

export interface Item {
  /** What is put into the query. */
  text: string;
  /** What it is, where the text alone does not say so. */
  note?: string;
}

/** What could stand at the caret, and the part of the text that it would take the place of. */
export interface Completions {
  from: number;
  to: number;
  items: Item[];
}

const MOST = 12;

const STATUSES: Item[] = [
  { text: 'in_stock', note: 'In stock' },
  { text: 'checked_out', note: 'Checked out' },
  { text: 'retired', note: 'Retired' },
];

const plain = (texts: readonly string[]): Item[] => texts.map((text) => ({ text }));

/** What the caret is in the middle or at the end of, if it is something that is still being typed. */
function pieceAt(pieces: Token[], caret: number): Token | undefined {
  const piece = pieces.find(({ from, to }) => from < caret && caret <= to);
  const isDone = piece?.kind === 'sign' && piece.text !== '!' && caret === piece.to;
  return isDone ? undefined : piece;
}

/**
 * What could come at the caret. For a text that is no query there may be nothing to say, never an error: this is help,
 * and the server is the judge.
 */
export function completions(text: string, caret: number, known: Known): Completions {
  const pieces = tokens(text);
  const typed = pieceAt(pieces, caret);
  const before = pieces.filter(({ to }) => to <= (typed?.from ?? caret));
  const { slot, depth } = slotAfter(before);
  const place = typed
    ? { from: typed.from, to: typed.isOpen ? caret : typed.to }
    : { from: caret, to: caret };
  // Within quotes that are closed nobody is at a loss for words.
  if (typed?.kind === 'quoted' && !typed.isOpen) return { ...place, items: [] };
  const beginning = typed ? text.slice(typed.from, caret).replace(/^["']/, '') : '';
  const items = matching(optionsIn(slot, depth, known), beginning, text.slice(place.from, place.to));
  return { ...place, items };
}

function matching(options: Item[], beginning: string, whole: string): Item[] {
  const sought = beginning.toLowerCase();
  const begins = ({ text, note }: Item) =>
    [text.replace(/^"/, ''), note ?? ''].some((one) => one.toLowerCase().startsWith(sought));
  const found = sought === '' ? options : options.filter(begins);
  // What stands there already in full needs no help, and a list of it would only be in the way.
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
      return plain(Object.keys(ORDER_FIELDS));
    case 'direction':
      return plain(['ASC', 'DESC']);
    case 'function':
    case 'nothing':
      return [];
  }
}

function fieldNames(known: Known): Item[] {
  const own = FIELDS.map(({ name }) => name);
  const others = known.attributes.filter((key) => !own.includes(fieldKey(key)));
  return plain([...own, ...others.map(written)]);
}

const isMomentField = (key: string) => ['due', 'registered', 'updated'].includes(key) || key.endsWith('_on');

function valuesOf(field: string, operator: string, known: Known): Item[] {
  const key = fieldKey(field);
  if (key === 'status') return STATUSES;
  if (key === 'type' || key === 'location')
    return known.values[key].map(({ value }) => ({ text: written(value) }));
  if (key === 'holder') {
    const people = known.values.holder.map(({ value, label }) => ({ text: written(value), note: label }));
    return [{ text: 'currentUser()', note: 'You' }, ...people];
  }
  const isOrder = ['<', '<=', '>', '>='].includes(operator);
  const isText = ['tag', 'name', 'anyattribute'].includes(key);
  return isMomentField(key) || (isOrder && !isText) ? plain(MOMENTS) : [];
}
