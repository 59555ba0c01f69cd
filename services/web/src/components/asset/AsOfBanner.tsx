import Button from '@atlaskit/button/default/button';
import ClockIcon from '@atlaskit/icon/core/clock';
import { t } from '../../messages';
import { formatDay } from '../../messages/format';
import { Rich } from '../Rich';
import css from './AsOfBanner.module.css';

/** States that a past day is shown, and leads back to the present. */
export function AsOfBanner({ day, onLeave }: { day: string; onLeave: () => void }) {
  return (
    <div className={css.past} role="status">
      <ClockIcon label="" color="currentColor" />
      <p>
        <Rich id="asOf.banner" values={{ day: formatDay(day) }} />
      </p>
      <Button spacing="compact" onClick={onLeave}>
        {t('asOf.backToNow')}
      </Button>
    </div>
  );
}
