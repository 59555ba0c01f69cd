import { ask } from '../dom';
import type { Session } from './session';
import { promised } from './wire';

/** `AP.context`: a token signed now, and the context of the page. */
export function contextModule(session: Session): object {
  return {
    getToken: promised(async () => {
      const answer = await ask<{ token: string }>('/-/context-token', { user: session.accountId });
      return answer.token;
    }),
    getContext: promised(async () => ({ jira: {} })),
  };
}
