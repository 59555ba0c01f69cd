import type { Failure } from '../host/failure';

/** Tells the server that a person saw a failure, without a token, since the token may be what failed. Best effort. */
export function reportClientError(failure: Failure): void {
  const page = document.querySelector('meta[name="tally-page"]')?.getAttribute('content') ?? null;
  const body = JSON.stringify({ code: failure.code, page, detail: failure.message.slice(0, 300) });
  void fetch('/api/v1/client-errors', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body,
    keepalive: true,
    credentials: 'omit',
  }).catch(() => undefined);
}
