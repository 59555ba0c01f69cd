import { useId, type ReactNode } from 'react';
import type { ImportChoices, ImportPreview } from '../../api/model';
import { t } from '../../messages';
import css from './Import.module.css';

interface ChoiceProps {
  label: string;
  value: string;
  hint?: string | undefined;
  onChange: (value: string) => void;
  children: ReactNode;
}

/** One of few values, with the browser's own control. */
export function Choice({ label, value, hint, onChange, children }: ChoiceProps) {
  const id = useId();
  return (
    <div className={css.choice}>
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {children}
      </select>
      {hint && (
        <p id={`${id}-hint`} className={css.choiceHint}>
          {hint}
        </p>
      )}
    </div>
  );
}

const SEPARATORS = ['comma', 'semicolon', 'tab', 'pipe'] as const;
const DAY_ORDERS = ['day_first', 'month_first'] as const;
/** How many lines are offered as the header's. */
const HEADER_LINES = 20;

interface Props {
  preview: ImportPreview;
  choices: ImportChoices;
  onChange: (choices: ImportChoices) => void;
}

function HeaderLine({ preview, choices, onChange }: Props) {
  const found = preview.reading.headerLine;
  const lines = Array.from({ length: HEADER_LINES }, (_, index) => index + 1);
  return (
    <Choice
      label={t('reading.headerLine')}
      value={String(found)}
      onChange={(line) => onChange({ ...choices, headerLine: Number(line), fields: undefined })}
    >
      {[...new Set([...lines, found])].map((line) => (
        <option key={line} value={line}>
          {t('reading.line', { line })}
        </option>
      ))}
    </Choice>
  );
}

function DayOrder({ preview, choices, onChange }: Props) {
  const { dayOrder } = preview.reading;
  if (dayOrder === null && !preview.needsDayOrder) return null;
  return (
    <Choice
      label={t('reading.dayOrder')}
      value={dayOrder ?? ''}
      hint={preview.needsDayOrder ? t('reading.dayOrderNeeded') : undefined}
      onChange={(order) => onChange({ ...choices, dayOrder: DAY_ORDERS.find((known) => known === order) })}
    >
      {preview.needsDayOrder && <option value="">{t('reading.dayOrderUnknown')}</option>}
      {DAY_ORDERS.map((order) => (
        <option key={order} value={order}>
          {t(`reading.${order}`)}
        </option>
      ))}
    </Choice>
  );
}

/** How the server reads the bytes of the file, each part to be chosen otherwise. */
export function ReadingChoices(props: Props) {
  const { preview, choices, onChange } = props;
  const { reading, encodings } = preview;
  return (
    <div className={css.reading}>
      <Choice
        label={t('reading.encoding')}
        value={reading.encoding}
        hint={reading.encodingGuessed ? t('reading.encodingGuessed') : undefined}
        onChange={(encoding) => onChange({ ...choices, encoding })}
      >
        {[...new Set([...encodings, reading.encoding])].map((encoding) => (
          <option key={encoding} value={encoding}>
            {encoding}
          </option>
        ))}
      </Choice>
      <Choice
        label={t('reading.separator')}
        value={reading.separator}
        onChange={(separator) =>
          onChange({
            ...choices,
            separator: SEPARATORS.find((known) => known === separator),
            fields: undefined,
          })
        }
      >
        {SEPARATORS.map((separator) => (
          <option key={separator} value={separator}>
            {t(`reading.${separator}`)}
          </option>
        ))}
      </Choice>
      <HeaderLine {...props} />
      <DayOrder {...props} />
    </div>
  );
}
