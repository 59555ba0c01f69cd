import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/**
 * The most that the files of the first page may have, compressed. The page itself and the answers
 * come on top.
 */
const MOST_BYTES = 190 * 1024;
/** The most files: the page itself and five answers of the API come on top, ten requests in all. */
const MOST_FILES = 4;

interface Chunk {
  file: string;
  isEntry?: boolean;
  css?: string[];
  imports?: string[];
}

type Manifest = Record<string, Chunk>;

const folder = mkdtempSync(join(tmpdir(), 'tally-web-'));

/** The files of a chunk and of all that it imports statically. */
function filesOf(manifest: Manifest, key: string, seen = new Set<string>()): Set<string> {
  const chunk = manifest[key];
  if (!chunk || seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  chunk.css?.forEach((file) => seen.add(file));
  chunk.imports?.forEach((one) => filesOf(manifest, one, seen));
  return seen;
}

const sizeOf = (file: string) => gzipSync(readFileSync(join(folder, file))).length;

beforeAll(() => {
  const vite = join('node_modules', 'vite', 'bin', 'vite.js');
  const env = { ...process.env, NODE_ENV: 'production' };
  const run = spawnSync(process.execPath, [vite, 'build', '--outDir', folder, '--emptyOutDir'], { env });
  if (run.status !== 0) throw new Error(run.stderr.toString());
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the built files', () => {
  it('ask for no font that is never loaded', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const texts = files.filter((file) => /\.(?:js|css)$/.test(file));
    expect(texts.length).toBeGreaterThan(3);
    const asking = texts.filter((file) =>
      readFileSync(join(folder, file), 'utf8').includes('Atlassian Sans'),
    );
    expect(asking).toEqual([]);
  });
});

describe('the first page', () => {
  it('loads few and small files, for readers of German too', () => {
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Manifest;
    const entry = Object.keys(manifest).find((key) => manifest[key]?.isEntry) ?? '';
    const files = new Set([
      ...filesOf(manifest, entry),
      ...filesOf(manifest, 'src/boot/boot-watch.js'),
      ...filesOf(manifest, 'src/messages/de/index.ts'),
    ]);
    expect([...files].length).toBeLessThanOrEqual(MOST_FILES);
    const bytes = [...files].map(sizeOf).reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeGreaterThan(100 * 1024);
    expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
  });
});
