import type { ReactNode } from 'react';
import { ScrollRegion } from './ScrollRegion';
import css from './Table.module.css';

export interface TableColumn<T> {
  title: string;
  /** Numbers stand at the end of their column; `short` text is not broken into lines. */
  kind?: 'text' | 'number' | 'short';
  render: (row: T) => ReactNode;
}

interface Props<T> {
  /** What the table holds, for screen readers. */
  label: string;
  columns: TableColumn<T>[];
  rows: T[];
  rowKey: (row: T) => string;
}

/**
 * A table that is short enough to be drawn as a whole. Where it is too wide, it scrolls within
 * itself.
 */
export function Table<T>({ label, columns, rows, rowKey }: Props<T>) {
  return (
    <ScrollRegion label={label}>
      <table className={css.table}>
        <thead>
          <tr>
            {columns.map(({ title, kind }) => (
              <th key={title} scope="col" data-kind={kind}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map(({ title, kind, render }) => (
                <td key={title} data-kind={kind}>
                  {render(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
