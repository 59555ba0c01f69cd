import Textarea from '@atlaskit/textarea';
import Textfield from '@atlaskit/textfield';
import { useId } from 'react';
import { Field } from './Field';

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: string;
  error?: string | null;
  isRequired?: boolean;
  isLong?: boolean;
  maxLength?: number;
  placeholder?: string;
  autoFocus?: boolean;
  /** Texts that are proposed while one line is typed. */
  suggestions?: string[];
}

/** One or several lines of text with label, hint and error. */
export function TextInput(props: Props) {
  const { label, value, onChange, hint, error, isRequired, isLong, maxLength = 2000, placeholder } = props;
  const list = useId();
  const suggestions = props.suggestions ?? [];
  return (
    <Field label={label} hint={hint} error={error} isRequired={isRequired}>
      {(field) =>
        isLong ? (
          <Textarea
            {...field}
            value={value}
            onChange={(event) => onChange(event.currentTarget.value)}
            maxLength={maxLength}
            placeholder={placeholder}
            isInvalid={field['aria-invalid']}
            minimumRows={2}
            resize="smart"
          />
        ) : (
          <>
            <Textfield
              {...field}
              list={suggestions.length > 0 ? list : undefined}
              value={value}
              onChange={(event) => onChange(event.currentTarget.value)}
              maxLength={maxLength}
              placeholder={placeholder}
              isInvalid={field['aria-invalid']}
              isRequired={isRequired}
              autoFocus={props.autoFocus}
              autoComplete="off"
            />
            {suggestions.length > 0 && (
              <datalist id={list}>
                {suggestions.map((text) => (
                  <option key={text} value={text} />
                ))}
              </datalist>
            )}
          </>
        )
      }
    </Field>
  );
}
