import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/** What a part of the app may import: the parts before it, and itself. */
const ORDER = [
  'store',
  'day',
  'typed-day',
  'host',
  'messages',
  'api',
  'components',
  'boot',
  'pages',
  'app',
  'main',
];

const SOURCE = 'src';

const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'))
  .map((file) => file.replaceAll('\\', '/'));

/** The files of our own that a file imports, by `import` and `import()`. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(SOURCE, file), 'utf8');
  const specifiers = [...text.matchAll(/(?:from |import |import\()'(\.[^']*)'/g)].map(([, one]) => one ?? '');
  return specifiers
    .map((one) => normalize(join(dirname(file), one)))
    .flatMap((path) =>
      [path, `${path}.ts`, `${path}.tsx`, `${path}/index.ts`, 'index.ts'].filter((one) =>
        files.includes(one),
      ),
    )
    .map((one) => one.replaceAll('\\', '/'));
}

const edges = files.flatMap((from) => importsOf(from).map((to) => ({ from, to })));

const partOf = (file: string) => file.split('/')[0]?.replace(/\.tsx?$/, '') ?? '';

/**
 * The folders on the way to a file, and the file: `pages/asset/x.ts` gives `pages`, `pages/asset`
 * and itself.
 */
function placesOf(file: string): string[] {
  const parts = file.split('/');
  return parts.map((_, end) => parts.slice(0, end + 1).join('/'));
}

/** A path that comes back to where it began, or null. */
function findCircle(graph: Map<string, Set<string>>): string[] | null {
  const done = new Set<string>();
  const visit = (node: string, path: string[]): string[] | null => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return null;
    for (const next of graph.get(node) ?? []) {
      const circle = visit(next, [...path, node]);
      if (circle) return circle;
    }
    done.add(node);
    return null;
  };
  for (const node of graph.keys()) {
    const circle = visit(node, []);
    if (circle) return circle;
  }
  return null;
}

/** The imports between the children of one folder. */
function siblingGraph(folder: string): Map<string, Set<string>> {
  const depth = folder === '' ? 0 : folder.split('/').length;
  const graph = new Map<string, Set<string>>();
  for (const { from, to } of edges) {
    const [one, other] = [placesOf(from)[depth], placesOf(to)[depth]];
    const isWithin = folder === '' || (from.startsWith(`${folder}/`) && to.startsWith(`${folder}/`));
    if (!isWithin || !one || !other || one === other) continue;
    graph.set(one, (graph.get(one) ?? new Set()).add(other));
  }
  return graph;
}

describe('the parts of the app', () => {
  it('finds imports at all', () => {
    expect(edges.length).toBeGreaterThan(200);
  });

  it('import in one direction only', () => {
    const wrong = edges.filter(({ from, to }) => {
      const [one, other] = [ORDER.indexOf(partOf(from)), ORDER.indexOf(partOf(to))];
      return one >= 0 && other >= 0 && other > one;
    });
    expect(wrong).toEqual([]);
  });

  it('are all in the order', () => {
    const parts = new Set(files.map(partOf));
    const alone = ['flags', 'feature-gates-off'];
    expect([...parts].filter((part) => !ORDER.includes(part) && !alone.includes(part))).toEqual([]);
  });

  it('have pages that do not import each other', () => {
    const pageOf = (file: string) => (partOf(file) === 'pages' ? file.split('/')[1] : null);
    const wrong = edges.filter(({ from, to }) => {
      const [one, other] = [pageOf(from), pageOf(to)];
      return one && other && one !== other;
    });
    expect(wrong).toEqual([]);
  });

  it('have no circle among the children of any folder', () => {
    const folders = new Set(['', ...files.flatMap((file) => placesOf(file).slice(0, -1))]);
    for (const folder of folders) expect(findCircle(siblingGraph(folder)), folder).toBeNull();
  });
});

describe('the texts of the app', () => {
  /**
   * Text that people read, outside of the catalogue: between tags, or in an attribute that is shown
   * or read out.
   */
  const LITERAL =
    />\s*[^<>{}\n]*[A-Za-z]{2}[^<>{}\n]*<\/|\b(?:title|label|placeholder|aria-label|alt|hint)="[^"]*[A-Za-z]{2}/;

  it('come from the catalogue alone', () => {
    const wrong = files
      .filter((file) => file.endsWith('.tsx'))
      .flatMap((file) =>
        readFileSync(join(SOURCE, file), 'utf8')
          .split('\n')
          .filter((line) => LITERAL.test(line))
          .map((line) => `${file}: ${line.trim()}`),
      );
    expect(wrong).toEqual([]);
  });
});
