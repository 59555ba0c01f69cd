import type { HistoryEntry } from '../../api/model';
import { Rich } from '../../components/Rich';
import { attributeLabel } from '../../components/words';
import { t } from '../../messages';
import { formatDateOf, formatDay } from '../../messages/format';
import { actorName, findChange, typeText, valueText, type NameOf } from './entry';

interface Props {
  entry: HistoryEntry;
  nameOf: NameOf;
}

/** The arguments of a part that a sentence may lack. */
const isGiven = (text: string | undefined) => (text === undefined ? 'no' : 'yes');

function HandedOver({ entry, nameOf }: Props) {
  const holder = findChange(entry, 'holder');
  const due = findChange(entry, 'due_on')?.to ?? undefined;
  const from = holder?.from ? nameOf(holder.from) : undefined;
  const values = {
    actor: actorName(entry.actor),
    to: holder?.to ? nameOf(holder.to) : t('person.someone'),
    from: from ?? '',
    hasFrom: isGiven(from),
    due: due === undefined ? '' : formatDay(due),
    hasDue: isGiven(due),
  };
  switch (entry.type) {
    case 'asset.checked_out':
      return <Rich id="history.checkedOut" values={values} />;
    case 'asset.checked_in':
      return <Rich id="history.checkedIn" values={values} />;
    default:
      return <Rich id="history.transferred" values={values} />;
  }
}

/**
 * `changed Location from A to B`, `set Location to B`, `removed Location (was A)`, or how many
 * fields changed.
 */
function Edited({ entry, nameOf, verb }: Props & { verb: 'changed' | 'corrected' }) {
  const [only, ...others] = entry.changes;
  const since = verb === 'corrected' && entry.effectiveAt ? formatDateOf(entry.effectiveAt) : undefined;
  const common = { actor: actorName(entry.actor), since: since ?? '', hasSince: isGiven(since) };
  if (!only) return <Rich id={`history.${verb}`} values={common} />;
  if (others.length > 0) {
    return <Rich id={`history.${verb}Many`} values={{ ...common, count: entry.changes.length }} />;
  }
  const text = (value: string | null) => (value === null ? '' : valueText(only.field, value, nameOf));
  const values = {
    ...common,
    field: attributeLabel(only.field),
    from: text(only.from) || t('history.empty'),
    to: text(only.to),
  };
  if (only.to === null) return <Rich id={`history.${verb}Removed`} values={values} />;
  if (only.from === null) return <Rich id={`history.${verb}Set`} values={values} />;
  return <Rich id={`history.${verb}One`} values={values} />;
}

/**
 * Who did what, in a sentence. An event of an unknown type is described by the name of its type.
 */
export function Sentence({ entry, nameOf }: Props) {
  const actor = actorName(entry.actor);
  switch (entry.type) {
    case 'asset.registered':
      return <Rich id="history.registered" values={{ actor }} />;
    case 'asset.registration_abandoned':
      return <Rich id="history.abandoned" values={{ actor }} />;
    case 'asset.checked_out':
    case 'asset.checked_in':
    case 'asset.transferred':
      return <HandedOver entry={entry} nameOf={nameOf} />;
    case 'asset.retired':
      return <Rich id="history.retired" values={{ actor }} />;
    case 'asset.restored':
      return <Rich id="history.restored" values={{ actor }} />;
    case 'asset.attributes_edited':
    case 'asset.edited':
      return <Edited entry={entry} nameOf={nameOf} verb="changed" />;
    case 'asset.corrected':
      return <Edited entry={entry} nameOf={nameOf} verb="corrected" />;
    default:
      return <Rich id="history.other" values={{ actor, what: typeText(entry.type) }} />;
  }
}
