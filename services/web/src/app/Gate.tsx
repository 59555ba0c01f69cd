import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { BootFailure } from '../boot/BootFailure';
import { Starting } from '../boot/Starting';
import type { Me } from '../api/model';
import { Failure, toFailure } from '../host/failure';
import { timeLimit, within } from '../host/transport';
import { MeContext, useApi } from '../api/session';

/** How long the first call (who is signed in) may take, token included, in milliseconds. */
export const FIRST_ANSWER_MS = 5_000;

type Session = { state: 'starting' } | { state: 'known'; me: Me } | { state: 'failed'; failure: Failure };

const tooSlow = () => new Failure({ code: 'network.timeout', values: { seconds: FIRST_ANSWER_MS / 1000 } });

/**
 * Shows the pages once the server has answered who is signed in; otherwise explains, within five
 * seconds.
 */
export function Gate({ children }: { children: ReactNode }) {
  const api = useApi();
  const [session, setSession] = useState<Session>({ state: 'starting' });
  const attempt = useRef(0);

  const start = useCallback(async () => {
    const mine = ++attempt.current;
    const settle = (next: Session) => {
      if (mine === attempt.current) setSession(next);
    };
    const limit = timeLimit(FIRST_ANSWER_MS, tooSlow);
    try {
      settle({ state: 'known', me: await within(api.me(limit.signal), limit.signal) });
    } catch (cause) {
      settle({ state: 'failed', failure: toFailure(cause) });
    } finally {
      limit.done();
    }
  }, [api]);

  useEffect(() => {
    void start();
  }, [start]);

  const retry = () => {
    setSession({ state: 'starting' });
    void start();
  };

  if (session.state === 'starting') return <Starting />;
  if (session.state === 'failed') return <BootFailure failure={session.failure} onRetry={retry} />;
  return <MeContext.Provider value={session.me}>{children}</MeContext.Provider>;
}
