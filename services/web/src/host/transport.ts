import type { Failure } from './failure';

/**
 * One way to the server, for every host that frames the page. Everything above (client, queries,
 * pages) sits on this type, so another host is one more implementation and no other change.
 *
 * `path` begins with a slash and is relative to the server. Rejects with a `Failure` when no answer
 * came; an answer of any status is returned as it is.
 */
export type Transport = (path: string, init?: RequestInit) => Promise<Response>;

/**
 * Settles like `work`, or rejects when `signal` fires first. For promises that cannot be aborted
 * themselves.
 */
export function within<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = () => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    };
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/**
 * A signal that fires after `ms` milliseconds with a `Failure` for what took too long, or when
 * `outer` fires.
 */
export function timeLimit(ms: number, failure: () => Failure, outer?: AbortSignal | null) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(failure()), ms);
  const follow = () => controller.abort(outer?.reason);
  if (outer?.aborted) follow();
  else outer?.addEventListener('abort', follow, { once: true });
  const done = () => {
    clearTimeout(timer);
    outer?.removeEventListener('abort', follow);
  };
  return { signal: controller.signal, done };
}
