import type { ImportRow } from '../../api/model';
import { findText } from '../../messages';

/** A text about rows; or else the general one of the refusal, since any rule can refuse a row. */
const textOf = (code: string) => findText(`row.${code}`) ?? findText(`failure.${code}.cause`);

/**
 * What was found in a row: the texts of its codes in the reader's language, or else the server's
 * sentence.
 */
export function rowText({ codes, message }: Pick<ImportRow, 'codes' | 'message'>): string {
  const texts = codes.map(textOf);
  const known = texts.filter((text) => text !== null);
  return known.length > 0 && known.length === texts.length ? known.join(' ') : message;
}
