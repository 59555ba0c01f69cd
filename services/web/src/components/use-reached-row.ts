import { useEffect, useRef } from 'react';

/** How long a reader has to stay at a row until it counts as reached, in milliseconds. */
export const ROW_PAUSE_MS = 400;

/** Reports the row that the reader has reached, unless the list is still on its way to another. */
export function useReachedRow(row: number, isSettled: () => boolean, onRow?: (row: number) => void): void {
  const latest = useRef({ isSettled, onRow });
  const reported = useRef(row);
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
