/** A file's text, and the encoding it was read in when that was a guess. */
export interface FileText {
  csv: string;
  guessedEncoding: string | null;
}

const UTF16_MARKS: [number, number, string][] = [
  [0xff, 0xfe, 'utf-16le'],
  [0xfe, 0xff, 'utf-16be'],
];

/**
 * Spreadsheets save CSV in the encoding of their system. UTF-8 and marked UTF-16 are certain; other
 * bytes are read as Windows-1252, which the page states, since a wrong guess shows as wrong
 * accents.
 */
export function decodeText(bytes: Uint8Array): FileText {
  const mark = UTF16_MARKS.find(([first, second]) => bytes[0] === first && bytes[1] === second);
  if (mark) return { csv: new TextDecoder(mark[2]).decode(bytes), guessedEncoding: null };
  try {
    return { csv: new TextDecoder('utf-8', { fatal: true }).decode(bytes), guessedEncoding: null };
  } catch {
    return { csv: new TextDecoder('windows-1252').decode(bytes), guessedEncoding: 'Windows-1252' };
  }
}
