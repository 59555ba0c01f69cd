import type { MessageId } from '../../../messages';

/**
 * The query language as far as the page helps with typing. Whether a query is right is for the
 * server to decide.
 */

interface Field {
  name: string;
  /** The text of the help. */
  meaning: MessageId & `queryHelp.field.${string}`;
  operators: readonly string[];
}

const EQUALITY = ['=', '!=', 'in', 'not in'];
const EMPTINESS = ['is EMPTY', 'is not EMPTY'];
const ORDER = ['<', '<=', '>', '>='];
const PARTS = ['like', 'not like', 'startsWith', 'not startsWith', 'endsWith', 'not endsWith'];

/** The operators of a text, in the order in which they are offered. */
export const TEXT_OPERATORS: readonly string[] = [...EQUALITY, ...PARTS, ...EMPTINESS, ...ORDER, '=='];

/** The fields that every asset has besides its attributes. */
export const OWN_FIELDS: readonly Field[] = [
  { name: 'tag', meaning: 'queryHelp.field.tag', operators: TEXT_OPERATORS },
  { name: 'status', meaning: 'queryHelp.field.status', operators: EQUALITY },
  { name: 'holder', meaning: 'queryHelp.field.holder', operators: [...EQUALITY, ...EMPTINESS] },
  {
    name: 'due',
    meaning: 'queryHelp.field.due',
    operators: [...ORDER, '=', '!=', 'in', 'not in', ...EMPTINESS],
  },
  { name: 'registered', meaning: 'queryHelp.field.registered', operators: [...ORDER, '=', '!='] },
  { name: 'updated', meaning: 'queryHelp.field.updated', operators: [...ORDER, '=', '!='] },
  { name: 'anyAttribute', meaning: 'queryHelp.field.anyAttribute', operators: ['like', 'not like'] },
];

const OTHER_NAMES: Record<string, string> = {
  key: 'tag',
  label: 'name',
  objecttype: 'type',
  created: 'registered',
  due_on: 'due',
};

export const CURRENT_USER = 'currentUser()';

const SPANS = ['Day', 'Week', 'Month', 'Year'] as const;

/** The functions, each with the text of the help. */
export const FUNCTIONS = [
  { name: CURRENT_USER, meaning: 'queryHelp.function.currentUser' },
  { name: 'now()', meaning: 'queryHelp.function.now' },
  ...SPANS.flatMap((span) => [
    { name: `startOf${span}()`, meaning: `queryHelp.function.startOf${span}` } as const,
    { name: `endOf${span}()`, meaning: `queryHelp.function.endOf${span}` } as const,
  ]),
] as const satisfies { name: string; meaning: MessageId }[];

export const MOMENTS: readonly string[] = FUNCTIONS.map(({ name }) => name).filter(
  (name) => name !== CURRENT_USER,
);

/** The fields that a list can be ordered by besides attributes. */
export const OWN_ORDERS: readonly string[] = ['tag', 'status', 'updated'];

/** The one name of a field that has several, in lower case. */
export function fieldKey(name: string): string {
  const lower = name.toLowerCase();
  return OTHER_NAMES[lower] ?? lower;
}

/** The field besides attributes that has this name. */
export function ownField(name: string): Field | undefined {
  const key = fieldKey(name);
  return OWN_FIELDS.find((field) => field.name.toLowerCase() === key);
}

/** Whether the language reads a name as a field of its own, or as another name for one. */
export const isReserved = (name: string): boolean =>
  ownField(name) !== undefined || Object.hasOwn(OTHER_NAMES, name.toLowerCase());

/** An attribute has those of a text. */
export const operatorsOf = (field: string): readonly string[] => ownField(field)?.operators ?? TEXT_OPERATORS;

/** What a word cannot contain: signs, also of full width, and quotation marks of all kinds. */
const SIGNS = /[\s=!<>(),"'\\“”„‟«»‹›‘’‚‛`´「」『』＂＇＝！＜＞（），、]/;

const KEYWORDS = [
  'null',
  'and',
  'or',
  'not',
  'in',
  'is',
  'like',
  'empty',
  'order',
  'by',
  'startswith',
  'endswith',
];

/**
 * A value or a name as a query needs it: in quotes when it would be read as something else without
 * them.
 */
export function quoteWord(text: string): string {
  const isPlain = text !== '' && !SIGNS.test(text) && !KEYWORDS.includes(text.toLowerCase());
  return isPlain ? text : quote(text);
}

const quote = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** The name of a field as a query needs it. A dot would be read as the way to another object. */
export const quoteName = (name: string): string => (name.includes('.') ? quote(name) : quoteWord(name));

/** A query on one line and without spaces around it, as it is kept in the address and sent. */
export const tidy = (query: string): string => oneLine(query).trim();

/** As many characters as before, since ranges are counted in them. */
export const oneLine = (text: string): string => text.replace(/[\r\n\t]/g, ' ');
