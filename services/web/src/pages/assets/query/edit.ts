import { slotAfter } from './slot';
import { splitTokens } from './tokens';

/** A text and where the caret stands in it, in UTF-16 units as fields count. */
export interface Edited {
  text: string;
  caret: number;
}

/** A part of a text. */
export interface TextRange {
  from: number;
  to: number;
}

/**
 * The text with a word in a range of it, set off by spaces, and the caret where the next word goes.
 */
export function replaceRange(text: string, { from, to }: TextRange, word: string): Edited {
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

/**
 * The server counts characters, a field counts UTF-16 units: some characters, such as emoji, are
 * two of them.
 */
export function toUnits(text: string, range: TextRange): TextRange {
  const characters = Array.from(text);
  const units = (count: number) => characters.slice(0, count).join('').length;
  return { from: units(range.from), to: units(range.to) };
}

/**
 * The query with an expected word in the range that was found wrong (in UTF-16 units). The word
 * replaces the text there when that is of the same kind: a wrong value, another operator, a
 * misspelt word. Otherwise the word is put before it, since it may be right and something only be
 * missing.
 */
export function correctQuery(query: string, range: TextRange, word: string): Edited {
  if (word === '"' || word === "'") {
    const text = query.slice(0, range.to) + word + query.slice(range.to);
    return { text, caret: range.to + 1 };
  }
  const isInstead = isReplaceable(query, range, word);
  // The parentheses of a function that is only called wrongly are there already.
  const isCalled = isInstead && word.endsWith('()') && /^\s*\(/.test(query.slice(range.to));
  const put = isCalled ? word.slice(0, -2) : word;
  return replaceRange(query, isInstead ? range : { from: range.from, to: range.from }, put);
}

const isComparison = (text: string) => /^[=!<>]+$/.test(text);

const OPERATOR_WORDS = ['is', 'not', 'in', 'like', 'startswith', 'endswith'];

function isReplaceable(query: string, range: TextRange, word: string): boolean {
  const wrong = query.slice(range.from, range.to);
  const [first] = splitTokens(wrong);
  if (!first) return false;
  const { slot } = slotAfter(splitTokens(query.slice(0, range.from)));
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
  return Math.max(one.length, other.length) - same - alsoSame <= 1 || sortLetters(one) === sortLetters(other);
}

const sortLetters = (text: string) => Array.from(text).sort().join('');
