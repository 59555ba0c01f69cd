import IconButton from '@atlaskit/button/icon/button';
import CrossIcon from '@atlaskit/icon/core/cross';
import WarningIcon from '@atlaskit/icon/core/status-warning';
import type { IncidentNotice } from '../api/model';
import { t } from '../messages';
import { formatTime } from '../messages/format';
import css from './IncidentNews.module.css';

interface Props {
  notice: IncidentNotice;
  statusUrl: string | null;
  onDismiss: () => void;
}

/**
 * The latest update of an incident. Its code is fetched with the first of them, since incidents are
 * rare.
 */
export default function IncidentNews({ notice, statusUrl, onDismiss }: Props) {
  return (
    <div className={css.news}>
      <span className={css.icon}>
        <WarningIcon label={t('incident.icon')} color="currentColor" />
      </span>
      <div className={css.text}>
        <p>
          <strong>{notice.title}.</strong> {notice.message}
        </p>
        <p className={css.meta}>
          {t(`incident.stage.${notice.stage}`)} ·{' '}
          <time dateTime={notice.updatedAt}>{formatTime(notice.updatedAt)}</time>
          {statusUrl && (
            <>
              {' · '}
              <a href={statusUrl} target="_blank" rel="noreferrer">
                {t('incident.statusPage')}
              </a>
            </>
          )}
        </p>
      </div>
      <IconButton
        icon={CrossIcon}
        label={t('incident.hide', { title: notice.title })}
        appearance="subtle"
        spacing="compact"
        onClick={onDismiss}
      />
    </div>
  );
}
