import Button from '@atlaskit/button/new';
import { useState } from 'react';
import { Dialog } from '../../components/Dialog';
import { DayField } from '../../components/DayField';
import { dayOf } from '../../components/format';
import css from './ListPage.module.css';

interface Props {
  day: string | null;
  onChange: (day: string | null) => void;
  onClose: () => void;
}

const DAY_MS = 86_400_000;

const daysAgo = (days: number) => dayOf(new Date(Date.now() - days * DAY_MS));

const SHORTCUTS: [string, number][] = [
  ['Yesterday', 1],
  ['A month ago', 30],
  ['Three months ago', 91],
  ['A year ago', 365],
];

/** Asks for a past day: what was registered then, and who held it. */
export default function AsOfDialog({ day, onChange, onClose }: Props) {
  const [chosen, setChosen] = useState(day ?? '');
  const latest = daysAgo(1);
  const wrong = chosen > latest ? 'Choose a day that is over.' : null;
  const choose = (next: string | null) => {
    onChange(next);
    onClose();
  };
  return (
    <Dialog
      title="Show the register as of a past day"
      width="small"
      submitLabel="Show that day"
      canSubmit={chosen !== '' && !wrong}
      onSubmit={() => choose(chosen)}
      onClose={onClose}
      extraAction={day ? <Button onClick={() => choose(null)}>Back to now</Button> : undefined}
    >
      <p className={css.dialogText}>
        The list, its counts and every asset are shown as they were known at the end of that day.
      </p>
      <DayField label="Day" value={chosen} onChange={setChosen} max={latest} error={wrong} />
      <div className={css.shortcuts} role="group" aria-label="Shortcuts">
        {SHORTCUTS.map(([label, days]) => (
          <Button key={label} spacing="compact" onClick={() => choose(daysAgo(days))}>
            {label}
          </Button>
        ))}
      </div>
    </Dialog>
  );
}
