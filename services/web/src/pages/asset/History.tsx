import Button from '@atlaskit/button/new';
import { useHistory } from '../../api/queries';
import type { Asset, HistoryChange, HistoryEntry } from '../../api/types';
import { FailurePanel } from '../../components/FailurePanel';
import { counted, formatDateOf, formatTime } from '../../components/format';
import { PersonAvatar } from '../../components/Person';
import { Waiting } from '../../components/Waiting';
import { attributeLabel } from '../../components/asset/words';
import css from './History.module.css';
import { actorName, listedChanges, sentence, valueText, viaText, type NameOf } from './sentences';

/** Names for the account ids in changes, from everything on the page that pairs the two. */
function namesIn(asset: Asset, entries: HistoryEntry[]): NameOf {
  const names = new Map<string, string>();
  const learn = (id: string | null, name: string | null | undefined) => {
    if (id && name) names.set(id, name);
  };
  for (const { actor, changes } of entries) {
    learn(actor.accountId, actor.displayName);
    for (const change of changes) {
      learn(change.from, change.fromDisplayName);
      learn(change.to, change.toDisplayName);
    }
  }
  learn(asset.holder?.accountId ?? null, asset.holder?.displayName);
  const looksLikeId = (text: string) => /^[\w-]+:[\w-]+$|^[0-9a-f]{24}$/.test(text);
  return (id) => names.get(id) ?? (looksLikeId(id) ? `someone (…${id.slice(-6)})` : id);
}

function Changes({ changes, nameOf }: { changes: HistoryChange[]; nameOf: NameOf }) {
  return (
    <dl className={css.changes}>
      {changes.map(({ field, from, to }) => (
        <div key={field}>
          <dt>{attributeLabel(field)}</dt>
          <dd>
            {from !== null && <del>{valueText(field, from, nameOf)}</del>}
            {from !== null && to !== null && <span aria-hidden="true"> → </span>}
            {to !== null && <ins>{valueText(field, to, nameOf)}</ins>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Details({ entry, nameOf }: { entry: HistoryEntry; nameOf: NameOf }) {
  const changes = listedChanges(entry);
  if (changes.length === 0) return null;
  if (entry.type !== 'asset.registered') return <Changes changes={changes} nameOf={nameOf} />;
  return (
    <details className={css.details}>
      <summary>With {counted(changes.length, 'value')}</summary>
      <Changes changes={changes} nameOf={nameOf} />
    </details>
  );
}

function Entry({ entry, nameOf }: { entry: HistoryEntry; nameOf: NameOf }) {
  const who = { accountId: entry.actor.accountId ?? '', displayName: actorName(entry.actor) };
  const via = viaText(entry.actor);
  const said = entry.reason ?? entry.note;
  const backDated = entry.effectiveAt && entry.type !== 'asset.corrected' && entry.effectiveAt !== entry.at;
  return (
    <li className={css.entry}>
      <PersonAvatar person={who} />
      <div className={css.what}>
        <p className={css.sentence}>
          <strong>{who.displayName}</strong>{' '}
          {sentence(entry, nameOf).map((piece, index) =>
            typeof piece === 'string' ? piece : <strong key={index}>{piece.strong}</strong>,
          )}
          {via && <span className={css.via}> {via}</span>}
        </p>
        <p className={css.when}>
          <time dateTime={entry.at}>{formatTime(entry.at)}</time>
          {backDated && entry.effectiveAt && <> · true since {formatDateOf(entry.effectiveAt)}</>}
        </p>
        {said && <blockquote className={css.said}>{said}</blockquote>}
        <Details entry={entry} nameOf={nameOf} />
      </div>
    </li>
  );
}

/** Everything that ever happened to the asset, newest first. Seen from a past day, later entries are left out. */
export function History({ asset, asOf }: { asset: Asset; asOf: string | undefined }) {
  const history = useHistory(asset.id);
  const entries = history.data ?? [];
  const nameOf = namesIn(asset, entries);
  const shown = asOf ? entries.filter((entry) => Date.parse(entry.at) <= Date.parse(asOf)) : entries;
  const later = entries.length - shown.length;

  if (history.error && !history.data) {
    return (
      <FailurePanel
        title="The history could not be loaded"
        failure={history.error}
        onRetry={() => void history.refetch()}
      />
    );
  }
  if (!history.data) return <Waiting label="Loading the history" />;
  return (
    <>
      {later > 0 && <p className={css.later}>{counted(later, 'later entry', 'later entries')} left out.</p>}
      <ol className={css.list}>
        {shown.map((entry) => (
          <Entry key={entry.revision} entry={entry} nameOf={nameOf} />
        ))}
      </ol>
      {history.hasNextPage && (
        <Button isLoading={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
          Show older entries
        </Button>
      )}
    </>
  );
}
