import type { HistoryChange, HistoryEntry } from '../../api/model';
import { fieldLabel, typeText } from '../../components/words';
import { hasText, t } from '../../messages';
import { formatDateOf } from '../../messages/format';
import { actorName, findChange, OWN_FIELDS, valueText, type Vocabulary } from './entry';

/** The forms of a sentence about an edit, by what changed. */
type EditForm = 'none' | 'one' | 'set' | 'removed' | 'many';

function formOf([only, ...others]: HistoryChange[]): EditForm {
  if (!only) return 'none';
  if (others.length > 0) return 'many';
  if (only.to === null) return 'removed';
  return only.from === null ? 'set' : 'one';
}

/** Whether the event is an edit, whose sentences name the changed field. */
const isEdit = (type: string) => hasText(`history.${type}.many`);

/**
 * The text for the entry: that of its event's type, in the form of the edit if it is one. An event
 * of a newer server has none, and is described by the name of its type.
 */
export function sentenceId({ type, changes }: HistoryEntry): string {
  const ids = [`history.${type}.${formOf(changes)}`, `history.${type}`];
  return ids.find(hasText) ?? 'history.other';
}

/**
 * What a sentence can say of an entry. For each field `x`, an attribute or another one: `x` and
 * `x_before`, and `has_x` and `has_x_before`, which are `yes` or `no`. The same for `since`, from
 * when it is true. Of an edit: `field`, `from` and `to` of the only change, or the `count` of
 * changes.
 */
export function sentenceValues(entry: HistoryEntry, words: Vocabulary): Record<string, string | number> {
  const values: Record<string, string | number> = {
    actor: actorName(entry.actor),
    what: typeText(entry.type),
    count: entry.changes.length,
  };
  const give = (name: string, text: string | null) => {
    values[name] = text ?? '';
    values[`has_${name}`] = text === null ? 'no' : 'yes';
  };
  const inWords = (field: string, value: string | null | undefined) =>
    value === null || value === undefined ? null : valueText(field, value, words);
  for (const field of [...OWN_FIELDS, ...words.schema.builtIn.map(({ key }) => key)]) {
    const change = findChange(entry, field);
    give(field, inWords(field, change?.to));
    give(`${field}_before`, inWords(field, change?.from));
  }
  give('since', entry.effectiveAt ? formatDateOf(entry.effectiveAt) : null);
  const [first] = entry.changes;
  values['field'] = first ? fieldLabel(words.schema, first.field) : '';
  values['from'] = (first && inWords(first.field, first.from)) || t('history.empty');
  values['to'] = (first && inWords(first.field, first.to)) ?? '';
  return values;
}

/** What a sentence about custody states besides the person. */
const IN_THE_SENTENCE = ['holder', 'status', 'due_on'];

/** The changes to list below the sentence: those it does not state. */
export function listedChanges(entry: HistoryEntry): HistoryChange[] {
  if (isEdit(entry.type)) return entry.changes.length === 1 ? [] : entry.changes;
  if (!hasText(`history.${entry.type}`)) return entry.changes;
  return entry.changes.filter(
    (change) => !IN_THE_SENTENCE.some((field) => findChange(entry, field) === change),
  );
}
