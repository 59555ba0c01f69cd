import { useEffect, useRef } from 'react';

/** The most pages to load on the way to a row that is not loaded yet. */
const MOST_PAGES = 12;

interface Options {
  /** How many rows are loaded. */
  rows: number;
  hasMore: boolean;
  loadMore: () => void;
  goTo: (index: number) => void;
  /** The row to begin at. */
  firstRow: number;
}

/** Goes to a row of a list that is loaded page by page, and to the last one for the End key. */
export function useChase({ rows, hasMore, loadMore, goTo, firstRow }: Options) {
  const target = useRef<number | null>(firstRow > 0 ? firstRow : null);
  const pagesLeft = useRef(MOST_PAGES);
  const seenRows = useRef(0);
  useEffect(() => {
    if (target.current === null) return;
    if (seenRows.current !== rows) pagesLeft.current -= 1;
    seenRows.current = rows;
    const isReached = rows > target.current || !hasMore || pagesLeft.current <= 0;
    goTo(Math.min(target.current, rows - 1));
    if (isReached) target.current = null;
    else loadMore();
  }, [rows, hasMore, loadMore, goTo]);
  const start = (row: number) => {
    target.current = row;
    pagesLeft.current = MOST_PAGES;
    loadMore();
  };
  const stop = () => {
    target.current = null;
  };
  /** Whether no row is on its way. */
  const isOver = () => target.current === null;
  return { start, stop, isOver };
}
