import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Bridge } from '../src/host/bridge';
import { connectTransport, noTransport } from '../src/host/connect';
import { Failure } from '../src/host/failure';
import { failureText } from '../src/messages/failure-text';

const answers: (Response | Error)[] = [];
const calls: { url: string; authorization: string | null; body: unknown }[] = [];

function bridgeOf(getToken: () => Promise<string>): Bridge {
  return { context: { getToken } };
}

function counting(): Bridge {
  let n = 0;
  return bridgeOf(() => Promise.resolve(`token-${++n}`));
}

beforeEach(() => {
  answers.length = 0;
  calls.length = 0;
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    calls.push({
      url,
      authorization: new Headers(init.headers).get('Authorization'),
      body: init.body ?? null,
    });
    const answer = answers.shift();
    if (answer === undefined) {
      return new Promise((_, reject) => {
        init.signal?.addEventListener('abort', () => reject(new Error('aborted')));
      });
    }
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

const status = (code: number) => new Response('{}', { status: code });

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const caught = await work.then(
    () => null,
    (cause: unknown) => cause,
  );
  expect(caught).toBeInstanceOf(Failure);
  return caught as Failure;
}

describe('the transport inside a Connect frame', () => {
  it('asks a fresh token for every request', async () => {
    answers.push(status(200), status(200));
    const transport = connectTransport(counting());
    await transport('/api/v1/a');
    await transport('/api/v1/b');
    expect(calls.map((call) => call.authorization)).toEqual(['JWT token-1', 'JWT token-2']);
  });

  it('answers a refused token once with a new one and the same content', async () => {
    answers.push(status(401), status(201));
    const answer = await connectTransport(counting())('/api/v1/a', { method: 'POST', body: 'x' });
    expect(answer.status).toBe(201);
    expect(calls).toEqual([
      { url: '/api/v1/a', authorization: 'JWT token-1', body: 'x' },
      { url: '/api/v1/a', authorization: 'JWT token-2', body: 'x' },
    ]);
  });

  it('hands a second refusal to the caller instead of trying for ever', async () => {
    answers.push(status(401), status(401));
    const answer = await connectTransport(counting())('/api/v1/a');
    expect(answer.status).toBe(401);
    expect(calls).toHaveLength(2);
  });

  it('does not repeat any other refusal', async () => {
    answers.push(status(403));
    expect((await connectTransport(counting())('/api/v1/a')).status).toBe(403);
    expect(calls).toHaveLength(1);
  });

  it('explains a host that never hands out a token', async () => {
    vi.useFakeTimers();
    const silent = bridgeOf(() => new Promise(() => undefined));
    const failed = failureOf(connectTransport(silent)('/api/v1/a'));
    await vi.advanceTimersByTimeAsync(5_000);
    expect((await failed).code).toBe('host.token_timeout');
    expect(calls).toHaveLength(0);
  });

  it('explains a host that refuses a token', async () => {
    const refusing = bridgeOf(() => Promise.reject(new Error('no session')));
    const failure = await failureOf(connectTransport(refusing)('/api/v1/a'));
    expect(failure.code).toBe('host.token_failed');
    expect(failureText(failure).cause).toContain('no session');
  });

  it('explains a host that hands out nothing', async () => {
    const empty = bridgeOf(() => Promise.resolve(undefined as unknown as string));
    expect((await failureOf(connectTransport(empty)('/api/v1/a'))).code).toBe('host.token_failed');
    expect(calls).toHaveLength(0);
  });

  it('explains a server that never answers', async () => {
    vi.useFakeTimers();
    const failed = failureOf(connectTransport(counting(), { request: 1_000 })('/api/v1/a'));
    await vi.advanceTimersByTimeAsync(1_000);
    expect((await failed).code).toBe('network.timeout');
  });

  it('explains a server that cannot be reached', async () => {
    answers.push(new TypeError('Failed to fetch'));
    expect((await failureOf(connectTransport(counting())('/api/v1/a'))).code).toBe('network.unreachable');
  });

  it('says what is missing when there is no bridge', async () => {
    expect((await failureOf(noTransport('/api/v1/a'))).code).toBe('host.bridge_missing');
  });
});
