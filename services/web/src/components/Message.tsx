import ErrorIcon from '@atlaskit/icon/core/status-error';
import SuccessIcon from '@atlaskit/icon/core/status-success';
import WarningIcon from '@atlaskit/icon/core/status-warning';
import type { ReactNode } from 'react';
import { t } from '../messages';
import css from './Message.module.css';

type Appearance = 'error' | 'warning' | 'success';

const ICONS = { error: ErrorIcon, warning: WarningIcon, success: SuccessIcon };

interface Props {
  appearance: Appearance;
  title: string;
  children: ReactNode;
}

/**
 * A message within a page. Small and without a library, since it has to be there when nothing more
 * can be fetched.
 */
export function Message({ appearance, title, children }: Props) {
  const Icon = ICONS[appearance];
  return (
    <section className={css.message} data-appearance={appearance}>
      <span className={css.icon}>
        <Icon label={t(`message.${appearance}`)} color="currentColor" />
      </span>
      <div className={css.content}>
        <h2 className={css.title}>{title}</h2>
        {children}
      </div>
    </section>
  );
}
