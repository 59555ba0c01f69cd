import type { Token } from './tokens';

/** What can stand next in a query. */
export type Slot =
  | { at: 'condition' | 'after' | 'by' | 'order' | 'direction' | 'nothing' }
  | { at: 'operator' | 'not' | 'is' | 'is not' | 'list' | 'next in list'; field: string }
  | { at: 'value' | 'value in list'; field: string; operator: string }
  /** Within the parentheses of a function. */
  | { at: 'function'; then: Slot };

const NOTHING: Slot = { at: 'nothing' };

/** The slot that comes after these pieces, and how many parentheses are open there. */
export function slotAfter(pieces: Token[]): { slot: Slot; depth: number } {
  let slot: Slot = { at: 'condition' };
  let before: Slot = NOTHING;
  let depth = 0;
  for (const piece of pieces) {
    const next = step(slot, before, piece);
    if (slot.at === 'condition' && isSign(piece, '(')) depth += 1;
    if (slot.at === 'after' && isSign(piece, ')')) depth = Math.max(0, depth - 1);
    before = slot;
    slot = next;
  }
  return { slot, depth };
}

const isSign = (piece: Token, sign: string) => piece.kind === 'sign' && piece.text === sign;

const keyword = (piece: Token) => (piece.kind === 'word' ? piece.text.toLowerCase() : '');

const isName = (piece: Token) => piece.kind !== 'sign';

function step(slot: Slot, before: Slot, piece: Token): Slot {
  switch (slot.at) {
    case 'condition':
      if (isSign(piece, '(') || keyword(piece) === 'not') return slot;
      if (keyword(piece) === 'order') return { at: 'by' };
      return isName(piece) ? { at: 'operator', field: piece.text } : NOTHING;
    case 'operator':
      return afterField(slot.field, piece);
    case 'not':
      return afterNot(slot.field, piece);
    case 'is':
      if (keyword(piece) === 'not') return { at: 'is not', field: slot.field };
      return isName(piece) ? { at: 'after' } : NOTHING;
    case 'is not':
      return isName(piece) ? { at: 'after' } : NOTHING;
    case 'value':
      return isName(piece) ? { at: 'after' } : NOTHING;
    case 'list':
      return isSign(piece, '(') ? { at: 'value in list', field: slot.field, operator: 'in' } : NOTHING;
    case 'value in list':
      return isName(piece) ? { at: 'next in list', field: slot.field } : NOTHING;
    case 'next in list':
      if (isSign(piece, ',')) return { at: 'value in list', field: slot.field, operator: 'in' };
      if (isSign(piece, '(') && before.at === 'value in list') return { at: 'function', then: slot };
      return isSign(piece, ')') ? { at: 'after' } : NOTHING;
    case 'function':
      return isSign(piece, ')') ? slot.then : slot;
    case 'after':
      if (isSign(piece, '(') && before.at === 'value') return { at: 'function', then: slot };
      return isSign(piece, ')') ? slot : joined(piece);
    case 'by':
      return keyword(piece) === 'by' ? { at: 'order' } : NOTHING;
    case 'order':
      return isName(piece) ? { at: 'direction' } : NOTHING;
    case 'direction':
      return NOTHING;
    case 'nothing':
      // After an error, a new condition starts over.
      return joined(piece);
  }
}

function joined(piece: Token): Slot {
  const word = keyword(piece);
  if (word === 'and' || word === 'or') return { at: 'condition' };
  return word === 'order' ? { at: 'by' } : NOTHING;
}

function afterField(field: string, piece: Token): Slot {
  if (piece.kind === 'sign') {
    return /^[=!<>]+$/.test(piece.text) ? { at: 'value', field, operator: piece.text } : NOTHING;
  }
  if (keyword(piece) === 'not') return { at: 'not', field };
  if (keyword(piece) === 'is') return { at: 'is', field };
  return afterNot(field, piece);
}

function afterNot(field: string, piece: Token): Slot {
  const word = keyword(piece);
  if (word === 'in') return { at: 'list', field };
  return ['like', 'startswith', 'endswith'].includes(word) ? { at: 'value', field, operator: word } : NOTHING;
}
