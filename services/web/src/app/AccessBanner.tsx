import Button from '@atlaskit/button/default/button';
import WarningIcon from '@atlaskit/icon/core/status-warning';
import { useQueryClient } from '@tanstack/react-query';
import { useRefusedAccess } from '../api/access';
import { t } from '../messages';
import { failureText } from '../messages/failure-text';
import css from './AccessBanner.module.css';

/** Appears when the server refuses a token while the page is open; what is on the page stays. */
export function AccessBanner() {
  const refused = useRefusedAccess();
  const queries = useQueryClient();
  if (!refused) return null;
  const { cause, remedy } = failureText(refused);
  return (
    <div className={css.banner} role="alert">
      <WarningIcon label={t('common.warning')} color="var(--ds-icon-danger)" />
      <p>
        <strong>{t('access.refused')}</strong> {cause} {remedy} <code>{refused.code}</code>
      </p>
      <Button spacing="compact" onClick={() => void queries.refetchQueries({ type: 'active' })}>
        {t('common.tryAgain')}
      </Button>
    </div>
  );
}
