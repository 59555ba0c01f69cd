import type { ReactNode } from 'react';
import css from './EmptyState.module.css';

interface Props {
  title: string;
  headingLevel?: 1 | 2 | 3;
  children?: ReactNode;
  actions?: ReactNode;
}

/** Nothing to show, why, and what to do about it. */
export function EmptyState({ title, headingLevel = 2, children, actions }: Props) {
  const Heading = `h${headingLevel}` as const;
  return (
    <div className={css.empty}>
      <Heading className={css.title}>{title}</Heading>
      <div className={css.text}>{children}</div>
      {actions && <div className={css.actions}>{actions}</div>}
    </div>
  );
}
