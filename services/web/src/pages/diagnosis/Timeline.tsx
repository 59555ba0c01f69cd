import Button from '@atlaskit/button/new';
import type { TimelineEntry } from '../../api/types';
import { FailurePanel } from '../../components/FailurePanel';
import { formatTime } from '../../components/format';
import { Waiting } from '../../components/Waiting';
import css from './Diagnosis.module.css';
import { useTimeline } from './queries';

type Tone = 'good' | 'change' | 'bad' | 'plain';

/** How an event weighs, by what it is about. */
function toneOf(type: string): Tone {
  if (/uninstalled|disabled|refused|discarded|erased/.test(type)) return 'bad';
  if (/rotated|reinstalled|base_url|promoted|candidate/.test(type)) return 'change';
  if (/installed|enabled/.test(type)) return 'good';
  return 'plain';
}

function Entry({ entry }: { entry: TimelineEntry }) {
  return (
    <li className={css.event} data-tone={toneOf(entry.type)}>
      <p className={css.line}>{entry.summary}</p>
      <p className={css.meta}>
        <time dateTime={entry.at}>{formatTime(entry.at)}</time>
        <code>{entry.type}</code>
        {entry.fingerprint && (
          <span>
            fingerprint <code>{entry.fingerprint}</code>
          </span>
        )}
        <span>position {entry.position}</span>
      </p>
    </li>
  );
}

/** What happened to this site's install, newest first, straight from the log. */
export function Timeline() {
  const timeline = useTimeline();
  if (timeline.error && !timeline.data) {
    return (
      <FailurePanel
        title="The timeline could not be loaded"
        failure={timeline.error}
        onRetry={() => void timeline.refetch()}
      />
    );
  }
  if (!timeline.data) return <Waiting label="Loading the timeline" />;
  return (
    <>
      <ol className={css.timeline}>
        {timeline.data.map((entry) => (
          <Entry key={entry.position} entry={entry} />
        ))}
      </ol>
      {timeline.hasNextPage && (
        <Button isLoading={timeline.isFetchingNextPage} onClick={() => void timeline.fetchNextPage()}>
          Show older events
        </Button>
      )}
    </>
  );
}
