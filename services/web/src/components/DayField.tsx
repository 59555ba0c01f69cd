import { DatePicker } from '@atlaskit/datetime-picker';
import { t } from '../messages';
import { currentLocale } from '../messages/format';
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

/** A day of the calendar, typed or picked. */
export function DayField({ label, value, onChange, min, max, hint, error, isRequired }: Props) {
  return (
    <Field label={label} hint={hint} error={error} isRequired={isRequired}>
      {(field) => (
        <DatePicker
          id={field.id}
          aria-describedby={field['aria-describedby']}
          value={value}
          onChange={onChange}
          minDate={min}
          maxDate={max}
          locale={currentLocale()}
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
      )}
    </Field>
  );
}
