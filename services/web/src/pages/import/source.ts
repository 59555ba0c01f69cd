/**
 * The texts of the files imported in this visit, by import id, so that a check can be followed by
 * the import itself and refused rows can be downloaded as they were. After a reload they are gone,
 * and the pages work without them.
 */
const sources = new Map<string, { csv: string; fileName: string }>();

export const rememberSource = (id: string, csv: string, fileName: string): void => {
  sources.set(id, { csv, fileName });
};

export const sourceOf = (id: string) => sources.get(id) ?? null;
