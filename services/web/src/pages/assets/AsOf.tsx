import Button from '@atlaskit/button/new';
import ClockIcon from '@atlaskit/icon/core/clock';
import { lazy, Suspense, useState } from 'react';
import { formatDay } from '../../components/format';
import css from './ListPage.module.css';

const AsOfDialog = lazy(() => import('./AsOfDialog'));

interface Props {
  day: string | null;
  onChange: (day: string | null) => void;
}

/** Chooses the day the register is shown for. */
export function AsOfButton({ day, onChange }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button iconBefore={ClockIcon} isSelected={day !== null} onClick={() => setOpen(true)}>
        {day ? `As of ${formatDay(day)}` : 'As of now'}
      </Button>
      <Suspense fallback={null}>
        {open && <AsOfDialog day={day} onChange={onChange} onClose={() => setOpen(false)} />}
      </Suspense>
    </>
  );
}

/** Says plainly that this is the past, and leads back. */
export function AsOfBanner({ day, onLeave }: { day: string; onLeave: () => void }) {
  return (
    <div className={css.past} role="status">
      <ClockIcon label="" color="currentColor" />
      <p>
        <strong>The register as of {formatDay(day)}, end of the day.</strong> You are looking at the past, so
        nothing can be changed here.
      </p>
      <Button spacing="compact" onClick={onLeave}>
        Back to now
      </Button>
    </div>
  );
}
