/** The page of a simulated site: the bar, and below it the app's page, a home page or an issue. */
import { defineModules } from './bridge';
import { makeFrame, type SignedPage } from './bridge/frame';
import type { FrameOptions, Session } from './bridge/session';
import { ask, fill, h, HostRefusal, root } from './dom';
import { chrome } from './site/chrome';
import { hrefOf } from './site/links';
import type { PageFacts } from './site/facts';
import { describeAbsence, homePage, issuePage, showMessage } from './site/pages';
import { startTheme } from './theme';

/** After how many milliseconds without the bridge a notice appears above the app's page. */
const BRIDGE_TIMEOUT = 10_000;

startTheme();
void start();

async function start(): Promise<void> {
  const user = new URLSearchParams(location.search).get('user') ?? 'admin';
  try {
    const facts = await ask<PageFacts>(`/-/page?user=${encodeURIComponent(user)}`);
    const main = h('main', { id: 'content', tabindex: '-1' });
    fill(root(), ...chrome(facts), main);
    await show(facts, main);
  } catch (error) {
    fill(root(), h('main', {}, showMessage('This page cannot be shown', textOf(error))));
  }
}

async function show(facts: PageFacts, main: HTMLElement): Promise<void> {
  const [, appKey, module] = /^\/plugins\/servlet\/ac\/([^/]+)\/([^/]+)\/?$/.exec(location.pathname) ?? [];
  const [, issue] = /^\/browse\/([^/]+)\/?$/.exec(location.pathname) ?? [];
  if (appKey && module) return frameApp(facts, main, decodeURIComponent(appKey), decodeURIComponent(module));
  if (issue) return issuePage(main, decodeURIComponent(issue));
  homePage(facts, main);
}

async function frameApp(facts: PageFacts, main: HTMLElement, appKey: string, module: string): Promise<void> {
  if (!facts.app) return fill(main, showMessage('The app is not installed here', ...describeAbsence(facts)));
  if (facts.app.key !== appKey) return fill(main, showMessage('No such app', `${appKey} is not installed on this site.`));
  const session = makeSession(facts, appKey);
  defineModules(session);
  const values = Object.fromEntries(
    [...new URLSearchParams(location.search)].filter(([name]) => !['user', 'theme', 'locale'].includes(name)),
  );
  const parent = h('div', { class: 'frame-place' });
  fill(main, parent);
  try {
    const frame = await session.openFrame(parent, module, { values });
    document.title = `${frame.title} - ${facts.site.name}`;
  } catch (error) {
    fill(main, showMessage('The page could not be framed', textOf(error)));
  }
}

function makeSession(facts: PageFacts, appKey: string): Session {
  const user = facts.user.accountId;
  const openFrame = async (parent: HTMLElement, module: string, options: FrameOptions): Promise<HTMLIFrameElement> => {
    const request = { user, module, values: options.values ?? {} };
    const signed = await ask<{ url: string; title: string | null }>('/-/frame', request);
    const page: SignedPage = { appKey, moduleKey: module, title: signed.title ?? module, url: signed.url };
    const notice = noticeWithoutBridge(parent);
    const frame = makeFrame(page, options, notice.end);
    parent.append(frame);
    return frame;
  };
  return { accountId: user, appKey, hrefOf, openFrame };
}

/** After a while, says above the frame that the app has not opened the bridge. The frame stays. */
function noticeWithoutBridge(parent: HTMLElement): { end: () => void } {
  const notice = h(
    'p',
    { class: 'remark', role: 'status' },
    'The app has not opened the bridge to this page. Its answer is below.',
  );
  const timer = setTimeout(() => parent.prepend(notice), BRIDGE_TIMEOUT);
  return {
    end() {
      clearTimeout(timer);
      notice.remove();
    },
  };
}

function textOf(error: unknown): string {
  return error instanceof HostRefusal ? `${error.message}.` : `The host did not answer (${String(error)}).`;
}
