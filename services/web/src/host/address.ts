import { useSyncExternalStore } from 'react';

/** A place in the app, kept in the hash: the frame's own path and query belong to the host. */
export interface Route {
  /** Decoded parts of the path: `#/asset/42?x=1` gives `['asset', '42']`. */
  path: string[];
  query: URLSearchParams;
}

const CHANGED = 'tally:route';

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

/** The hash of a place, for `href`s and `navigate`. Empty query values are left out. */
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

/** Goes to a place; `replace` leaves no step behind, for filters that change while someone types. */
export function navigate(to: string, { replace = false } = {}): void {
  if (to === window.location.hash) return;
  if (replace) {
    window.history.replaceState(null, '', to);
    window.dispatchEvent(new Event(CHANGED));
  } else {
    window.location.hash = to;
  }
}

function subscribe(listener: () => void) {
  window.addEventListener('hashchange', listener);
  window.addEventListener(CHANGED, listener);
  return () => {
    window.removeEventListener('hashchange', listener);
    window.removeEventListener(CHANGED, listener);
  };
}

let last: { hash: string; route: Route } | null = null;

function current(): Route {
  const hash = window.location.hash;
  if (last?.hash !== hash) last = { hash, route: parseRoute(hash) };
  return last.route;
}

export function useRoute(): Route {
  return useSyncExternalStore(subscribe, current);
}
