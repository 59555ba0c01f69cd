import { IconButton } from '@atlaskit/button/new';
import CrossIcon from '@atlaskit/icon/core/cross';
import WarningIcon from '@atlaskit/icon/core/status-warning';
import type { IncidentNotice, IncidentStage } from '../api/types';
import { formatTime } from '../components/format';
import css from './IncidentBanner.module.css';
import { useIncidentNews } from './incidents';

const STAGES: Record<IncidentStage, string> = {
  investigating: 'The cause is being looked for',
  identified: 'The cause is known',
  monitoring: 'Mended, and being watched',
};

interface Props {
  notice: IncidentNotice;
  statusUrl: string | null;
  onDismiss: () => void;
}

function News({ notice, statusUrl, onDismiss }: Props) {
  return (
    <div className={css.news}>
      <span className={css.icon}>
        <WarningIcon label="Incident" color="currentColor" />
      </span>
      <div className={css.text}>
        <p>
          <strong>{notice.title}.</strong> {notice.message}
        </p>
        <p className={css.meta}>
          {STAGES[notice.stage]} · <time dateTime={notice.updatedAt}>{formatTime(notice.updatedAt)}</time>
          {statusUrl && (
            <>
              {' · '}
              <a href={statusUrl} target="_blank" rel="noreferrer">
                Status page
              </a>
            </>
          )}
        </p>
      </div>
      <IconButton
        icon={CrossIcon}
        label={`Hide until there is news: ${notice.title}`}
        appearance="subtle"
        spacing="compact"
        onClick={onDismiss}
      />
    </div>
  );
}

/**
 * What people of a site that an incident hurts are told, on every page. The region is always there, so that screen
 * readers hear what comes into it.
 */
export function IncidentBanner() {
  const { notices, statusUrl, dismiss } = useIncidentNews();
  return (
    <div role="status" aria-label="Incidents">
      {notices.map((notice) => (
        <News key={notice.id} notice={notice} statusUrl={statusUrl} onDismiss={() => dismiss(notice)} />
      ))}
    </div>
  );
}
