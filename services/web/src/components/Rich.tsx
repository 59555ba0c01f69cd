import { Fragment, type ReactNode } from 'react';
import { findText, t, type MessageId, type Values } from '../messages';

type Tag = (text: string) => ReactNode;

const TAGS: Record<string, Tag> = {
  b: (text) => <strong>{text}</strong>,
  code: (text) => <code>{text}</code>,
};

/** Takes the place of `<` in a value, so that nothing in a person's name can be read as a tag. */
const HIDDEN = '\uE000';

const hide = (value: string | number) => (typeof value === 'string' ? value.replaceAll('<', HIDDEN) : value);

type GivenValues = Record<string, string | number>;

const hideAll = (values: GivenValues): GivenValues =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, hide(value)]));

const reveal = (text: string) => text.replaceAll(HIDDEN, '<');

const TAGGED = /<(\w+)>(.*?)<\/\1>/gs;

function render(text: string, tags: Record<string, Tag>): ReactNode[] {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const match of text.matchAll(TAGGED)) {
    const [whole, name = '', within = ''] = match;
    const tag = tags[name] ?? reveal;
    parts.push(reveal(text.slice(end, match.index)));
    parts.push(<Fragment key={match.index}>{tag(reveal(within))}</Fragment>);
    end = match.index + whole.length;
  }
  return [...parts, reveal(text.slice(end))];
}

type Props<Id extends MessageId> = { id: Id; tags?: Record<string, Tag> } & (Values<Id> extends [infer Given]
  ? { values: Given }
  : { values?: undefined });

/** A text with marked parts: `<b>` and `<code>`, and what `tags` names, such as a link. */
export function Rich<Id extends MessageId>({ id, values, tags }: Props<Id>) {
  const given = (values ? [hideAll(values as GivenValues)] : []) as unknown as Values<Id>;
  return <>{render(t(id, ...given), { ...TAGS, ...tags })}</>;
}

/** The same for a text whose id is only known at run time; nothing when there is none. */
export function FoundRich({ id, values }: { id: string; values: GivenValues }) {
  return <>{render(findText(id, hideAll(values)) ?? '', TAGS)}</>;
}
