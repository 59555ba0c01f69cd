import { useEffect, useState, type ReactNode } from 'react';
import { BootFailure } from '../boot/BootFailure';
import { Starting } from '../boot/Starting';
import type { Api } from '../api/client';
import type { Me } from '../api/model';
import { Failure, isPassing, toFailure } from '../host/failure';
import { within } from '../host/transport';
import { MeContext, useApi } from '../api/session';

/** How long the reader waits for the first answer before the page says why, in milliseconds. */
export const FIRST_ANSWER_MS = 5_000;

/** How long to wait before the first try after a failure, and at most, in milliseconds. */
const RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 30_000;

type Session =
  | { state: 'starting' }
  | { state: 'known'; me: Me }
  | { state: 'failed'; failure: Failure; isTrying: boolean };

const tooSlow = () => new Failure({ code: 'network.timeout', values: { seconds: FIRST_ANSWER_MS / 1000 } });

/** Resolves after the time, or once `signal` fires. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Asks who is signed in. An answer that is late is still waited for. */
async function ask(api: Api, signal: AbortSignal, onSlow: () => void): Promise<Session> {
  const slow = setTimeout(onSlow, FIRST_ANSWER_MS);
  try {
    return { state: 'known', me: await within(api.me(signal), signal) };
  } catch (cause) {
    const failure = toFailure(cause);
    return { state: 'failed', failure, isTrying: isPassing(failure) };
  } finally {
    clearTimeout(slow);
  }
}

/** Whether asking again can change it. */
const isTrying = (session: Session) => session.state === 'failed' && session.isTrying;

/**
 * Asks until there is an answer, or a refusal that asking again cannot change; and again while Jira
 * does not answer what the caller may do.
 */
async function start(api: Api, signal: AbortSignal, show: (session: Session) => void): Promise<void> {
  for (let delay = RETRY_MS; ; delay = Math.min(2 * delay, LONGEST_RETRY_MS)) {
    const onSlow = () => show({ state: 'failed', failure: tooSlow(), isTrying: true });
    const session = await ask(api, signal, onSlow);
    if (signal.aborted) return;
    show(session);
    if (session.state === 'known' ? session.me.jiraAnswers : !isTrying(session)) return;
    await pause(delay, signal);
  }
}

/** A failure that repeats is shown, and reported, once. What opened stays open. */
const next = (shown: Session, session: Session): Session => {
  if (shown.state === 'known' && session.state === 'failed') return shown;
  const isSame =
    shown.state === 'failed' && session.state === 'failed' && shown.failure.code === session.failure.code;
  return isSame ? shown : session;
};

/**
 * Shows the pages once the server has answered who is signed in. Until then it says within five
 * seconds what is wrong, and keeps trying where that can help.
 */
export function Gate({ children }: { children: ReactNode }) {
  const api = useApi();
  const [session, setSession] = useState<Session>({ state: 'starting' });
  const [round, setRound] = useState(0);

  useEffect(() => {
    const stop = new AbortController();
    void start(api, stop.signal, (session) => setSession((shown) => next(shown, session)));
    return () => stop.abort();
  }, [api, round]);

  const retry = () => {
    setSession({ state: 'starting' });
    setRound(round + 1);
  };

  if (session.state === 'starting') return <Starting />;
  if (session.state === 'failed') {
    return <BootFailure failure={session.failure} isTrying={session.isTrying} onRetry={retry} />;
  }
  return <MeContext.Provider value={session.me}>{children}</MeContext.Provider>;
}
