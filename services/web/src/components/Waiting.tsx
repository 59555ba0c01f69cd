import Spinner from '@atlaskit/spinner';
import css from './Waiting.module.css';

/** A bounded wait; `label` says for what, to screen readers too. */
export function Waiting({ label }: { label: string }) {
  return (
    <div className={css.waiting} role="status">
      <Spinner size="large" label={label} />
    </div>
  );
}
