import type { Sort } from '../../../components/grid';
import { fieldKey, ORDER_FIELDS } from './language';
import { splitTokens } from './tokens';

/** The order that a query asks for at its end, or null when it asks for none. */
export function orderOf(query: string): Sort | null {
  const words = splitTokens(query).map(({ kind, text }) => (kind === 'word' ? text.toLowerCase() : ''));
  const by = words.lastIndexOf('by');
  if (by < 1 || words[by - 1] !== 'order') return null;
  const field = ORDER_FIELDS[fieldKey(words[by + 1] ?? '')];
  return field ? { field, descending: words[by + 2] === 'desc' } : null;
}
