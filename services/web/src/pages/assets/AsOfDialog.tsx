import Button from '@atlaskit/button/default/button';
import { useState } from 'react';
import { DayField } from '../../components/DayField';
import { Dialog, DialogText } from '../../components/Dialog';
import { daysAgo } from '../../day';
import { t, type MessageId } from '../../messages';
import css from './ListPage.module.css';

interface Props {
  day: string | null;
  onChange: (day: string | null) => void;
  onClose: () => void;
}

/** Each text with the number of days that it goes back. */
const SHORTCUTS = [
  ['asOf.yesterday', 1],
  ['asOf.monthAgo', 30],
  ['asOf.threeMonthsAgo', 91],
  ['asOf.yearAgo', 365],
] as const satisfies [MessageId, number][];

/** Chooses a past day: what was registered then, and who held it. */
export default function AsOfDialog({ day, onChange, onClose }: Props) {
  const [chosen, setChosen] = useState(day ?? '');
  const latest = daysAgo(1);
  const error = chosen > latest ? t('asOf.notOver') : null;
  const choose = (next: string | null) => {
    onChange(next);
    onClose();
  };
  return (
    <Dialog
      title={t('asOf.title')}
      width="small"
      submitLabel={t('asOf.submit')}
      hasEntries={false}
      canSubmit={chosen !== '' && !error}
      onSubmit={() => choose(chosen)}
      onClose={onClose}
      extraAction={day ? <Button onClick={() => choose(null)}>{t('asOf.backToNow')}</Button> : undefined}
    >
      <DialogText>{t('asOf.explain')}</DialogText>
      <DayField label={t('asOf.field')} value={chosen} onChange={setChosen} max={latest} error={error} />
      <div className={css.shortcuts} role="group" aria-label={t('asOf.shortcuts')}>
        {SHORTCUTS.map(([text, days]) => (
          <Button key={text} spacing="compact" onClick={() => choose(daysAgo(days))}>
            {t(text)}
          </Button>
        ))}
      </div>
    </Dialog>
  );
}
