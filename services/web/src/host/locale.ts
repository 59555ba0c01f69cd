import type { Bridge } from './bridge';

/** The longest wait for the host's answer, in milliseconds; then the browser's language counts. */
const LOCALE_MS = 1_000;

const asTag = (locale: string) => locale.replace('_', '-');

function askBridge(bridge: Bridge | null): Promise<string | null> {
  return new Promise((resolve) => {
    if (!bridge?.user?.getLocale) return resolve(null);
    const timer = setTimeout(() => resolve(null), LOCALE_MS);
    bridge.user.getLocale((locale) => {
      clearTimeout(timer);
      resolve(locale);
    });
  });
}

/**
 * The reader's locale as a language tag: as the host wrote it into the frame's address (`loc`), or
 * else as the bridge answers, or else the browser's.
 */
export async function readLocale(bridge: Bridge | null): Promise<string> {
  const written = new URLSearchParams(window.location.search).get('loc');
  return asTag(written || (await askBridge(bridge)) || navigator.language || 'en');
}
