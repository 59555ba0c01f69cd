/** What a customer's site lives through, in a real browser, against programs that run already. */
import { expect, test, type Page } from '@playwright/test';
import { Site } from '../support/site';
import { app, register } from '../support/world';

const SITE = 'browser-probe';

const jira = process.env['PROBE_JIRA'] ?? '';
const tally = process.env['PROBE_APP'] ?? '';

test('walk', async ({ page }) => {
  await test.step('the simulated Jira is pointed at the app', () => expectPointedAt(tally));
  const site = await test.step('install', () => Site.fresh(jira, SITE));
  try {
    await walk(page, site);
  } finally {
    await test.step('uninstall', () => leave(page, site));
  }
});

async function walk(page: Page, site: Site): Promise<void> {
  const before = `PROBE-${Date.now().toString(36)}`;
  const list = app(page).getByRole('grid', { name: 'Assets' });
  await test.step('open the page', async () => {
    await page.goto(site.page('assets', 'agent'));
    await expectOpen(page);
  });
  await test.step('register an asset', () => register(page, before, 'Before the rotation'));
  await test.step('rotate the secret while the page is open', async () => {
    expect((await site.act('rotate')).callback?.status).toBe(204);
  });
  await test.step('go on', async () => {
    await register(page, `${before}-B`, 'After the rotation');
    await expect(app(page).getByText('Tally no longer accepts your session.')).toHaveCount(0);
  });
  await test.step('reload', async () => {
    await page.reload();
    await expect(list).toContainText(before);
    await expect(list).toContainText(`${before}-B`);
  });
}

/**
 * Either the page or an explanation appears; the explanation says more than that something did not.
 */
async function expectOpen(page: Page): Promise<void> {
  const ready = app(page).getByRole('button', { name: 'Register asset' });
  const explained = app(page).getByRole('heading', { name: /^Tally (cannot|could not)/ });
  await expect(ready.or(explained)).toBeVisible();
  if (await explained.isVisible()) throw new Error((await app(page).getByRole('main').innerText()).replace(/\s+/g, ' '));
}

async function leave(page: Page, site: Site): Promise<void> {
  await page.goto('about:blank');
  expect((await site.act('uninstall')).callback?.status).toBe(204);
}

async function expectPointedAt(address: string): Promise<void> {
  const state = (await (await fetch(`${jira}/control/state`)).json()) as { app: { baseUrl: string } };
  expect(state.app.baseUrl, 'start the simulated Jira with --app and the address of the app').toBe(address);
}
