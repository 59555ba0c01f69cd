import type { HistoryChange, HistoryEntry } from '../../api/model';
import { attributeLabel, personName, plainKey, statusLabel } from '../../components/words';
import { t } from '../../messages';
import { formatDay } from '../../messages/format';

/** The name for the value of a holder: an account id, or the id in Tally of one who was erased. */
export type NameOf = (value: string) => string;

/** A value of a field in words. */
export function valueText(field: string, value: string, nameOf: NameOf): string {
  switch (plainKey(field)) {
    case 'holder':
      return nameOf(value);
    case 'status':
      return statusLabel(value);
    case 'due_on':
    case 'purchased_on':
      return formatDay(value);
    default:
      return value;
  }
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

/**
 * The part of an event's type that names what happened, in words: `asset.label_printed` as `label
 * printed`.
 */
export const typeText = (type: string): string => attributeLabel(type.replace(/^asset\./, '')).toLowerCase();
