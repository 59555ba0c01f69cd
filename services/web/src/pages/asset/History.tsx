import Button from '@atlaskit/button/default/button';
import type { HistoryChange, HistoryEntry, Person } from '../../api/model';
import { useHistory } from '../../api/queries';
import { useSchema } from '../../api/schema';
import { FailurePanel } from '../../components/FailurePanel';
import { PersonAvatar } from '../../components/Person';
import { Waiting } from '../../components/Waiting';
import { fieldLabel, personName } from '../../components/words';
import { t } from '../../messages';
import { formatDateOf, formatTime } from '../../messages/format';
import { actorName, OWN_FIELDS, valueText, viaText, type NameOf, type Vocabulary } from './entry';
import css from './History.module.css';
import { Sentence } from './Sentence';
import { listedChanges } from './sentence-values';

/** Names for the holders in changes. */
function namesIn(entries: HistoryEntry[]): NameOf {
  const names = new Map<string, string>();
  const add = (value: string | null, person: Person | null | undefined) => {
    if (value && person) names.set(value, personName(person));
  };
  for (const change of entries.flatMap((entry) => entry.changes)) {
    add(change.from, change.fromPerson);
    add(change.to, change.toPerson);
  }
  return (value) => names.get(value) ?? value;
}

/** The keys of the attributes that changed. */
const attributesIn = (entries: HistoryEntry[]): string[] =>
  entries
    .flatMap(({ changes }) => changes.map(({ field }) => field))
    .filter((key) => !OWN_FIELDS.includes(key));

function Changes({ changes, words }: { changes: HistoryChange[]; words: Vocabulary }) {
  return (
    <dl className={css.changes}>
      {changes.map(({ field, from, to }) => (
        <div key={field}>
          <dt>{fieldLabel(words.schema, field)}</dt>
          <dd>
            {from !== null && <del>{valueText(field, from, words)}</del>}
            {from !== null && to !== null && <span aria-hidden="true"> → </span>}
            {to !== null && <ins>{valueText(field, to, words)}</ins>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Details({ entry, words }: { entry: HistoryEntry; words: Vocabulary }) {
  const changes = listedChanges(entry);
  if (changes.length === 0) return null;
  if (entry.type !== 'asset.registered') return <Changes changes={changes} words={words} />;
  return (
    <details className={css.details}>
      <summary>{t('history.values', { count: changes.length })}</summary>
      <Changes changes={changes} words={words} />
    </details>
  );
}

function Entry({ entry, words }: { entry: HistoryEntry; words: Vocabulary }) {
  const who = { ...entry.actor, displayName: actorName(entry.actor) };
  const via = viaText(entry.actor);
  const remark = entry.reason ?? entry.note;
  const isBackDated = entry.type !== 'asset.corrected' && entry.effectiveAt !== entry.at;
  return (
    <li className={css.entry}>
      <PersonAvatar person={who} />
      <div className={css.what}>
        <p className={css.sentence}>
          <Sentence entry={entry} words={words} />
          {via && <span className={css.via}> {via}</span>}
        </p>
        <p className={css.when}>
          <time dateTime={entry.at}>{formatTime(entry.at)}</time>
          {isBackDated && entry.effectiveAt && (
            <> · {t('history.trueSince', { day: formatDateOf(entry.effectiveAt) })}</>
          )}
        </p>
        {remark && <blockquote className={css.remark}>{remark}</blockquote>}
        <Details entry={entry} words={words} />
      </div>
    </li>
  );
}

/** The events of an asset, newest first: all, or those that had been recorded at `asOf`. */
export function History({ id, asOf }: { id: string; asOf?: string | undefined }) {
  const history = useHistory(id, asOf);
  const entries = history.data ?? [];
  const { schema, isLoading } = useSchema(attributesIn(entries));
  const words = { nameOf: namesIn(entries), schema };

  if (history.error && !history.data) {
    return (
      <FailurePanel
        title={t('history.failed')}
        failure={history.error}
        onRetry={() => void history.refetch()}
      />
    );
  }
  if (!history.data || isLoading) return <Waiting label={t('history.loading')} />;
  return (
    <>
      {asOf && <p className={css.later}>{t('history.laterHidden')}</p>}
      <ol className={css.list}>
        {entries.map((entry) => (
          <Entry key={entry.revision} entry={entry} words={words} />
        ))}
      </ol>
      {history.hasNextPage && (
        <Button isLoading={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
          {t('history.older')}
        </Button>
      )}
    </>
  );
}
