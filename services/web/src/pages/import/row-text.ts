import type { ImportColumn, ImportRow } from '../../api/model';
import { findText } from '../../messages';
import { namesOf, wordValues } from '../../messages/failure-text';

type Finding = ImportRow['findings'][number];

/** A text about rows; or else the general one of the refusal, since any rule can refuse a row. */
function textOf({ code, parameters }: Finding): string | null {
  const given = parameters as Record<string, string | number>;
  const [names, values] = [namesOf(given), wordValues(given)];
  return (
    findText(`row.${code}(${names})`, values) ??
    findText(`failure.${code}(${names}).cause`, values) ??
    findText(`row.${code}`, values) ??
    findText(`failure.${code}.cause`, values)
  );
}

/**
 * What was found in a row or of a column: the texts of its codes in the reader's language, or else the server's
 * sentence.
 */
export function rowText({
  findings,
  message,
}: Pick<ImportRow | ImportColumn, 'findings' | 'message'>): string {
  const texts = findings.map(textOf);
  const known = texts.filter((text) => text !== null);
  return known.length > 0 && known.length === texts.length ? known.join(' ') : message;
}
