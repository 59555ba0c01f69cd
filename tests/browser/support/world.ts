/**
 * What every journey starts from: both programs running, and a site of its own with the app
 * installed.
 */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { test as base, expect, type Frame, type FrameLocator, type Page } from '@playwright/test';
import { start, type Running } from './processes';
import { Site } from './site';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * The longest that an answer of the app is held back, in milliseconds, so that journeys which need
 * a quick server show it.
 */
const HOLD_BACK = Number(process.env['JOURNEYS_HOLD_BACK_MS'] ?? 0);

let sites = 0;

export const test = base.extend<{ site: Site; outsiders: string[]; heldBack: void }, { world: Running }>({
  world: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const world = await start();
      await use(world);
      await world.stop();
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  site: async ({ world }, use) => {
    sites += 1;
    await use(await Site.installed(world.jira, `site${sites}`));
  },
  /** Each answer of the app takes a time of its own, if that is requested for. */
  heldBack: [
    async ({ context }, use) => {
      if (HOLD_BACK > 0) {
        await context.route(/\/api\/v1\//, async (route) => {
          await sleep(Math.random() * HOLD_BACK);
          // The page may have gone on without it.
          await route.continue().catch(() => undefined);
        });
      }
      await use();
    },
    { auto: true },
  ],
  /** Addresses outside this machine that a page requested for: there must be none. */
  outsiders: [
    async ({ page }, use) => {
      const requested: string[] = [];
      page.on('request', (request) => {
        const { protocol, hostname } = new URL(request.url());
        const here = hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '127.0.0.1';
        if (protocol.startsWith('http') && !here) requested.push(request.url());
      });
      await use(requested);
      expect(requested).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** The app within Jira's page. */
export function app(page: Page): FrameLocator {
  return page.frameLocator('.frame-place iframe');
}

/** The app's frame itself, once it is there. */
export async function appFrame(page: Page): Promise<Frame> {
  const element = await page.locator('.frame-place iframe').elementHandle();
  const frame = await element?.contentFrame();
  if (!frame) throw new Error('the app is not framed');
  return frame;
}

/** Holds the app's page against the accessibility rules, once nothing on it moves any more. */
export async function expectAccessible(page: Page): Promise<void> {
  const frame = await appFrame(page);
  await frame.evaluate(axeSource);
  let found: Found;
  do {
    await waitUntilSettled(frame);
    found = await faultsOf(frame);
  } while (found.moved && found.faults.length > 0);
  expect(found.faults).toEqual([]);
}

/**
 * Until the theme's own colours are there and whatever fades or slides has come to rest: text that
 * is half faded in has no contrast.
 */
async function waitUntilSettled(frame: Frame): Promise<void> {
  await frame.waitForFunction(() => {
    const root = document.documentElement;
    const mode = root.getAttribute('data-color-mode');
    const isOurs = root.getAttribute('data-tally') === 'started';
    if (isOurs && !document.head.querySelector(`style[data-theme="${mode}"]`)) return false;
    return document.getAnimations().every(({ playState, effect }) => {
      return playState !== 'running' || effect?.getComputedTiming().endTime === Infinity;
    });
  });
}

interface Found {
  faults: string[];
  /**
   * Whether something began to move while the rules were applied, so that the faults may be passing
   * ones.
   */
  moved: boolean;
}

function faultsOf(frame: Frame): Promise<Found> {
  return frame.evaluate(async () => {
    interface Rule {
      id: string;
      impact: string;
      nodes: { html: string }[];
    }
    let moved = false;
    const note = () => {
      moved = true;
    };
    const beginnings = ['animationstart', 'transitionrun'];
    for (const name of beginnings) document.addEventListener(name, note, true);
    const axe = (globalThis as unknown as { axe: { run: () => Promise<{ violations: Rule[] }> } }).axe;
    const { violations } = await axe.run();
    for (const name of beginnings) document.removeEventListener(name, note, true);
    const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    const faults = grave.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
    return { faults, moved };
  });
}

/** Registers an asset in the open app and comes back to the list. */
export async function register(page: Page, tag: string, name: string): Promise<void> {
  await app(page).getByRole('button', { name: 'Register asset' }).click();
  const dialog = app(page).getByRole('dialog');
  await dialog.getByLabel('Name', { exact: false }).first().fill(name);
  await dialog.getByLabel('Tag', { exact: false }).first().fill(tag);
  await dialog.getByRole('button', { name: 'Register', exact: true }).click();
  await expect(dialog).toBeHidden();
}
