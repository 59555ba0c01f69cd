import type { ReactNode } from 'react';

export interface Column<T> {
  key: string;
  title: string;
  /** A CSS grid track: `120px`, `minmax(160px, 2fr)`. */
  width: string;
  /** The server's name of the field to sort by; without it the header is plain text. */
  sortField?: string;
  /** The column is shown only when the grid is at least this wide, in pixels. */
  from?: number;
  /**
   * Where there is no room for it as a column, the value stands in a second line of the row, unless
   * there is none.
   */
  folds?: { hasValue: (row: T) => boolean };
  render: (row: T) => ReactNode;
}

export interface Sort {
  field: string;
  descending: boolean;
}
