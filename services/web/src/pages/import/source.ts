import type { ImportChoices } from '../../api/model';

/** A file to import, as its bytes are: the server alone reads them. */
export interface Source {
  /** Distinguishes the files of this visit. */
  number: number;
  fileName: string;
  bytes: Uint8Array<ArrayBuffer>;
}

let newest = 0;

export const newSource = (fileName: string, bytes: Uint8Array<ArrayBuffer>): Source => {
  newest += 1;
  return { number: newest, fileName, bytes };
};

/** A pasted text as a file. */
export const pastedSource = (text: string): Source => newSource('pasted.csv', new TextEncoder().encode(text));

interface Started {
  source: Source;
  choices: ImportChoices;
}

/**
 * The files imported in this visit and how they were read, by import id, so that a check can be
 * followed by the import itself. After a reload they are gone, and the pages work without them.
 */
const sources = new Map<string, Started>();

export const rememberSource = (id: string, started: Started): void => {
  sources.set(id, started);
};

export const sourceOf = (id: string) => sources.get(id) ?? null;
