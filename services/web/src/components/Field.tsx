import { useId, type ReactNode } from 'react';
import css from './Field.module.css';

/** What the control must carry to be read together with its label, hint and error. */
export interface FieldProps {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': boolean;
}

interface Props {
  label: string;
  isRequired?: boolean;
  hint?: ReactNode;
  error?: string | null;
  children: (field: FieldProps) => ReactNode;
}

/** A labelled control with a hint below it, or the error in its place. */
export function Field({ label, isRequired = false, hint, error, children }: Props) {
  const id = useId();
  const note = error || hint ? `${id}-note` : undefined;
  return (
    <div className={css.field}>
      <label htmlFor={id} className={css.label}>
        {label}
        {isRequired && (
          <span className={css.required} aria-hidden="true">
            *
          </span>
        )}
      </label>
      {children({ id, 'aria-describedby': note, 'aria-invalid': Boolean(error) })}
      {note && (
        <div id={note} className={error ? css.error : css.hint} role={error ? 'alert' : undefined}>
          {error ?? hint}
        </div>
      )}
    </div>
  );
}
