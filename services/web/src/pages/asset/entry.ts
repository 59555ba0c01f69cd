import type { HistoryChange, HistoryEntry } from '../../api/model';
import type { Schema } from '../../api/schema';
import { personName, plainKey, statusLabel } from '../../components/words';
import { t } from '../../messages';
import { formatDay } from '../../messages/format';

/** The name for the value of a holder: an account id, or the id in Tally of one who was erased. */
export type NameOf = (value: string) => string;

/** The fields of a history that are not attributes. */
export const OWN_FIELDS: readonly string[] = ['tag', 'status', 'holder', 'due_on'];

/** What the words of a history are made of. */
export interface Vocabulary {
  nameOf: NameOf;
  schema: Schema;
}

/** A value of a field in words. */
export function valueText(field: string, value: string, { nameOf, schema }: Vocabulary): string {
  const key = plainKey(field);
  if (key === 'holder') return nameOf(value);
  if (key === 'status') return statusLabel(value);
  const isDay = key === 'due_on' || schema.find(key)?.kind === 'date';
  return isDay ? formatDay(value) : value;
}

export const findChange = (entry: HistoryEntry, key: string): HistoryChange | undefined =>
  entry.changes.find((change) => plainKey(change.field) === key);

/** Who acted, as far as it is known. */
export function actorName(actor: HistoryEntry['actor']): string {
  if (actor.person) return personName(actor);
  if (actor.via === 'app') return t('common.product');
  if (actor.via === 'operator') return t('person.operator');
  return t('person.someone');
}

/** How the event came about, when it was not by the person's own action. */
export function viaText({ via }: HistoryEntry['actor']): string | null {
  return via === 'user' ? null : t(`history.via.${via}`);
}
