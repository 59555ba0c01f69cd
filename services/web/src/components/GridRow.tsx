import type { VirtualItem } from '@tanstack/react-virtual';
import type { CSSProperties, MouseEvent } from 'react';
import { isPlainClick } from '../host/address';
import { t } from '../messages';
import type { Column } from './grid';
import css from './VirtualGrid.module.css';

/** Rows are numbered from 1, and the header is the first. */
const rowNumber = ({ index }: VirtualItem) => index + 2;

const positionOf = ({ size, start }: VirtualItem): CSSProperties => ({
  height: size,
  transform: `translateY(${start}px)`,
});

/** Stands for the rows that are still to be loaded. */
export function LoadingRow({ item }: { item: VirtualItem }) {
  return (
    <div role="row" className={css.row} style={positionOf(item)} aria-rowindex={rowNumber(item)}>
      <div role="gridcell" className={css.more}>
        {t('grid.loadingMore')}
      </div>
    </div>
  );
}

/**
 * Links and buttons in a row act for themselves, and so does selecting text. The link that stands for
 * the row opens it as the row does.
 */
const isForRow = (event: MouseEvent) =>
  isPlainClick(event) &&
  !(event.target as Element).closest('a:not([data-opens-row]), button') &&
  !window.getSelection()?.toString();

interface RowProps<T> {
  id: string;
  item: VirtualItem;
  row: T;
  columns: Column<T>[];
  /** Columns whose values stand in the second line. */
  folded: Column<T>[];
  template: string;
  isActive: boolean;
  onActivate: () => void;
  onOpen: ((row: T) => void) | undefined;
}

export function GridRow<T>(props: RowProps<T>) {
  const { id, item, row, columns, folded, template, isActive, onActivate, onOpen } = props;
  return (
    // Keys are handled by the grid, which holds the focus for all rows.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={id}
      role="row"
      tabIndex={-1}
      aria-rowindex={rowNumber(item)}
      data-active={isActive || undefined}
      data-opens={onOpen ? true : undefined}
      className={css.row}
      style={{ ...positionOf(item), gridTemplateColumns: template }}
      onClick={(event) => {
        onActivate();
        if (!isForRow(event) || !onOpen) return;
        event.preventDefault();
        onOpen(row);
      }}
    >
      {columns.map((column) => (
        <div key={column.key} role="gridcell" className={css.cell}>
          {column.render(row)}
        </div>
      ))}
      {folded.length > 0 && (
        <div role="presentation" className={css.second}>
          {folded.map(({ key, title, folds, render }) => (
            <div key={key} role="gridcell" className={css.foldedCell} hidden={!folds?.hasValue(row)}>
              <span className="visually-hidden">{title} </span>
              {render(row)}
            </div>
          ))}
        </div>
      )}
    </div>
  );
}
