import { compileMessage } from '@lingui/message-utils/compileMessage';
import { transformWithOxc, type Plugin } from 'vite';

const CATALOGUE = /\/src\/messages\/(en|de)\/[\w-]+\.ts$/;

/** The texts of a catalogue file, which is a module without imports but for types. */
async function readTexts(code: string, id: string): Promise<Record<string, string>> {
  const { code: plain } = await transformWithOxc(code, id);
  const loaded = (await import(`data:text/javascript,${encodeURIComponent(plain)}`)) as {
    default: Record<string, string>;
  };
  return loaded.default;
}

/**
 * Compiles the message catalogues while the app is built, so that the parser of ICU messages, three
 * times as large as what shows them, stays out of the bundle.
 */
export function compileMessages(): Plugin {
  return {
    name: 'tally-compile-messages',
    apply: 'build',
    enforce: 'pre',
    async transform(code, id) {
      if (!CATALOGUE.test(id) || id.endsWith('/index.ts')) return null;
      const texts = Object.entries(await readTexts(code, id));
      const compiled = Object.fromEntries(texts.map(([key, text]) => [key, compileMessage(text)]));
      return { code: `export default ${JSON.stringify(compiled)};`, map: null };
    },
  };
}
