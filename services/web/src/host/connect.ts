import type { Bridge } from './bridge';
import { Failure } from './failure';
import { timeLimit, within, type Transport } from './transport';

/** Time limits in milliseconds. A token comes over a window message, so a silent host shows early. */
export interface ConnectLimits {
  token: number;
  request: number;
}

const DEFAULT_LIMITS: ConnectLimits = { token: 5_000, request: 60_000 };

const tokenTimedOut = (ms: number) =>
  new Failure({
    code: 'host.token_timeout',
    detail: `Jira did not hand out a session token within ${ms / 1000} seconds.`,
    remedy: 'Reload the page. If that does not help, ask your Jira admin to check that the app is enabled.',
  });

const tokenRefused = (cause: unknown) =>
  new Failure({
    code: 'host.token_failed',
    detail: `Jira refused to hand out a session token${cause instanceof Error ? `: ${cause.message}` : '.'}`,
    remedy: 'Sign in to Jira again and reload the page.',
  });

const requestTimedOut = (ms: number) =>
  new Failure({
    code: 'network.timeout',
    detail: `Tally did not answer within ${ms / 1000} seconds.`,
    remedy: 'Try again in a moment.',
  });

const unreachable = () =>
  new Failure({
    code: 'network.unreachable',
    detail: 'Tally could not be reached.',
    remedy: 'Check your connection and try again.',
  });

async function freshToken(bridge: Bridge, limitMs: number, outer?: AbortSignal | null): Promise<string> {
  const limit = timeLimit(limitMs, () => tokenTimedOut(limitMs), outer);
  try {
    const token: unknown = await within(Promise.resolve(bridge.context.getToken()), limit.signal);
    if (typeof token !== 'string' || token === '') throw new Error('the token was empty');
    return token;
  } catch (cause) {
    if (cause instanceof Failure || outer?.aborted) throw cause;
    throw tokenRefused(cause);
  } finally {
    limit.done();
  }
}

async function send(path: string, init: RequestInit, token: string, limitMs: number): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('Authorization', `JWT ${token}`);
  const limit = timeLimit(limitMs, () => requestTimedOut(limitMs), init.signal);
  try {
    return await fetch(path, { ...init, headers, signal: limit.signal, credentials: 'omit' });
  } catch (cause) {
    if (limit.signal.aborted) throw limit.signal.reason;
    throw cause instanceof Failure ? cause : unreachable();
  } finally {
    limit.done();
  }
}

/**
 * The transport inside a Connect iframe. Each request carries a token asked for that request, since tokens live for
 * minutes. A refused token (401) is answered once with a new one: after a rotation the host may hand out a token
 * signed a moment too early. A second refusal is the caller's to show. No effect can have happened before a 401, so
 * sending the request again is safe.
 */
export function connectTransport(bridge: Bridge, limits: Partial<ConnectLimits> = {}): Transport {
  const { token: tokenMs, request: requestMs } = { ...DEFAULT_LIMITS, ...limits };
  return async (path, init = {}) => {
    const attempt = async () => send(path, init, await freshToken(bridge, tokenMs, init.signal), requestMs);
    const answer = await attempt();
    return answer.status === 401 ? attempt() : answer;
  };
}

/** Stands in when there is no bridge: every call explains that instead of failing obscurely. */
export const noTransport: Transport = () =>
  Promise.reject(
    new Failure({
      code: 'host.bridge_missing',
      detail: "Jira's script for embedded apps did not load, so the page cannot prove who you are.",
      remedy:
        'Open Tally from the menu in Jira. If you did, allow scripts from atl-paas.net and atlassian.net in your browser or proxy, then reload.',
    }),
  );
