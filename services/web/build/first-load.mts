interface Module {
  isEntry: boolean;
  importers: readonly string[];
}

interface Graph {
  getModuleInfo: (id: string) => Module | null;
}

const known = new Map<string, boolean>();

/** Whether an entry imports the module statically, directly or through others. */
function isImportedByEntry(id: string, graph: Graph): boolean {
  const before = known.get(id);
  if (before !== undefined) return before;
  known.set(id, false);
  const info = graph.getModuleInfo(id);
  const isReached =
    info !== null && (info.isEntry || info.importers.some((one) => isImportedByEntry(one, graph)));
  known.set(id, isReached);
  return isReached;
}

/**
 * Names the one file of everything that the first page needs. It comes as one file instead of
 * thirty, since each request costs more than the bytes that finer files would save.
 */
export function nameFirstLoad(id: string, graph: Graph): string | null {
  return isImportedByEntry(id, graph) ? 'first' : null;
}
