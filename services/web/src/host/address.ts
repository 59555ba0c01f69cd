import { createStore, useStore } from '../store';
import type { Bridge } from './bridge';

/**
 * Where in the app the page is. The hash of the frame holds it, since the frame's own path and
 * query belong to the host; the host's address repeats it where the host lets us, so that a reload
 * and a shared link lead to the same view.
 */
export interface Route {
  /** Decoded parts of the path: `#/asset/42?x=1` gives `['asset', '42']`. */
  path: string[];
  query: URLSearchParams;
}

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split(/\?(.*)/s);
  const parts = path.split('/').filter(Boolean).map(decodeSafely);
  return { path: parts, query: new URLSearchParams(query) };
}

function decodeSafely(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The hash of a view, for `href`s and `navigate`. Empty query values are left out. */
export function href(
  path: string[],
  query: Record<string, string | undefined> | URLSearchParams = {},
): string {
  const search = new URLSearchParams();
  const entries = query instanceof URLSearchParams ? query.entries() : Object.entries(query);
  for (const [key, value] of entries) if (value) search.set(key, value);
  const text = search.toString();
  return `#/${path.map(encodeURIComponent).join('/')}${text ? `?${text}` : ''}`;
}

const route = createStore(parseRoute(window.location.hash));
let shownHash = window.location.hash;
let bridge: Bridge | null = null;

/** Takes over what the frame's hash says and repeats it in the host's address. */
function readHash(): void {
  const { hash } = window.location;
  if (hash === shownHash) return;
  shownHash = hash;
  route.set(parseRoute(hash));
  bridge?.history?.replaceState(hash.replace(/^#/, ''));
}

window.addEventListener('hashchange', readHash);

/** Opens a view; `replace` leaves no step behind, for filters that change while someone types. */
export function navigate(to: string, { replace = false } = {}): void {
  if (to === window.location.hash) return;
  if (replace) window.history.replaceState(null, '', to);
  else window.location.hash = to;
  readHash();
}

export const useRoute = (): Route => useStore(route);

/**
 * The longest wait for the host's address, in milliseconds. The app starts at its first view
 * without an answer.
 */
const HOST_ADDRESS_MS = 1_000;

function readHostState(host: Bridge): Promise<string> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(''), HOST_ADDRESS_MS);
    host.history?.getState('hash', (state) => {
      clearTimeout(timer);
      resolve(typeof state === 'string' ? state : '');
    });
  });
}

/**
 * Opens the view that the host's address names, and keeps the two in step from then on. A host may
 * hand out the anchor encoded, as it stands in the address.
 */
export async function followHostAddress(host: Bridge | null): Promise<void> {
  if (!host?.history) return;
  bridge = host;
  const state = await readHostState(host);
  const view = /^%2f/i.test(state) ? decodeSafely(state) : state;
  if (view.startsWith('/') && window.location.hash === '') navigate(`#${view}`, { replace: true });
}
