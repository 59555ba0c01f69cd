import Button from '@atlaskit/button/default/button';
import ClockIcon from '@atlaskit/icon/core/clock';
import { lazy, Suspense, useState } from 'react';
import { t } from '../../messages';
import { formatDay } from '../../messages/format';

const AsOfDialog = lazy(() => import('./AsOfDialog'));

interface Props {
  day: string | null;
  onChange: (day: string | null) => void;
}

/** Chooses the day that the register is shown for. */
export function AsOfButton({ day, onChange }: Props) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button iconBefore={ClockIcon} isSelected={day !== null} onClick={() => setOpen(true)}>
        {day ? t('asOf.day', { day: formatDay(day) }) : t('asOf.now')}
      </Button>
      <Suspense fallback={null}>
        {isOpen && <AsOfDialog day={day} onChange={onChange} onClose={() => setOpen(false)} />}
      </Suspense>
    </>
  );
}
