import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import {
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type RefObject,
} from 'react';
import type { Column, Sort } from './grid';
import { nextActive } from './grid-keys';
import { GridHeader } from './GridHeader';
import { GridRow, LoadingRow } from './GridRow';
import { useChase } from './use-chase';
import { useReachedRow } from './use-reached-row';
import css from './VirtualGrid.module.css';

interface GridProps<T> {
  label: string;
  columns: Column<T>[];
  rows: T[];
  rowKey: (row: T) => string;
  /** The height of a row's first line. */
  rowHeight?: number;
  /** Whether the rows are those of another question, while the answer to this one loads. */
  isStale?: boolean;
  /** Rows in all, loaded or not; null while unknown. */
  total: number | null;
  hasMore: boolean;
  onLoadMore: () => void;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  onOpen?: (row: T) => void;
  /** The row to begin at, from 0. */
  firstRow?: number;
  /** Whether the grid takes the focus, since the reader comes back to it. */
  takesFocus?: boolean;
  /** The row that the reader has reached, once moving or scrolling pauses, or as it is opened. */
  onRow?: (row: number) => void;
}

const LOAD_AHEAD_ROWS = 25;

const ROW_HEIGHT = 44;
const SECOND_LINE = 20;

/** The columns that have room side by side, and those that stand in a second line. */
function arrange<T>(columns: Column<T>[], width: number) {
  const shown = columns.filter(({ from = 0 }) => from <= width);
  const folded = columns.filter(({ from = 0, folds }) => from > width && folds);
  return { shown, folded };
}

/** The width of the grid, before anything is painted. */
function useWidth(ref: RefObject<HTMLDivElement>): number {
  const [width, setWidth] = useState(1280);
  useLayoutEffect(() => {
    const node = ref.current;
    if (!node) return;
    const first = node.getBoundingClientRect().width;
    if (first > 0) setWidth(first);
    const observer = new ResizeObserver(([entry]) => {
      if (entry && entry.contentRect.width > 0) setWidth(entry.contentRect.width);
    });
    observer.observe(node);
    return () => observer.disconnect();
  }, [ref]);
  return width;
}

interface RowsOptions {
  ref: RefObject<HTMLDivElement>;
  /** Rows to draw, with the one that stands for those to come. */
  count: number;
  rowHeight: number;
  active: number;
}

/** The rows to draw: the visible ones, and the active one. */
function useRows({ ref, count, rowHeight, active }: RowsOptions) {
  // eslint-disable-next-line react-hooks/incompatible-library -- it is meant to re-render on scroll
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => ref.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollPaddingStart: rowHeight,
    // The active row stays in the document, since the grid names it as its active descendant.
    rangeExtractor: (range) => {
      const visible = defaultRangeExtractor(range);
      return visible.includes(active) ? visible : [...visible, active].sort((a, b) => a - b);
    },
  });
  useLayoutEffect(() => virtual.measure(), [virtual, rowHeight]);
  return virtual;
}

/** Opens a row, after the list has noted where the reader was. */
function opener<T>({ onOpen, onRow }: GridProps<T>): ((row: T, index: number) => void) | undefined {
  if (!onOpen) return undefined;
  return (row, index) => {
    onRow?.(index);
    onOpen(row);
  };
}

/** The active row, and the ways to move it. */
function useActiveRow<T>(ref: RefObject<HTMLDivElement>, props: GridProps<T>, rowHeight: number) {
  const { rows, hasMore, onLoadMore, firstRow = 0, onRow, takesFocus = false } = props;
  const [active, setActive] = useState(firstRow);
  const current = Math.min(active, Math.max(rows.length - 1, 0));
  const virtual = useRows({ ref, count: rows.length + (hasMore ? 1 : 0), rowHeight, active: current });
  const { startIndex: first, endIndex: last } = virtual.range ?? { startIndex: 0, endIndex: 0 };

  useEffect(() => {
    if (hasMore && last >= rows.length - LOAD_AHEAD_ROWS) onLoadMore();
  }, [hasMore, last, rows.length, onLoadMore]);

  const goTo = useCallback(
    (index: number) => {
      setActive(index);
      virtual.scrollToIndex(index);
    },
    [virtual],
  );
  const chase = useChase({ rows: rows.length, hasMore, loadMore: onLoadMore, goTo, firstRow });
  const row = current >= first && current <= last ? current : first;
  useReachedRow({ row, firstRow, isSettled: chase.isOver, onRow });

  const open = opener(props);

  useEffect(() => {
    if (takesFocus) ref.current?.focus({ preventScroll: true });
  }, [ref, takesFocus]);

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target !== ref.current || event.altKey || event.metaKey) return;
    const content = rows[current];
    if (event.key === 'Enter' && content !== undefined && open) {
      event.preventDefault();
      open(content, current);
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
  return { current, setActive, virtual, onKeyDown, open };
}

/**
 * A table of any length with only the visible rows in the document. One tab stop; arrows, Page keys,
 * Home and End move the active row, Enter opens it. Screen readers hear the true row numbers and
 * total.
 */
export function VirtualGrid<T>(props: GridProps<T>) {
  const { label, rows, rowKey, total, sort, onSort, isStale = false } = props;
  const ref = useRef<HTMLDivElement>(null);
  const width = useWidth(ref);
  const id = useId();
  const { shown, folded } = arrange(props.columns, width);
  const rowHeight = (props.rowHeight ?? ROW_HEIGHT) + (folded.length > 0 ? SECOND_LINE : 0);
  const { current, setActive, virtual, onKeyDown, open } = useActiveRow(ref, props, rowHeight);
  const template = shown.map((column) => column.width).join(' ');
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
      aria-busy={isStale}
      data-stale={isStale || undefined}
      aria-activedescendant={rows.length > 0 ? rowId(current) : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <GridHeader columns={shown} folded={folded} template={template} sort={sort} onSort={onSort} />
      <div role="rowgroup" className={css.body} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (row === undefined) return <LoadingRow key="more" item={item} />;
          return (
            <GridRow
              key={rowKey(row)}
              id={rowId(item.index)}
              item={item}
              row={row}
              columns={shown}
              folded={folded}
              template={template}
              isActive={item.index === current}
              onActivate={() => setActive(item.index)}
              onOpen={open && ((opened: T) => open(opened, item.index))}
            />
          );
        })}
      </div>
    </div>
  );
}
