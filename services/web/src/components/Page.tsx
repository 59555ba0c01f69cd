import { useId, type ReactNode } from 'react';
import css from './Page.module.css';

interface PageProps {
  /**
   * `reading` is a centred column that grows with its content, `filling` takes the whole frame for
   * a list.
   */
  layout?: 'reading' | 'filling';
  children: ReactNode;
}

/** The one landmark of a page, with the distances between its parts. */
export function Page({ layout = 'reading', children }: PageProps) {
  return (
    <main className={css.page} data-layout={layout}>
      {children}
    </main>
  );
}

interface HeaderProps {
  title: string;
  /** What stands below the title: a state, a sentence. */
  under?: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({ title, under, actions }: HeaderProps) {
  return (
    <header className={css.header}>
      <div className={css.headline}>
        <h1>{title}</h1>
        {under && <div className={css.under}>{under}</div>}
      </div>
      {actions && <div className={css.actions}>{actions}</div>}
    </header>
  );
}

/** Two columns; where there is little room, the second moves above the first. */
export function Columns({
  children,
  aside,
  label,
}: {
  children: ReactNode;
  aside: ReactNode;
  label: string;
}) {
  return (
    <div className={css.columns}>
      <div className={css.column}>{children}</div>
      <aside className={css.column} aria-label={label}>
        {aside}
      </aside>
    </div>
  );
}

interface CardProps {
  title: string;
  /** Beside the title, in less weight. */
  note?: ReactNode;
  /** Small titles suit cards that hold little. */
  size?: 'medium' | 'small';
  children: ReactNode;
}

/** A framed region named by its title. */
export function Card({ title, note, size = 'medium', children }: CardProps) {
  const id = useId();
  return (
    <section className={css.card} data-size={size} aria-labelledby={id}>
      <h2 className={css.cardTitle}>
        <span id={id}>{title}</span>
        {note && <span className={css.cardNote}>{note}</span>}
      </h2>
      {children}
    </section>
  );
}

export interface Fact {
  label: string;
  value: ReactNode;
  /** Takes the whole width: a long text. */
  isWide?: boolean;
}

interface FactsProps {
  facts: Fact[];
  /** `grid` puts labels above their values, `list` beside them. */
  layout?: 'grid' | 'list';
}

/** Names and values. */
export function Facts({ facts, layout = 'list' }: FactsProps) {
  return (
    <dl className={css.facts} data-layout={layout}>
      {facts.map(({ label, value, isWide }) => (
        <div key={label} data-wide={isWide || undefined}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Text of less weight: explanations, and what is said where nothing is to be shown. */
export function Subtle({ children }: { children: ReactNode }) {
  return <p className={css.subtle}>{children}</p>;
}
