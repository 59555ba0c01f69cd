import type { Session } from './session';

interface TargetContext {
  issueKey?: string;
  userAccountId?: string;
  addonKey?: string;
  moduleKey?: string;
  customData?: Record<string, string>;
}

/** `AP.navigator`: goes to other pages of the site. */
export function navigatorModule(session: Session): object {
  return {
    go(target: string, context: TargetContext | undefined, _reply: unknown): void {
      const href = hrefOf(session, target, context ?? {});
      if (href) location.assign(href);
    },
    getLocation(reply: (answer: object) => void): void {
      const [, appKey, moduleKey] = /\/plugins\/servlet\/ac\/([^/]+)\/([^/]+)/.exec(location.pathname) ?? [];
      reply({ target: 'addonmodule', context: { addonKey: appKey, moduleKey } });
    },
    reload(_reply: unknown): void {
      location.reload();
    },
  };
}

function hrefOf(session: Session, target: string, context: TargetContext): string | undefined {
  switch (target.toLowerCase()) {
    case 'dashboard':
      return session.hrefOf('/');
    case 'issue':
      return session.hrefOf(`/browse/${encodeURIComponent(context.issueKey ?? '')}`);
    case 'userprofile':
      return session.hrefOf(`/jira/people/${encodeURIComponent(context.userAccountId ?? '')}`);
    case 'addonmodule': {
      const app = encodeURIComponent(context.addonKey ?? session.appKey);
      const path = `/plugins/servlet/ac/${app}/${encodeURIComponent(context.moduleKey ?? '')}`;
      return session.hrefOf(path, context.customData);
    }
    default:
      return undefined;
  }
}
