import Papa from 'papaparse';
import type { ImportRow } from '../../api/model';
import { rowText } from './row-text';

/** The columns before the row's own, with what was wrong with it. */
const FINDING_COLUMNS = ['tally_row', 'tally_line', 'tally_codes', 'tally_message'];

interface Original {
  header: string[];
  rows: string[][];
}

function readOriginal(csv: string): Original {
  const parsed = Papa.parse<string[]>(csv, { skipEmptyLines: true });
  const [header = [], ...rows] = parsed.data;
  return { header, rows };
}

/**
 * The refused rows as a CSV file that can be corrected and imported again: the findings first, then
 * the row as it was. Without the original text, the findings alone. Cells that a spreadsheet would
 * run as a formula are made harmless.
 */
export function refusedCsv(refused: ImportRow[], csv: string | null): string {
  const original = csv === null ? null : readOriginal(csv);
  const lines = refused.map((row) => [
    String(row.row),
    String(row.line),
    row.codes.join(' '),
    rowText(row),
    ...(original?.rows[row.row - 1] ?? []),
  ]);
  return Papa.unparse(
    { fields: [...FINDING_COLUMNS, ...(original?.header ?? [])], data: lines },
    { escapeFormulae: true },
  );
}

/** Hands a text to the browser as a file to save. */
export function download(fileName: string, text: string): void {
  const url = URL.createObjectURL(new Blob(['\uFEFF', text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(url);
}
