/**
 * The text of files started in this visit, by import id, so that a dry run can be followed by the real one and refused
 * rows can be handed back as they were. Gone after a reload; the pages then do without.
 */
const sources = new Map<string, { csv: string; fileName: string }>();

export const rememberSource = (id: string, csv: string, fileName: string): void => {
  sources.set(id, { csv, fileName });
};

export const sourceOf = (id: string) => sources.get(id) ?? null;
