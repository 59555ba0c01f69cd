import { afterEach, describe, expect, it } from 'vitest';
import type { ImportRow } from '../src/api/model';
import { showTexts } from '../src/messages';
import de from '../src/messages/de';
import en from '../src/messages/en';
import { rowText } from '../src/pages/import/row-text';

const found = (
  code: string,
  parameters: Record<string, string | number> = {},
): Pick<ImportRow, 'findings' | 'message'> => ({
  findings: [{ code, parameters }],
  message: 'In English.',
});

describe('what was found in a row, for a reader of German', () => {
  afterEach(() => showTexts('en', 'en', en));

  it('is in German', () => {
    showTexts('de', 'de-DE', de);
    expect(rowText(found('import.row_ragged'))).toBe('Die Zeile hat mehr Werte als die Kopfzeile.');
    expect(rowText(found('import.letters_unreadable', { last_line: 3 }))).toContain('nicht lesbar');
    expect(rowText(found('import.column_could_be', { column: 2, field: 'name' }))).toContain('Spalte 2');
  });

  it('is in German for any rule of assets that refuses a row', () => {
    showTexts('de', 'de-DE', de);
    expect(rowText(found('asset.note_too_long'))).toContain('höchstens 2.000 Zeichen');
    expect(rowText(found('asset.already_registered'))).toContain('Dieses Asset ist bereits erfasst.');
  });

  it('names the values of the finding', () => {
    showTexts('de', 'de-DE', de);
    const taken = found('asset.tag_taken', { tag: 'T-1', first_row: 1 });
    expect(rowText(taken)).toContain('T-1 gehört bereits zu einem anderen Asset. Auch Zeile 1 dieser Datei');
    const wrong = found('asset.attribute_invalid', { key: 'purchased_on', why: 'not_a_day' });
    expect(rowText(wrong)).toContain('purchased_on ist nicht gültig: der Wert ist kein Tag');
  });

  it("is the server's sentence for a code that this version does not know", () => {
    showTexts('de', 'de-DE', de);
    expect(rowText(found('import.of_another_version'))).toContain('In English.');
  });
});
