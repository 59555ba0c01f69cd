/** The page of a simulated site: its chrome, and in the middle the app's page, a home page or an issue. */
import { defineModules } from './bridge';
import { makeFrame, type SignedPage } from './bridge/frame';
import type { FrameOptions, Session } from './bridge/session';
import { ask, fill, h, HostRefusal, root } from './dom';
import { chrome } from './site/chrome';
import { hrefOf } from './site/links';
import type { PageFacts } from './site/facts';
import { absence, homePage, issuePage, message } from './site/pages';
import { startTheme } from './theme';

/** How long an app's page may take to open the bridge before the host remarks on it, in milliseconds. */
const BRIDGE_PATIENCE = 10_000;

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
    fill(root(), h('main', {}, message('This page cannot be shown', textOf(error))));
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
  if (!facts.app) return fill(main, message('The app is not here', ...absence(facts)));
  if (facts.app.key !== appKey) return fill(main, message('No such app', `${appKey} is not installed on this site.`));
  const session = makeSession(facts, appKey);
  defineModules(session);
  const values = Object.fromEntries(
    [...new URLSearchParams(location.search)].filter(([name]) => name !== 'user' && name !== 'theme'),
  );
  const place = h('div', { class: 'frame-place' });
  fill(main, place);
  try {
    const frame = await session.openFrame(place, module, { values });
    document.title = `${frame.title} - ${facts.site.name}`;
  } catch (error) {
    fill(main, message('The page could not be framed', textOf(error)));
  }
}

function makeSession(facts: PageFacts, appKey: string): Session {
  const user = facts.user.accountId;
  const openFrame = async (place: HTMLElement, module: string, options: FrameOptions): Promise<HTMLIFrameElement> => {
    const order = { user, module, values: options.values ?? {} };
    const signed = await ask<{ url: string; title: string | null }>('/-/frame', order);
    const page: SignedPage = { appKey, moduleKey: module, title: signed.title ?? module, url: signed.url };
    const silence = remarkOnSilence(place);
    const frame = makeFrame(page, options, silence.end);
    place.append(frame);
    return frame;
  };
  return { accountId: user, appKey, hrefOf, openFrame };
}

/** Says above the frame that the app's script was not heard of. The frame stays: it shows what the app answered. */
function remarkOnSilence(place: HTMLElement): { end: () => void } {
  const remark = h(
    'p',
    { class: 'remark', role: 'status' },
    'The app has not opened the bridge to this page. Below is what it answered.',
  );
  const timer = setTimeout(() => place.prepend(remark), BRIDGE_PATIENCE);
  return {
    end() {
      clearTimeout(timer);
      remark.remove();
    },
  };
}

function textOf(error: unknown): string {
  return error instanceof HostRefusal ? `${error.message}.` : `The host did not answer (${String(error)}).`;
}
