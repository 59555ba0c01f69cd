import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useId, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import { t } from '../messages';
import { GridHeader } from './GridHeader';
import type { Column, Sort } from './grid';
import { nextActive } from './grid-keys';
import { useChase } from './use-chase';
import { useReachedRow } from './use-reached-row';
import css from './VirtualGrid.module.css';

interface GridProps<T> {
  label: string;
  columns: Column<T>[];
  rows: T[];
  rowKey: (row: T) => string;
  rowHeight?: number;
  /** Rows in all, loaded or not; null while unknown. */
  total: number | null;
  hasMore: boolean;
  onLoadMore: () => void;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  onOpen?: (row: T) => void;
  /** The row to begin at, from 0. */
  firstRow?: number;
  /** The row that the reader has reached, once moving or scrolling pauses. */
  onRow?: (row: number) => void;
}

const LOAD_AHEAD_ROWS = 25;

function useWidth() {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(1280);
  useLayoutEffect(() => {
    const node = ref.current;
    if (!node) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry && entry.contentRect.width > 0) setWidth(entry.contentRect.width);
    });
    observer.observe(node);
    return () => observer.disconnect();
  }, []);
  return { ref, width };
}

/**
 * A table of any length with only the visible rows in the document. One tab stop; arrows, Page keys, Home and End move
 * the active row, Enter opens it. Screen readers hear the true row numbers and total.
 */
export function VirtualGrid<T>(props: GridProps<T>) {
  const { label, rows, rowKey, rowHeight = 44, total, hasMore, onLoadMore, onOpen, firstRow = 0 } = props;
  const { ref, width } = useWidth();
  const [active, setActive] = useState(firstRow);
  const id = useId();
  const shown = props.columns.filter((column) => (column.from ?? 0) <= width);
  const template = shown.map((column) => column.width).join(' ');

  const current = Math.min(active, Math.max(rows.length - 1, 0));
  // eslint-disable-next-line react-hooks/incompatible-library -- the virtualizer is meant to re-render on scroll
  const virtual = useVirtualizer({
    count: rows.length + (hasMore ? 1 : 0),
    getScrollElement: () => ref.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollPaddingStart: rowHeight,
    // The active row stays in the document, since the grid names it as its active descendant.
    rangeExtractor: (range) => {
      const visible = defaultRangeExtractor(range);
      return visible.includes(current) ? visible : [...visible, current].sort((a, b) => a - b);
    },
  });
  const items = virtual.getVirtualItems();
  const lastVisible = virtual.range?.endIndex ?? 0;

  useEffect(() => {
    if (hasMore && lastVisible >= rows.length - LOAD_AHEAD_ROWS) onLoadMore();
  }, [hasMore, lastVisible, rows.length, onLoadMore]);

  const goTo = useCallback(
    (index: number) => {
      setActive(index);
      virtual.scrollToIndex(index);
    },
    [virtual],
  );
  const chase = useChase({ rows: rows.length, hasMore, loadMore: onLoadMore, goTo, firstRow });
  const isActiveVisible = current >= (virtual.range?.startIndex ?? 0) && current <= lastVisible;
  useReachedRow(isActiveVisible ? current : (virtual.range?.startIndex ?? 0), chase.isOver, props.onRow);

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target !== ref.current || event.altKey || event.metaKey) return;
    const row = rows[current];
    if (event.key === 'Enter' && row !== undefined && onOpen) {
      event.preventDefault();
      onOpen(row);
      return;
    }
    const pageRows = Math.max(1, Math.floor((ref.current?.clientHeight ?? 400) / rowHeight) - 2);
    const next = nextActive(event.key, current, rows.length, pageRows);
    if (next === null) return;
    event.preventDefault();
    chase.stop();
    goTo(next);
    if (event.key === 'End' && hasMore) chase.start(Infinity);
  };

  const rowId = (index: number) => `${id}-row-${index}`;
  return (
    <div
      ref={ref}
      className={css.grid}
      role="grid"
      aria-label={label}
      aria-rowcount={total === null ? -1 : total + 1}
      aria-colcount={shown.length}
      aria-readonly="true"
      aria-activedescendant={rows.length > 0 ? rowId(current) : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <GridHeader columns={shown} template={template} sort={props.sort} onSort={props.onSort} />
      <div role="rowgroup" className={css.body} style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index];
          const position = { height: item.size, transform: `translateY(${item.start}px)` };
          if (row === undefined) {
            return (
              <div key="more" role="row" className={css.row} style={position} aria-rowindex={item.index + 2}>
                <div role="gridcell" className={css.more}>
                  {t('grid.loadingMore')}
                </div>
              </div>
            );
          }
          return (
            // Keys are handled by the grid, which holds the focus for all rows.
            // eslint-disable-next-line jsx-a11y/click-events-have-key-events
            <div
              key={rowKey(row)}
              id={rowId(item.index)}
              role="row"
              tabIndex={-1}
              aria-rowindex={item.index + 2}
              data-active={item.index === current || undefined}
              data-opens={onOpen ? true : undefined}
              className={css.row}
              style={{ ...position, gridTemplateColumns: template }}
              onClick={(event) => {
                setActive(item.index);
                // Links and buttons in the row act for themselves, and so does selecting text.
                if ((event.target as Element).closest('a, button') || window.getSelection()?.toString())
                  return;
                onOpen?.(row);
              }}
            >
              {shown.map((column) => (
                <div key={column.key} role="gridcell" className={css.cell}>
                  {column.render(row)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}
