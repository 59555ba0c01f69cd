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

/** The hash of a view, for `href`s and `navigate`. Empty query values are left out,
 * and a value of several is repeated. */
export function href(
  path: string[],
  query: Record<string, string | string[] | undefined> | URLSearchParams = {},
): string {
  const search = new URLSearchParams();
  const entries = query instanceof URLSearchParams ? query.entries() : Object.entries(query);
  for (const [key, values] of entries) {
    for (const value of [values ?? []].flat()) if (value) search.append(key, value);
  }
  const text = search.toString();
  return `#/${path.map(encodeURIComponent).join('/')}${text ? `?${text}` : ''}`;
}

/**
 * The address of a view that opens it in a window of its own: the page in the host, as the server
 * wrote it into the document. The frame's own address holds a token, and no host around it.
 */
export function hostHref(hash: string): string {
  const page = document.querySelector('meta[name="tally-address"]')?.getAttribute('content');
  return page ? `${page}#!${hash.replace(/^#/, '')}` : hash;
}

/** Whether a click opens a link where it is, and not in a tab or window of its own. */
export const isPlainClick = (event: { button: number } & Record<ModifierKey, boolean>): boolean =>
  event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;

type ModifierKey = 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey';

const route = createStore(parseRoute(window.location.hash));
let shownHash = window.location.hash;
let bridge: Bridge | null = null;
/** A list without an anchor is the plain one. */
const listHash = (hash: string): string => hash || '#/';

let shownList = listHash(route.get().path.length === 0 ? shownHash : '');

/** The list as it was shown last, to go back to. */
export const lastList = (): string => shownList;

/** Takes over what the frame's hash says and repeats it in the host's address. */
function readHash(): void {
  const { hash } = window.location;
  if (hash === shownHash) return;
  shownHash = hash;
  const next = parseRoute(hash);
  if (next.path.length === 0) shownList = listHash(hash);
  route.set(next);
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
