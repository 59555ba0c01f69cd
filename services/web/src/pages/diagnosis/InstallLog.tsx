import Button from '@atlaskit/button/new';
import Checkbox from '@atlaskit/checkbox';
import Lozenge from '@atlaskit/lozenge';
import { useState } from 'react';
import type { InstallLogEntry } from '../../api/types';
import { FailurePanel } from '../../components/FailurePanel';
import { counted, formatTime } from '../../components/format';
import { Waiting } from '../../components/Waiting';
import css from './Diagnosis.module.css';
import { useInstallLog } from './queries';

function Refusal({ entry }: { entry: InstallLogEntry }) {
  return (
    <>
      {entry.cause && <p className={css.line}>{entry.cause}</p>}
      {entry.remedy && (
        <p className={css.line}>
          <strong>What to do:</strong> {entry.remedy}
        </p>
      )}
    </>
  );
}

function Entry({ entry }: { entry: InstallLogEntry }) {
  const isRefused = entry.outcome === 'refused';
  return (
    <li className={css.callback} data-tone={isRefused ? 'bad' : undefined}>
      <p className={css.callbackHead}>
        <Lozenge appearance={isRefused ? 'removed' : 'success'}>{isRefused ? 'Refused' : 'Accepted'}</Lozenge>
        <strong>{entry.callback}</strong>
        {entry.code && <code>{entry.code}</code>}
      </p>
      {isRefused && <Refusal entry={entry} />}
      <p className={css.meta}>
        <time dateTime={entry.at}>{formatTime(entry.at)}</time>
        {entry.fingerprint && (
          <span>
            fingerprint <code>{entry.fingerprint}</code>
          </span>
        )}
        {isRefused && entry.claimedClientKey && (
          <span>
            claimed client key <code>{entry.claimedClientKey}</code>
          </span>
        )}
        {entry.requestId && (
          <span>
            request <code>{entry.requestId}</code>
          </span>
        )}
        {entry.suppressedSince > 0 && (
          <span>and {counted(entry.suppressedSince, 'more like it', 'more like it')}, not listed</span>
        )}
      </p>
    </li>
  );
}

/** Each lifecycle callback from Jira: taken or refused, and if refused why and what helps. */
export function InstallLog() {
  const log = useInstallLog();
  const [onlyRefused, setOnlyRefused] = useState(false);
  if (log.error && !log.data) {
    return (
      <FailurePanel
        title="The callbacks could not be loaded"
        failure={log.error}
        onRetry={() => void log.refetch()}
      />
    );
  }
  if (!log.data) return <Waiting label="Loading the callbacks" />;
  const shown = onlyRefused ? log.data.filter((entry) => entry.outcome === 'refused') : log.data;
  return (
    <>
      <Checkbox
        label="Only refused ones"
        isChecked={onlyRefused}
        onChange={(event) => setOnlyRefused(event.currentTarget.checked)}
      />
      {shown.length === 0 && (
        <p className={css.subtle}>{onlyRefused ? 'None was refused.' : 'Jira has not called yet.'}</p>
      )}
      <ol className={css.callbacks}>
        {shown.map((entry, index) => (
          <Entry key={`${entry.at} ${entry.requestId ?? index}`} entry={entry} />
        ))}
      </ol>
      {log.hasNextPage && (
        <Button isLoading={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
          Show older callbacks
        </Button>
      )}
    </>
  );
}
