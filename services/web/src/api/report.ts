import type { Failure } from '../host/failure';

const meta = (name: string): string | null =>
  document.querySelector(`meta[name="${name}"]`)?.getAttribute('content') ?? null;

/**
 * Reports to the server that a person saw a failure, without a token, since the token may be what
 * failed. It sends the code, the page, and the server's own reference to the site; nothing of the
 * page's content. One attempt: it outlives the page and never becomes a second failure.
 */
export function reportClientError({ code }: Pick<Failure, 'code'>): void {
  const ref = meta('tally-page-ref');
  void fetch('/api/v1/client-errors', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ code, page: meta('tally-page'), ...(ref ? { ref } : {}) }),
    keepalive: true,
    credentials: 'omit',
  }).catch(() => undefined);
}
