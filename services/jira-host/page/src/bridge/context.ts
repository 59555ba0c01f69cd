import { ask } from '../dom';
import type { Session } from './session';
import { promised } from './wire';

/** `AP.context`: a token signed at this moment, and what the page is about. */
export function contextModule(session: Session): object {
  return {
    getToken: promised(async () => {
      const answer = await ask<{ token: string }>('/-/context-token', { user: session.accountId });
      return answer.token;
    }),
    getContext: promised(async () => ({ jira: {} })),
  };
}
