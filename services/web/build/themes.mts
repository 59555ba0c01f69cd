import type { Plugin } from 'vite';

/**
 * The themes of `AppProvider`: both colour modes, since the host switches between them at any time.
 */
const THEMES = ['light', 'dark', 'spacing', 'typography', 'shape'];

const IMPORT_MAP = /@atlaskit\/tokens\/dist\/esm\/artifacts\/theme-import-map\.js$/;

/** Fonts that the component library asks for first, and that only Atlassian's own pages load. */
const FOREIGN_FONTS = /\\?["']Atlassian (?:Sans|Mono)\\?["'],\s*/g;

/** Takes fonts that are never loaded out of the library, so that texts are drawn in one that is. */
export function removeForeignFonts(): Plugin {
  return {
    name: 'tally-remove-foreign-fonts',
    apply: 'build',
    enforce: 'pre',
    transform(code, id) {
      if (!id.includes('/@atlaskit/') || !code.includes('Atlassian ')) return null;
      return { code: code.replace(FOREIGN_FONTS, ''), map: null };
    },
  };
}

/**
 * Takes the themes in use into the first file. The component library fetches each theme of its
 * twenty with a request of its own, one after the start of the app; the others are not built at
 * all.
 */
export function bundleThemes(): Plugin {
  const imports = THEMES.map((theme) => `import ${theme} from './themes/atlassian-${theme}';`);
  const entries = THEMES.map((theme) => `${theme}: () => Promise.resolve({ default: ${theme} }),`);
  return {
    name: 'tally-bundle-themes',
    apply: 'build',
    enforce: 'pre',
    load(id) {
      if (!IMPORT_MAP.test(id)) return null;
      return `${imports.join('\n')}\nexport const themeImportMap = {\n${entries.join('\n')}\n};\nexport default themeImportMap;`;
    },
  };
}
