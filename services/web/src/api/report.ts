import type { Failure } from '../host/failure';

const meta = (name: string): string | null =>
  document.querySelector(`meta[name="${name}"]`)?.getAttribute('content') ?? null;

/**
 * Tells the server that a person saw a failure, without a token, since the token may be what failed. It says the code,
 * the page, and the server's own word for whose page it is; nothing of what is on the page goes along. Best effort: it
 * outlives the page and is never a second failure.
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
