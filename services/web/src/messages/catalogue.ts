import type en from './en';
import type { parts } from './en';

export type MessageId = keyof typeof en;

/** A language's texts: one for each message, so that a missing one stops the build. */
export type Catalogue = Readonly<Record<MessageId, string>>;

/** The texts of one area in another language. */
export type TextsOf<Area extends keyof typeof parts> = Readonly<Record<keyof (typeof parts)[Area], string>>;

/**
 * The arguments within a message, by the syntax of ICU: `{name}` and `{count, plural, ...}`, nested
 * ones too.
 */
type ArgumentsIn<Text extends string> = Text extends `${string}{${infer Rest}`
  ? Rest extends `${infer Head}}${infer Tail}`
    ? ArgumentAt<Head> | ArgumentsIn<Tail>
    : never
  : never;

type ArgumentAt<Head extends string> = Head extends `${infer Name},${infer Forms}`
  ? IfName<Name> | ArgumentsIn<`${Forms}}`>
  : Head extends `${string}{${string}`
    ? ArgumentsIn<`${Head}}`>
    : IfName<Head>;

/**
 * Plain text within the forms of a plural is no argument; such text has a space, a number sign or
 * nothing in it.
 */
type IfName<Text extends string> = Text extends '' | `${string}${' ' | '#' | '<'}${string}` ? never : Text;

type ArgumentsOf<Id extends MessageId> = ArgumentsIn<(typeof en)[Id]>;

/** What has to be given with a message: nothing, or a value for each argument. */
export type Values<Id extends MessageId> = [ArgumentsOf<Id>] extends [never]
  ? []
  : [values: Record<ArgumentsOf<Id>, string | number>];
