import type { Bridge } from './bridge';
import { Failure } from './failure';
import { timeLimit, within, type Transport } from './transport';

/** Time limits in milliseconds. The one for tokens is short: they come over a window message. */
export interface ConnectLimits {
  token: number;
  request: number;
}

const DEFAULT_LIMITS: ConnectLimits = { token: 5_000, request: 60_000 };

const tokenTimedOut = (ms: number) =>
  new Failure({ code: 'host.token_timeout', values: { seconds: ms / 1000 } });

const tokenRefused = (cause: unknown) =>
  new Failure({ code: 'host.token_failed', values: { reason: cause instanceof Error ? cause.message : '' } });

const requestTimedOut = (ms: number) =>
  new Failure({ code: 'network.timeout', values: { seconds: ms / 1000 } });

const unreachable = () => new Failure({ code: 'network.unreachable' });

async function freshToken(bridge: Bridge, limitMs: number, outer?: AbortSignal | null): Promise<string> {
  const limit = timeLimit(limitMs, () => tokenTimedOut(limitMs), outer);
  try {
    const token: unknown = await within(Promise.resolve(bridge.context.getToken()), limit.signal);
    if (typeof token !== 'string' || token === '') throw tokenRefused(null);
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
 * The transport inside a Connect iframe. Each request carries a token of its own, since tokens live
 * for minutes only. A request whose token was refused (401) is sent once more with a new token:
 * after a rotation the host may hand out one that was signed a moment too early. A second refusal
 * goes to the caller. A request that was answered with 401 has had no effect, so sending it again
 * is safe.
 */
export function connectTransport(bridge: Bridge, limits: Partial<ConnectLimits> = {}): Transport {
  const { token: tokenMs, request: requestMs } = { ...DEFAULT_LIMITS, ...limits };
  return async (path, init = {}) => {
    const attempt = async () => send(path, init, await freshToken(bridge, tokenMs, init.signal), requestMs);
    const answer = await attempt();
    return answer.status === 401 ? attempt() : answer;
  };
}

/** Stands in when there is no bridge: every call is refused with the reason. */
export const noTransport: Transport = () => Promise.reject(new Failure({ code: 'host.bridge_missing' }));
