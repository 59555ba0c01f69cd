import type { Sort } from '../../../components/grid';
import { fieldKey } from './language';
import { splitTokens } from './tokens';

/**
 * The order that a query asks for at its end, or null when it asks for none. One by a field that has
 * no order is refused by the server, as a part of the query.
 */
export function orderOf(query: string): Sort | null {
  const words = splitTokens(query).map(({ kind, text }) => (kind === 'word' ? text.toLowerCase() : ''));
  const by = words.lastIndexOf('by');
  if (by < 1 || words[by - 1] !== 'order') return null;
  const key = fieldKey(words[by + 1] ?? '');
  const field = key === 'updated' ? 'updated_at' : key;
  return field ? { field, descending: words[by + 2] === 'desc' } : null;
}
