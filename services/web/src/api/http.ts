import { Failure } from '../host/failure';
import type { Transport } from '../host/transport';
import type { ProblemDetails } from './types';

const ROOT = '/api/v1';

export type Query = Record<string, string | number | boolean | null | undefined>;

/** `path?query` without the parts that are empty, so that equal questions have equal addresses. */
export function withQuery(path: string, query: Query = {}): string {
  const parts = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value != null && value !== '') parts.set(key, String(value));
  }
  const text = parts.toString();
  return text ? `${path}?${text}` : path;
}

function isProblem(body: unknown): body is ProblemDetails {
  return typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string';
}

function proxyFailure(status: number): Failure {
  return new Failure({
    code: `http.${status}`,
    status,
    detail: `The server answered ${status} without saying why.`,
    remedy: status >= 500 ? 'Try again in a moment.' : 'Reload the page and try again.',
  });
}

function placeIn({ from, to }: ProblemDetails) {
  return from !== undefined && to !== undefined && from <= to ? { from, to } : null;
}

/** The failure a refusing answer stands for: our problem details, or what the status alone tells. */
export async function failureOf(answer: Response): Promise<Failure> {
  const body: unknown = await answer.json().catch(() => null);
  if (!isProblem(body)) return proxyFailure(answer.status);
  return new Failure({
    code: body.code,
    detail: body.detail || body.title,
    remedy: body.remedy || 'Try again, or tell your Jira admin the code.',
    status: answer.status,
    requestId: body.requestId ?? answer.headers.get('X-Request-Id'),
    field: body.field ?? null,
    place: placeIn(body),
    expected: body.expected ?? [],
  });
}

/** The verbs of the API over any transport. Every method rejects with a `Failure`. */
export class Http {
  private readonly transport: Transport;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
    return this.send<T>(withQuery(path, query), { method: 'GET', signal });
  }

  /** `key` is the Idempotency-Key: the same for every try of one submit, so that a retry cannot act twice. */
  post<T>(path: string, body: unknown, key: string): Promise<T> {
    const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': key };
    return this.send<T>(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  postCsv<T>(path: string, query: Query, csv: string, key: string): Promise<T> {
    const headers = { 'Content-Type': 'text/csv; charset=utf-8', 'Idempotency-Key': key };
    return this.send<T>(withQuery(path, query), { method: 'POST', headers, body: csv });
  }

  /** `revision` is the one the person saw; the server refuses with 412 when another change came first. */
  patch<T>(path: string, body: unknown, revision: number): Promise<T> {
    const headers = { 'Content-Type': 'application/json', 'If-Match': `"${revision}"` };
    return this.send<T>(path, { method: 'PATCH', headers, body: JSON.stringify(body) });
  }

  private async send<T>(path: string, init: RequestInit): Promise<T> {
    const headers = new Headers(init.headers);
    headers.set('Accept', 'application/json');
    const answer = await this.transport(ROOT + path, { ...init, headers });
    if (!answer.ok) throw await failureOf(answer);
    return (await answer.json()) as T;
  }
}
