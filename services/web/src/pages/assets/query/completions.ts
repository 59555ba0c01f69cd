import type { AssetStatus, FacetName } from '../../../api/model';
import { statusLabel } from '../../../components/words';
import { t } from '../../../messages';
import { CURRENT_USER, fieldKey, FIELDS, MOMENTS, operatorsOf, ORDER_FIELDS, quoteWord } from './language';
import { slotAfter, type Slot } from './slot';
import { splitTokens, type Token } from './tokens';

/** What is known about this register beyond the language. */
export interface Known {
  /** Attributes that some asset has, by their keys. */
  attributes: string[];
  values: Record<FacetName, { value: string; label: string }[]>;
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
  return plain([...own, ...others.map(quoteWord)]);
}

const isMomentField = (key: string) => ['due', 'registered', 'updated'].includes(key) || key.endsWith('_on');

function valuesOf(field: string, operator: string, known: Known): Item[] {
  const key = fieldKey(field);
  if (key === 'status') return STATUSES.map((status) => ({ text: status, note: statusLabel(status) }));
  if (key === 'type' || key === 'location')
    return known.values[key].map(({ value }) => ({ text: quoteWord(value) }));
  if (key === 'holder') {
    const people = known.values.holder.map(({ value, label }) => ({ text: quoteWord(value), note: label }));
    return [{ text: CURRENT_USER, note: t('query.you') }, ...people];
  }
  const isOrder = ['<', '<=', '>', '>='].includes(operator);
  const isText = ['tag', 'name', 'anyattribute'].includes(key);
  return isMomentField(key) || (isOrder && !isText) ? plain(MOMENTS) : [];
}
