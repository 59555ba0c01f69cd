import Button from '@atlaskit/button/default/button';
import Checkbox from '@atlaskit/checkbox';
import Lozenge from '@atlaskit/lozenge';
import type { InstallLogEntry } from '../../api/model';
import { FailurePanel } from '../../components/FailurePanel';
import { Subtle } from '../../components/Page';
import { Rich } from '../../components/Rich';
import { ServerText } from '../../components/ServerText';
import { Waiting } from '../../components/Waiting';
import { navigate, useRoute } from '../../host/address';
import { t } from '../../messages';
import { formatTime } from '../../messages/format';
import css from './Diagnosis.module.css';
import { diagnosisHref, readDiagnosis } from './diagnosis-state';
import { useInstallLog } from './queries';

function Refusal({ entry }: { entry: InstallLogEntry }) {
  const id = `failure.${entry.code ?? ''}`;
  return (
    <>
      {entry.cause && (
        <p className={css.line}>
          <ServerText id={`${id}.cause`} fallback={entry.cause} />
        </p>
      )}
      {entry.remedy && (
        <p className={css.line}>
          <strong>{t('log.remedy')}</strong> <ServerText id={`${id}.remedy`} fallback={entry.remedy} />
        </p>
      )}
    </>
  );
}

function Meta({ entry, isRefused }: { entry: InstallLogEntry; isRefused: boolean }) {
  return (
    <p className={css.meta}>
      <time dateTime={entry.at}>{formatTime(entry.at)}</time>
      {entry.fingerprint && (
        <span>
          <Rich id="log.fingerprint" values={{ fingerprint: entry.fingerprint }} />
        </span>
      )}
      {isRefused && entry.claimedClientKey && (
        <span>
          <Rich id="log.claimedKey" values={{ key: entry.claimedClientKey }} />
        </span>
      )}
      {entry.requestId && (
        <span>
          <Rich id="log.request" values={{ request: entry.requestId }} />
        </span>
      )}
      {entry.suppressedSince > 0 && <span>{t('log.suppressed', { count: entry.suppressedSince })}</span>}
    </p>
  );
}

function Entry({ entry }: { entry: InstallLogEntry }) {
  const isRefused = entry.outcome === 'refused';
  return (
    <li className={css.callback} data-tone={isRefused ? 'bad' : undefined}>
      <p className={css.callbackHead}>
        <Lozenge appearance={isRefused ? 'removed' : 'success'}>{t(`log.outcome.${entry.outcome}`)}</Lozenge>
        <strong>{entry.callback}</strong>
        {entry.code && <code>{entry.code}</code>}
      </p>
      {isRefused && <Refusal entry={entry} />}
      <Meta entry={entry} isRefused={isRefused} />
    </li>
  );
}

function emptyText(onlyRefused: boolean, hasOlder: boolean): string {
  if (!onlyRefused) return t('log.none');
  return hasOlder ? t('log.noneRefusedSoFar') : t('log.noneRefused');
}

/**
 * Each lifecycle callback from Jira: accepted or refused, and the cause and remedy of a refusal.
 */
export function InstallLog() {
  const log = useInstallLog();
  const state = readDiagnosis(useRoute().query);
  const { onlyRefused } = state;
  if (log.error && !log.data) {
    return <FailurePanel title={t('log.failed')} failure={log.error} onRetry={() => void log.refetch()} />;
  }
  if (!log.data) return <Waiting label={t('log.loading')} />;
  const shown = onlyRefused ? log.data.filter((entry) => entry.outcome === 'refused') : log.data;
  return (
    <>
      <Checkbox
        label={t('log.onlyRefused')}
        isChecked={onlyRefused}
        onChange={() => navigate(diagnosisHref({ ...state, onlyRefused: !onlyRefused }), { replace: true })}
      />
      {shown.length === 0 && <Subtle>{emptyText(onlyRefused, log.hasNextPage)}</Subtle>}
      <ol className={css.callbacks}>
        {shown.map((entry, index) => (
          <Entry key={`${entry.at} ${entry.requestId ?? index}`} entry={entry} />
        ))}
      </ol>
      {log.hasNextPage && (
        <Button isLoading={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
          {t('log.older')}
        </Button>
      )}
    </>
  );
}
