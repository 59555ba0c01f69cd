/**
 * Where a key moves the active row, or null when the key is none of the grid's. `page` is how many
 * rows are visible.
 */
export function nextActive(key: string, current: number, rows: number, page: number): number | null {
  const to = target(key, current, rows, page);
  if (to === null || rows === 0) return null;
  return Math.min(Math.max(to, 0), rows - 1);
}

function target(key: string, current: number, rows: number, page: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return current + 1;
    case 'ArrowUp':
      return current - 1;
    case 'PageDown':
      return current + page;
    case 'PageUp':
      return current - page;
    case 'Home':
      return 0;
    case 'End':
      return rows - 1;
    default:
      return null;
  }
}
