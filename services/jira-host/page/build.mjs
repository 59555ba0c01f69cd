// Builds the two pages and the bridge script into `--outdir DIR` (default: dist).
import { build } from 'esbuild';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

const option = process.argv.indexOf('--outdir');
const out = path.resolve(option > 0 ? process.argv[option + 1] : 'dist');
const bridge = path.join(path.dirname(createRequire(import.meta.url).resolve('atlassian-connect-js/package.json')), 'dist');

await rm(out, { recursive: true, force: true });
await mkdir(path.join(out, 'atlassian-connect'), { recursive: true });
await build({
  entryPoints: ['src/control.ts', 'src/site.ts', 'src/control.css', 'src/site.css'],
  outdir: path.join(out, 'static'),
  bundle: true,
  minify: true,
  // The bridge counts the parameters a method declares; nothing may be turned into `arguments`.
  target: 'es2022',
  format: 'iife',
  legalComments: 'inline',
  logLevel: 'warning',
});
await cp('src/mark.svg', path.join(out, 'static/mark.svg'));
for (const page of ['control.html', 'site.html']) {
  await cp(path.join('src', page), path.join(out, page));
}
await writeFile(path.join(out, 'atlassian-connect/all.js'), withoutCdn(await readFile(path.join(bridge, 'iframe.js'), 'utf8')));
for (const sheet of ['themes', 'surfaces.css', 'legacy-text-colors.css']) {
  await cp(path.join(bridge, sheet), path.join(out, 'atlassian-connect', sheet), { recursive: true });
}

/** The vendor's script loads theme sheets from the vendor's CDN; here they are next to the script. */
function withoutCdn(script) {
  const line = 'var CDN_URL = "https://" + CDN_DOMAIN;';
  if (script.split(line).length !== 2) {
    throw new Error('atlassian-connect-js has changed: the line that names its CDN was not found once');
  }
  return script.replace(line, "var CDN_URL = new URL('.', document.currentScript.src).href.slice(0, -1);");
}
