import Button from '@atlaskit/button/default/button';
import type { TimelineEntry } from '../../api/model';
import { FailurePanel } from '../../components/FailurePanel';
import { Rich } from '../../components/Rich';
import { ServerText } from '../../components/ServerText';
import { Waiting } from '../../components/Waiting';
import { t } from '../../messages';
import { formatTime } from '../../messages/format';
import css from './Diagnosis.module.css';
import { useTimeline } from './queries';

type Tone = 'good' | 'change' | 'bad' | 'plain';

/** The colour of an event, by the words of its type. */
function toneOf(type: string): Tone {
  if (/uninstalled|disabled|refused|discarded|erased/.test(type)) return 'bad';
  if (/rotated|reinstalled|base_url|promoted|candidate/.test(type)) return 'change';
  if (/installed|enabled/.test(type)) return 'good';
  return 'plain';
}

const TIMES = ['previousUntil', 'issuedAt'];

/** The parameters of an event's text, with times as the reader writes them. */
function valuesOf({ fingerprint, details }: TimelineEntry): Record<string, string> {
  const given = Object.entries(details as Record<string, unknown>).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  const texts = given.map(([key, value]) => [key, TIMES.includes(key) ? formatTime(value) : value]);
  return { fingerprint: fingerprint ?? '', ...(Object.fromEntries(texts) as Record<string, string>) };
}

/** The id of an event's text. The address under which a site is displayed can change by itself. */
function textIdOf({ type, details }: TimelineEntry): string {
  const id = `timeline.${type}`;
  const { from, to, displayUrl } = details as Record<string, unknown>;
  if (type !== 'tenant.base_url_changed' || from !== to) return id;
  return `${id}.${displayUrl ? 'display' : 'base'}`;
}

function Entry({ entry }: { entry: TimelineEntry }) {
  return (
    <li className={css.event} data-tone={toneOf(entry.type)}>
      <p className={css.line}>
        <ServerText id={textIdOf(entry)} values={valuesOf(entry)} fallback={entry.summary} />
      </p>
      <p className={css.meta}>
        <time dateTime={entry.at}>{formatTime(entry.at)}</time>
        <code>{entry.type}</code>
        {entry.fingerprint && (
          <span>
            <Rich id="log.fingerprint" values={{ fingerprint: entry.fingerprint }} />
          </span>
        )}
        <span>{t('timeline.position', { position: entry.position })}</span>
      </p>
    </li>
  );
}

/** The events of this site's installation, newest first, from the log. */
export function Timeline() {
  const timeline = useTimeline();
  if (timeline.error && !timeline.data) {
    return (
      <FailurePanel
        title={t('timeline.failed')}
        failure={timeline.error}
        onRetry={() => void timeline.refetch()}
      />
    );
  }
  if (!timeline.data) return <Waiting label={t('timeline.loading')} />;
  return (
    <>
      <ol className={css.timeline}>
        {timeline.data.map((entry) => (
          <Entry key={entry.position} entry={entry} />
        ))}
      </ol>
      {timeline.hasNextPage && (
        <Button isLoading={timeline.isFetchingNextPage} onClick={() => void timeline.fetchNextPage()}>
          {t('timeline.older')}
        </Button>
      )}
    </>
  );
}
