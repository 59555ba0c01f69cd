import { useEffect, useRef } from 'react';

/** How long a reader has to stay at a row until it counts as reached, in milliseconds. */
export const ROW_PAUSE_MS = 400;

interface Options {
  /** The row that the reader is at. */
  row: number;
  /** The row that the list began at, which is known already. */
  firstRow: number;
  /** Whether the list is at rest, and not on its way to another row. */
  isSettled: () => boolean;
  onRow: ((row: number) => void) | undefined;
}

/** Reports the row that the reader has reached. */
export function useReachedRow({ row, firstRow, isSettled, onRow }: Options): void {
  const latest = useRef({ isSettled, onRow });
  const reported = useRef(firstRow);
  useEffect(() => {
    latest.current = { isSettled, onRow };
  });
  useEffect(() => {
    const timer = setTimeout(() => {
      if (row === reported.current || !latest.current.isSettled()) return;
      reported.current = row;
      latest.current.onRow?.(row);
    }, ROW_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [row]);
}
