/** The query language as the page knows it: enough to help with typing. What is right is for the server to say. */

interface Field {
  name: string;
  /** What it is, for the help. */
  meaning: string;
  operators: readonly string[];
}

const EQUALITY = ['=', '!=', 'in', 'not in'];
const EMPTINESS = ['is EMPTY', 'is not EMPTY'];
const ORDER = ['<', '<=', '>', '>='];
const PARTS = ['like', 'not like', 'startsWith', 'not startsWith', 'endsWith', 'not endsWith'];

/** What any text can be asked, in the order in which it is offered. */
export const TEXT_OPERATORS: readonly string[] = [...EQUALITY, ...PARTS, ...EMPTINESS, ...ORDER, '=='];

export const FIELDS: readonly Field[] = [
  { name: 'tag', meaning: 'The tag; also called key', operators: TEXT_OPERATORS },
  { name: 'name', meaning: 'The name; also called label', operators: TEXT_OPERATORS },
  { name: 'type', meaning: 'The type; also called objectType', operators: TEXT_OPERATORS },
  { name: 'status', meaning: 'in_stock, checked_out or retired', operators: EQUALITY },
  { name: 'holder', meaning: 'Who has it', operators: [...EQUALITY, ...EMPTINESS] },
  { name: 'location', meaning: 'Where it is', operators: TEXT_OPERATORS },
  {
    name: 'due',
    meaning: 'The day by which it should be back',
    operators: [...ORDER, '=', '!=', 'in', 'not in', ...EMPTINESS],
  },
  {
    name: 'registered',
    meaning: 'When it was registered; also called created',
    operators: [...ORDER, '=', '!='],
  },
  { name: 'updated', meaning: 'When it last changed', operators: [...ORDER, '=', '!='] },
  { name: 'anyAttribute', meaning: 'The tag and every attribute', operators: ['like', 'not like'] },
];

const OTHER_NAMES: Record<string, string> = {
  key: 'tag',
  label: 'name',
  objecttype: 'type',
  created: 'registered',
  due_on: 'due',
};

export const FUNCTIONS: readonly { name: string; meaning: string }[] = [
  { name: 'currentUser()', meaning: 'You' },
  { name: 'now()', meaning: 'This moment' },
  ...['Day', 'Week', 'Month', 'Year'].flatMap((span) => [
    { name: `startOf${span}()`, meaning: `When this ${span.toLowerCase()} began` },
    { name: `endOf${span}()`, meaning: `When this ${span.toLowerCase()} ends` },
  ]),
];

export const MOMENTS: readonly string[] = FUNCTIONS.map(({ name }) => name).filter(
  (name) => name !== 'currentUser()',
);

/** What a list can be ordered by, and what the `sort` parameter calls it. */
export const ORDER_FIELDS: Readonly<Record<string, string>> = {
  tag: 'tag',
  name: 'name',
  type: 'type',
  location: 'location',
  status: 'status',
  updated: 'updated_at',
};

/** The one name of a field that has several, in lower case. */
export function fieldKey(name: string): string {
  const lower = name.toLowerCase();
  return OTHER_NAMES[lower] ?? lower;
}

export function operatorsOf(field: string): readonly string[] {
  const key = fieldKey(field);
  return FIELDS.find(({ name }) => name.toLowerCase() === key)?.operators ?? TEXT_OPERATORS;
}

const KEYWORDS = ['and', 'or', 'not', 'in', 'is', 'like', 'empty', 'order', 'by', 'startswith', 'endswith'];

/** A value or a name as it has to be written: in quotes when it would be read as something else without them. */
export function written(text: string): string {
  const isPlain = text !== '' && !/[\s=!<>(),"'\\]/.test(text) && !KEYWORDS.includes(text.toLowerCase());
  return isPlain ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** A query on one line and without spaces around it, as it is kept in the address and sent. */
export const tidy = (query: string): string => oneLine(query).trim();

/** As many characters as before, since places are counted in them. */
export const oneLine = (text: string): string => text.replace(/[\r\n\t]/g, ' ');
