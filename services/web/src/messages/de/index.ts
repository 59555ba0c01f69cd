import type { Catalogue } from '../catalogue';
import assets from './assets';
import diagnosis from './diagnosis';
import evidence from './evidence';
import imports from './imports';
import list from './list';
import shell from './shell';
import server from './server';

/** Every text of the app in German. */
export const texts: Catalogue = { ...assets, ...diagnosis, ...evidence, ...imports, ...list, ...shell };

/**
 * All that is fetched for readers of German: the texts of the app, and those of the server by its
 * codes.
 */
export default { ...texts, ...server };
