import type { Session } from './session';
import { promised } from './wire';

/** `AP.user`: the person at the screen. */
export function userModule(session: Session): object {
  return {
    getCurrentUser: promised(async () => ({ atlassianAccountId: session.accountId })),
    getLocale: promised(async () => new URLSearchParams(location.search).get('locale') ?? 'en_US'),
    getTimeZone: promised(async () => Intl.DateTimeFormat().resolvedOptions().timeZone),
  };
}
