import WarningIcon from '@atlaskit/icon/core/status-warning';
import { useMe } from '../api/session';
import { t } from '../messages';
import css from './AccessBanner.module.css';

/** Appears while Jira does not answer what the caller may do. */
export function JiraBanner() {
  const { jiraAnswers, role } = useMe();
  if (jiraAnswers) return null;
  return (
    <div className={css.banner} role="status">
      <WarningIcon label={t('common.warning')} color="var(--ds-icon-warning)" />
      <p>
        <strong>{t('jira.silent')}</strong> {t(role ? 'jira.silentKnown' : 'jira.silentUnknown')}
      </p>
    </div>
  );
}
