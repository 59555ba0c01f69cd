import { DatePicker } from '@atlaskit/datetime-picker';
import { useState, type KeyboardEvent, type SyntheticEvent } from 'react';
import { parseDay } from '../day';
import { t } from '../messages';
import { currentLocale, formatDayInWords } from '../messages/format';
import { readTypedDay } from '../typed-day';
import { Field } from './Field';

interface Props {
  label: string;
  /** `YYYY-MM-DD`, or empty. */
  value: string;
  onChange: (day: string) => void;
  min?: string;
  max?: string;
  hint?: string;
  error?: string | null;
  isRequired?: boolean;
}

const NO_DAY = new Date(Number.NaN);

/** The day that a typed text means; none where it can be read as two. */
function parseTyped(text: string): Date {
  const typed = readTypedDay(text, currentLocale());
  return (typeof typed === 'object' && parseDay(typed.day)) || NO_DAY;
}

/** What is wrong with the text in the input; null where it is a day, or nothing. */
function findTypedError(text: string): string | null {
  if (text.trim() === '') return null;
  const typed = readTypedDay(text, currentLocale());
  if (typeof typed === 'object') return null;
  return t(typed === 'ambiguous' ? 'field.dayAmbiguous' : 'field.dayUnreadable');
}

const typedText = (event: SyntheticEvent): string =>
  event.target instanceof HTMLInputElement ? event.target.value : '';

/** The chosen day in words, so that a day and a month cannot be taken for one another, and the hint. */
function Note({ value, hint }: { value: string; hint: string | undefined }) {
  return (
    <>
      {value !== '' && <div>{formatDayInWords(value)}</div>}
      {hint}
    </>
  );
}

/** A day of the calendar, typed or picked. A typed text is taken only if it has one meaning. */
export function DayField({ label, value, onChange, min, max, hint, error, isRequired }: Props) {
  const [typedError, setTypedError] = useState<string | null>(null);
  // The picker would take the day that its calendar shows, which is another one.
  const refuseUnclear = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return;
    const wrong = findTypedError(typedText(event));
    setTypedError(wrong);
    if (wrong) {
      event.preventDefault();
      event.stopPropagation();
    }
  };
  const choose = (day: string) => {
    setTypedError(null);
    onChange(day);
  };
  const note = value !== '' || hint ? <Note value={value} hint={hint} /> : undefined;
  return (
    <Field label={label} hint={note} error={typedError ?? error} isRequired={isRequired}>
      {(field) => (
        <div
          onKeyDownCapture={refuseUnclear}
          onBlurCapture={(event) => setTypedError(findTypedError(typedText(event)))}
        >
          <DatePicker
            id={field.id}
            aria-describedby={field['aria-describedby']}
            value={value}
            onChange={choose}
            minDate={min}
            maxDate={max}
            locale={currentLocale()}
            parseInputValue={parseTyped}
            placeholder={t('field.chooseDay')}
            inputLabel={label}
            openCalendarLabel={t('field.openCalendar')}
            nextMonthLabel={t('field.nextMonth')}
            previousMonthLabel={t('field.previousMonth')}
            clearControlLabel={t('field.clearDay')}
            isInvalid={field['aria-invalid']}
            shouldShowCalendarButton
            selectProps={{ menuPosition: 'fixed' }}
          />
        </div>
      )}
    </Field>
  );
}
