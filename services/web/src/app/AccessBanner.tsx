import Button from '@atlaskit/button/new';
import { useQueryClient } from '@tanstack/react-query';
import WarningIcon from '@atlaskit/icon/core/status-warning';
import { useRefusedAccess } from '../api/access';
import css from './AccessBanner.module.css';

/** Appears when a token that used to be good is refused; what is on the page stays where it is. */
export function AccessBanner() {
  const refused = useRefusedAccess();
  const queries = useQueryClient();
  if (!refused) return null;
  return (
    <div className={css.banner} role="alert">
      <WarningIcon label="Warning" color="var(--ds-icon-danger)" />
      <p>
        <strong>Your session with Tally was refused.</strong> {refused.message} {refused.remedy}{' '}
        <code>{refused.code}</code>
      </p>
      <Button spacing="compact" onClick={() => void queries.refetchQueries({ type: 'active' })}>
        Try again
      </Button>
    </div>
  );
}
