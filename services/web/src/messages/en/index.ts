import assets from './assets';
import diagnosis from './diagnosis';
import evidence from './evidence';
import imports from './imports';
import list from './list';
import shell from './shell';

/**
 * Every text of the app in English, in the syntax of ICU messages. `<b>` and `<code>` mark parts of
 * a text, see `Rich`. Texts for most of the server's codes are not here, since the server sends
 * them in English.
 */
export const parts = { assets, diagnosis, evidence, imports, list, shell };

export default { ...assets, ...diagnosis, ...evidence, ...imports, ...list, ...shell };
