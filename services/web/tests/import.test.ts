import { afterEach, describe, expect, it } from 'vitest';
import type { ImportRow } from '../src/api/model';
import { showTexts } from '../src/messages';
import de from '../src/messages/de';
import en from '../src/messages/en';
import { decodeText } from '../src/pages/import/read-text';
import { refusedCsv } from '../src/pages/import/refused-csv';
import { rowText } from '../src/pages/import/row-text';

const refused = (row: number, message: string, code = 'asset.name_empty'): ImportRow => ({
  row,
  line: row + 1,
  verdict: 'refused',
  codes: [code],
  findings: [{ code, parameters: {} }],
  message,
  tag: null,
  assetId: null,
});

describe('the file of refused rows', () => {
  it('holds the finding and then the row as it was', () => {
    const csv = 'Name,Note\nA,first\n,"second, with\nline break"\nC,third\n';
    expect(refusedCsv([refused(2, 'No name.')], csv)).toBe(
      'tally_row,tally_line,tally_codes,tally_message,Name,Note\r\n' +
        '2,3,asset.name_empty,No name.,,"second, with\nline break"',
    );
  });

  it('makes do with the findings when the text is gone', () => {
    expect(refusedCsv([refused(2, 'No name.')], null).split('\r\n')[1]).toBe('2,3,asset.name_empty,No name.');
  });

  it('defuses what a spreadsheet would run', () => {
    expect(refusedCsv([refused(1, 'x')], 'Name\n=cmd()\n')).toContain("'=cmd()");
  });
});

describe('the file of refused rows for a reader of German', () => {
  afterEach(() => showTexts('en', 'en', en));

  const reasonOf = (code: string) => refusedCsv([refused(1200, 'In English.', code)], null).split('\r\n')[1];

  it('has the reasons in German, and numbers that a program can read', () => {
    showTexts('de', 'de-DE', de);
    expect(reasonOf('import.row_ragged')).toBe(
      '1200,1201,import.row_ragged,Die Zeile hat mehr oder weniger Werte als die Kopfzeile.',
    );
  });

  it('has the reason in German for any rule of assets that refuses a row', () => {
    showTexts('de', 'de-DE', de);
    expect(reasonOf('asset.note_too_long')).toContain('höchstens 2.000 Zeichen');
    expect(reasonOf('asset.already_registered')).toContain('Dieses Asset ist bereits erfasst.');
  });

  it('names the values of the finding', () => {
    showTexts('de', 'de-DE', de);
    const row = (code: string, parameters: Record<string, string | number>): ImportRow => ({
      ...refused(3, 'In English.', code),
      findings: [{ code, parameters }],
    });
    const taken = row('asset.tag_taken', { tag: 'T-1', first_row: 1 });
    expect(rowText(taken)).toContain('T-1 gehört bereits zu einem anderen Asset. Auch Zeile 1 dieser Datei');
    const wrong = row('asset.attribute_invalid', { key: 'purchased_on', why: 'not_a_day' });
    expect(rowText(wrong)).toContain('purchased_on ist nicht gültig: der Wert ist kein Tag');
  });

  it("has the server's sentence for a code that this version does not know", () => {
    showTexts('de', 'de-DE', de);
    expect(reasonOf('import.of_another_version')).toContain('In English.');
  });
});

describe('the text of a file', () => {
  const bytes = (...values: number[]) => new Uint8Array(values);

  it('is UTF-8 when it can be', () => {
    expect(decodeText(new TextEncoder().encode('Straße'))).toEqual({ csv: 'Straße', guessedEncoding: null });
  });

  it('is taken as Windows-1252 when it cannot, and says so', () => {
    expect(decodeText(bytes(0x53, 0x74, 0x72, 0x61, 0xdf, 0x65))).toEqual({
      csv: 'Straße',
      guessedEncoding: 'Windows-1252',
    });
  });

  it('is UTF-16 when it is marked so', () => {
    expect(decodeText(bytes(0xff, 0xfe, 0x41, 0x00)).csv).toBe('A');
  });
});
