import type { HistoryChange, HistoryEntry } from '../../api/types';
import { formatDateOf, formatDay } from '../../components/format';
import { attributeLabel, statusLabel } from '../../components/asset/words';

/** A piece of a sentence; the strong ones are what one looks for when reading down the list. */
export type Piece = string | { strong: string };

export type NameOf = (accountId: string) => string;

const fieldKey = (field: string) =>
  field
    .replace(/^attributes?\./, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase();

const strong = (text: string): Piece => ({ strong: text });

/** A value of a field in words. */
export function valueText(field: string, value: string, nameOf: NameOf): string {
  switch (fieldKey(field)) {
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

const find = (entry: HistoryEntry, field: string): HistoryChange | undefined =>
  entry.changes.find((change) => fieldKey(change.field) === field);

/** Who acted, as far as it is known. */
export function actorName(actor: HistoryEntry['actor']): string {
  if (actor.displayName) return actor.displayName;
  if (actor.via === 'app') return 'Tally';
  if (actor.via === 'operator') return "Tally's operator";
  return actor.accountId ? `Unknown person (…${actor.accountId.slice(-6)})` : 'Someone';
}

/** How the act came in, when not by a person's own hand. */
export function viaText(actor: HistoryEntry['actor']): string | null {
  const text = {
    user: null,
    import: 'via import',
    platform: 'by Jira',
    app: 'by the app',
    operator: 'by the operator',
  };
  return text[actor.via] ?? null;
}

/** `changed Location from A to B`, `set Location to B`, `removed Location (was A)`. */
function changePieces(verb: string, change: HistoryChange, nameOf: NameOf): Piece[] {
  const label = attributeLabel(change.field);
  const from = change.from === null ? null : valueText(change.field, change.from, nameOf);
  const to = change.to === null ? null : valueText(change.field, change.to, nameOf);
  if (to === null)
    return [verb === 'corrected' ? 'corrected ' : 'removed ', label, ` (was ${from ?? 'empty'})`];
  if (from === null) return [verb === 'corrected' ? 'corrected ' : 'set ', label, ' to ', strong(to)];
  return [`${verb} `, label, ' from ', strong(from), ' to ', strong(to)];
}

function edited(verb: string, entry: HistoryEntry, nameOf: NameOf): Piece[] {
  const [only, ...others] = entry.changes;
  if (!only) return [`${verb} the asset`];
  if (others.length > 0) return [`${verb} ${entry.changes.length} fields`];
  return changePieces(verb, only, nameOf);
}

function due(entry: HistoryEntry): Piece[] {
  const to = find(entry, 'due_on')?.to;
  return to ? [', due back ', strong(formatDay(to))] : [];
}

function handedOver(entry: HistoryEntry, nameOf: NameOf): Piece[] {
  const holder = find(entry, 'holder');
  const from: Piece[] = holder?.from ? [' from ', strong(nameOf(holder.from))] : [];
  const to: Piece[] = holder?.to ? [' to ', strong(nameOf(holder.to))] : [];
  switch (entry.type) {
    case 'asset.checked_out':
      return ['checked it out', ...to, ...due(entry)];
    case 'asset.checked_in':
      return ['checked it in', ...from];
    default:
      return ['transferred it', ...from, ...to, ...due(entry)];
  }
}

/** What was done, to be read after the actor's name. An event type we do not know is still told by its own name. */
export function sentence(entry: HistoryEntry, nameOf: NameOf): Piece[] {
  switch (entry.type) {
    case 'asset.registered':
      return ['registered the asset'];
    case 'asset.registration_abandoned':
      return ['gave the registration up'];
    case 'asset.checked_out':
    case 'asset.checked_in':
    case 'asset.transferred':
      return handedOver(entry, nameOf);
    case 'asset.retired':
      return ['retired the asset'];
    case 'asset.restored':
      return ['restored the asset to stock'];
    case 'asset.attributes_edited':
    case 'asset.edited':
      return edited('changed', entry, nameOf);
    case 'asset.corrected': {
      const since: Piece[] = entry.effectiveAt
        ? [', true since ', strong(formatDateOf(entry.effectiveAt))]
        : [];
      return [...edited('corrected', entry, nameOf), ...since];
    }
    default:
      return [`recorded: ${attributeLabel(entry.type.replace(/^asset\./, '')).toLowerCase()}`];
  }
}

const IN_THE_SENTENCE = ['holder', 'status', 'due_on'];

/** The changes to list below the sentence: those it does not already tell. */
export function listedChanges(entry: HistoryEntry): HistoryChange[] {
  const told = /^asset\.(checked_out|checked_in|transferred|retired|restored|registered)$/.test(entry.type);
  const rest = entry.changes.filter((change) => !told || !IN_THE_SENTENCE.includes(fieldKey(change.field)));
  const oneLiner = !told && rest.length === 1;
  return oneLiner ? [] : rest;
}

export const plainText = (pieces: Piece[]): string =>
  pieces.map((piece) => (typeof piece === 'string' ? piece : piece.strong)).join('');
