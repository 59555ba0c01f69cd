import createClient from 'openapi-fetch';
import { Failure } from '../host/failure';
import type { Transport } from '../host/transport';
import type { paths } from './openapi';

/** A file as its bytes, which a text would lose where they are no UTF-8; anything else as a text. */
const bodyOf = (request: Request): Promise<string | ArrayBuffer> =>
  request.headers.get('Content-Type')?.startsWith('text/csv') ? request.arrayBuffer() : request.text();

/** Calls the transport with what the typed client made of a call. */
const fetchOver = (transport: Transport) => async (request: Request) => {
  const { pathname, search } = new URL(request.url);
  const { method, headers, signal } = request;
  const body = method === 'GET' ? undefined : await bodyOf(request);
  return transport(pathname + search, { method, headers, body, signal });
};

/** The routes of API v1, typed by the server's document, over any transport. */
export function createHttp(transport: Transport) {
  return createClient<paths>({
    baseUrl: window.location.origin,
    headers: { Accept: 'application/json' },
    fetch: fetchOver(transport),
  });
}

export type Http = ReturnType<typeof createHttp>;

/** The Idempotency-Key: the same for every try of one submit, so that a retry cannot act twice. */
export const withKey = (key: string) => ({ 'Idempotency-Key': key });

/** What a refusal's body may hold, beyond what every refusal has. */
interface Problem {
  code: string;
  title?: string;
  detail?: string;
  remedy?: string;
  requestId?: string | null;
  field?: string;
  from?: number;
  to?: number;
  expected?: string[];
  parameters?: Record<string, string | number>;
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string';
}

function rangeOf({ from, to }: Problem) {
  return from !== undefined && to !== undefined && from <= to ? { from, to } : null;
}

/**
 * The failure that a refusing answer stands for: our problem details, or what the status alone
 * says.
 */
export function failureOf(answer: Response, body: unknown): Failure {
  const { status } = answer;
  if (!isProblem(body)) return new Failure({ code: `http.${status}`, status });
  return new Failure({
    code: body.code,
    values: body.parameters ?? {},
    cause: body.detail || body.title,
    remedy: body.remedy,
    status,
    requestId: body.requestId ?? answer.headers.get('X-Request-Id'),
    field: body.field ?? null,
    range: rangeOf(body),
    expected: body.expected ?? [],
  });
}

/** Waits for an answer that has no body. Rejects with a `Failure` when it is a refusal. */
export async function doneOf(call: Promise<{ error?: unknown; response: Response }>): Promise<null> {
  const { error, response } = await call;
  if (!response.ok) throw failureOf(response, error);
  return null;
}

/** The body of a call's answer. Rejects with a `Failure` when the answer is a refusal. */
export async function answerOf<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, error, response } = await call;
  if (!response.ok || data === undefined) throw failureOf(response, error);
  return data;
}
