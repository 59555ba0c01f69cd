import type { Session } from './session';

interface Place {
  issueKey?: string;
  userAccountId?: string;
  addonKey?: string;
  moduleKey?: string;
  customData?: Record<string, string>;
}

/** `AP.navigator`: to other pages of the site. */
export function navigatorModule(session: Session): object {
  return {
    go(target: string, place: Place | undefined, _reply: unknown): void {
      const href = hrefOf(session, target, place ?? {});
      if (href) location.assign(href);
    },
    getLocation(reply: (where: object) => void): void {
      const [, appKey, moduleKey] = /\/plugins\/servlet\/ac\/([^/]+)\/([^/]+)/.exec(location.pathname) ?? [];
      reply({ target: 'addonmodule', context: { addonKey: appKey, moduleKey } });
    },
    reload(_reply: unknown): void {
      location.reload();
    },
  };
}

function hrefOf(session: Session, target: string, place: Place): string | undefined {
  switch (target.toLowerCase()) {
    case 'dashboard':
      return session.hrefOf('/');
    case 'issue':
      return session.hrefOf(`/browse/${encodeURIComponent(place.issueKey ?? '')}`);
    case 'userprofile':
      return session.hrefOf(`/jira/people/${encodeURIComponent(place.userAccountId ?? '')}`);
    case 'addonmodule': {
      const app = encodeURIComponent(place.addonKey ?? session.appKey);
      const path = `/plugins/servlet/ac/${app}/${encodeURIComponent(place.moduleKey ?? '')}`;
      return session.hrefOf(path, place.customData);
    }
    default:
      return undefined;
  }
}
