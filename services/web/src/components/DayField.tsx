import { DatePicker } from '@atlaskit/datetime-picker';
import { currentLocale } from './format';
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
          isInvalid={field['aria-invalid']}
          shouldShowCalendarButton
          selectProps={{ menuPosition: 'fixed' }}
        />
      )}
    </Field>
  );
}
