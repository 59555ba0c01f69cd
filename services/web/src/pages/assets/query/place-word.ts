import { slotAfter } from './slot';
import { tokens } from './tokens';

/** A text and where the caret stands in it, in UTF-16 units as fields count. */
export interface Edited {
  text: string;
  caret: number;
}

/** A part of a text. */
export interface Place {
  from: number;
  to: number;
}

/** The text with a word in the place of a part of it, set off by spaces, and the caret where the next word goes. */
export function replaced(text: string, { from, to }: Place, word: string): Edited {
  const isClosing = word === ',' || word === ')';
  const before = isClosing ? text.slice(0, from).trimEnd() : text.slice(0, from);
  const after = text.slice(to);
  const isApart = before === '' || isClosing || /[\s(]$/.test(before);
  const start = before + (isApart ? '' : ' ') + word;
  if (word.endsWith('(')) return { text: start + after, caret: start.length };
  const rest = after.replace(/^\s/, '');
  const gap = /^[(),]/.test(after) ? '' : ' ';
  return { text: start + gap + rest, caret: start.length + gap.length };
}

/** The server counts characters, a field counts UTF-16 units: one character beyond the first 65,536 is two of them. */
export function inUnits(text: string, place: Place): Place {
  const characters = Array.from(text);
  const units = (count: number) => characters.slice(0, count).join('').length;
  return { from: units(place.from), to: units(place.to) };
}

/**
 * The query with an expected word at the place that was found wrong (in UTF-16 units). What stands there makes way when
 * it is the same kind of thing: a wrong value, another operator, a misspelt word. Else the word comes before it, since
 * it may be right and something only be missing.
 */
export function corrected(query: string, place: Place, word: string): Edited {
  if (word === '"' || word === "'") {
    const text = query.slice(0, place.to) + word + query.slice(place.to);
    return { text, caret: place.to + 1 };
  }
  const isInstead = makesWay(query, place, word);
  // The parentheses of a function that is only called wrongly are there already.
  const isCalled = isInstead && word.endsWith('()') && /^\s*\(/.test(query.slice(place.to));
  const put = isCalled ? word.slice(0, -2) : word;
  return replaced(query, isInstead ? place : { from: place.from, to: place.from }, put);
}

const isComparison = (text: string) => /^[=!<>]+$/.test(text);

const OPERATOR_WORDS = ['is', 'not', 'in', 'like', 'startswith', 'endswith'];

function makesWay(query: string, place: Place, word: string): boolean {
  const wrong = query.slice(place.from, place.to);
  const [first] = tokens(wrong);
  if (!first) return false;
  const { slot } = slotAfter(tokens(query.slice(0, place.from)));
  const isWord = first.kind !== 'sign' && !['and', 'or', 'order'].includes(first.text.toLowerCase());
  switch (slot.at) {
    case 'condition':
    case 'value':
    case 'value in list':
    case 'is':
    case 'is not':
    case 'order':
      return isWord && !isComparison(word) && word !== '(';
    case 'operator':
      return (
        isComparison(first.text) ||
        OPERATOR_WORDS.includes(first.text.toLowerCase()) ||
        isMisspelling(wrong, word)
      );
    default:
      return isMisspelling(wrong, word);
  }
}

/** Whether a word has the same letters in another order, or all but one of them. */
function isMisspelling(wrong: string, word: string): boolean {
  const [one, other] = [wrong.toLowerCase(), word.toLowerCase()];
  const shorter = Math.min(one.length, other.length);
  if (shorter < 2) return false;
  let same = 0;
  while (same < shorter && one[same] === other[same]) same += 1;
  let alsoSame = 0;
  while (alsoSame < shorter - same && one.at(-1 - alsoSame) === other.at(-1 - alsoSame)) alsoSame += 1;
  return Math.max(one.length, other.length) - same - alsoSame <= 1 || sorted(one) === sorted(other);
}

const sorted = (text: string) => Array.from(text).sort().join('');
