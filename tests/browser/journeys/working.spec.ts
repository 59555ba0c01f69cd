/** What must not mislead or lose anything while a person works with the list. */
import type { Locator, Page } from '@playwright/test';
import { app, appFrame, expect, expectAccessible, register, test } from '../support/world';
import type { NewAsset, Site } from '../support/site';

const ASSETS: NewAsset[] = [
  { tag: 'LAP-001', attributes: { name: 'MacBook Air', type: 'Laptop', location: 'Berlin' } },
  { tag: 'LAP-002', attributes: { name: 'ThinkPad X1', type: 'Laptop', location: 'Vienna' } },
  { tag: 'DOC-001', attributes: { name: 'Dock', type: 'Docking station', location: 'Berlin' } },
  { tag: 'PHO-001', attributes: { name: 'Phone', type: 'Phone', location: 'Berlin' } },
];

const grid = (page: Page): Locator => app(page).getByRole('grid', { name: 'Assets' });
const total = (page: Page, words: string): Locator => app(page).getByText(words, { exact: true });
const filter = (page: Page, name: string): Locator =>
  app(page).locator('button[aria-haspopup="listbox"]').filter({ hasText: name });

async function open(page: Page, site: Site, app: string, assets = ASSETS): Promise<void> {
  await site.register(app, assets);
  await page.goto(site.page('assets', 'agent'));
  await expect(total(page, `${assets.length} assets`)).toBeVisible();
}

for (const theme of ['light', 'dark'] as const) {
  test(`a filter is used by keyboard alone, takes several values and lets go of the focus, in ${theme}`, async ({
    page,
    site,
    world,
  }) => {
    await page.emulateMedia({ colorScheme: theme });
    await site.register(world.app, ASSETS);
    await page.goto(site.page('assets', 'agent', theme));
    await expect(total(page, '4 assets')).toBeVisible();
    await filter(page, 'Type').focus();
    await page.keyboard.press('Enter');
    await expect(app(page).getByRole('listbox', { name: 'Filter by: Type' })).toBeFocused();
    await expect(app(page).getByRole('option', { name: /^Laptop/ })).toBeVisible();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await expect(total(page, '3 assets')).toBeVisible();
    await expectAccessible(page);
    await page.screenshot({ path: test.info().outputPath(`filter-${theme}.png`) });
    await page.keyboard.press('Tab');
    await expect(app(page).getByRole('listbox')).toHaveCount(0);
    await expect(filter(page, 'Location')).toBeFocused();
    // The summary counts what is listed.
    await expect(app(page).getByRole('button', { name: /^In stock/ })).toContainText('3');
    await expect(app(page).getByRole('button', { name: /^Phone/ })).toHaveCount(0);
  });
}

test('a mistyped registration is withdrawn, its tag is free, and its history stays', async ({ page, site, world }) => {
  await open(page, site, world.app);
  await grid(page).getByText('Dock', { exact: true }).click();
  await app(page).getByRole('button', { name: 'More actions' }).click();
  await app(page).getByRole('menuitem', { name: 'Withdraw the registration' }).click();
  const dialog = app(page).getByRole('dialog');
  await expect(dialog).toContainText('the tag DOC-001 is free again');
  await dialog.getByLabel('Reason').fill('mistyped');
  await page.keyboard.press('Escape');
  await expect(dialog).toContainText('Discard what you entered?');
  await expectAccessible(page);
  await page.screenshot({ path: test.info().outputPath('discard.png') });
  await dialog.getByRole('button', { name: 'Keep editing' }).click();
  await dialog.getByRole('button', { name: 'Withdraw the registration' }).click();
  await expect(total(page, '3 assets')).toBeVisible();
  await app(page).getByRole('link', { name: 'Show its history' }).click();
  await expect(app(page).getByRole('heading', { name: 'Registration withdrawn', level: 1 })).toBeVisible();
  await expect(app(page).getByText('withdrew the registration')).toBeVisible();
  await expect(app(page).getByText('mistyped')).toBeVisible();
  await expectAccessible(page);
  await page.screenshot({ path: test.info().outputPath('withdrawn.png') });
  await app(page).getByRole('link', { name: 'Assets' }).click();
  await register(page, 'DOC-001', 'The right dock');
  await expect(grid(page)).toContainText('The right dock');
});

test("a retired asset's tag offers to restore the asset", async ({ page, site, world }) => {
  await open(page, site, world.app);
  await grid(page).getByText('Dock', { exact: true }).click();
  await app(page).getByRole('button', { name: 'More actions' }).click();
  await app(page).getByRole('menuitem', { name: 'Retire' }).click();
  await app(page).getByRole('dialog').getByRole('button', { name: 'Retire' }).click();
  await expect(app(page).getByText('Retired', { exact: true }).first()).toBeVisible();
  await app(page).getByRole('link', { name: 'Assets' }).click();
  await app(page).getByRole('button', { name: 'Register asset' }).click();
  const dialog = app(page).getByRole('dialog');
  await dialog.getByLabel('Name', { exact: false }).first().fill('Dock again');
  await dialog.getByLabel('Tag', { exact: false }).first().fill('doc-001');
  await dialog.getByRole('button', { name: 'Register', exact: true }).click();
  await expect(dialog).toContainText('belongs to a retired asset');
  await page.screenshot({ path: test.info().outputPath('retired.png') });
  await dialog.getByRole('button', { name: 'Restore DOC-001' }).click();
  await expect(app(page).getByRole('heading', { name: 'Dock', level: 1 })).toBeVisible();
  await expect(app(page).getByText('In stock', { exact: true }).first()).toBeVisible();
});

test('at 390 pixels the list shows holder, type and place, and nothing is wider than the frame', async ({
  page,
  site,
  world,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, site, world.app);
  const row = grid(page).getByRole('row').filter({ hasText: 'ThinkPad X1' });
  await expect(row).toContainText('Laptop');
  await expect(row).toContainText('Vienna');
  await row.click();
  await app(page).getByRole('button', { name: 'Check out' }).click();
  await app(page).getByRole('combobox', { name: 'To' }).fill('Vic');
  await app(page).getByRole('option', { name: /Vic Viewer/ }).click();
  await app(page).getByRole('dialog').getByRole('button', { name: 'Check out' }).click();
  await app(page).getByRole('link', { name: 'Assets' }).click();
  await expect(row).toContainText('Vic Viewer');
  const frame = await appFrame(page);
  const beyond = await frame.evaluate(() => {
    const list = document.querySelector('[role=grid]');
    const root = document.documentElement;
    return [root.scrollWidth - root.clientWidth, (list?.scrollWidth ?? 0) - (list?.clientWidth ?? 0)];
  });
  expect(beyond).toEqual([0, 0]);
  await expectAccessible(page);
  await page.screenshot({ path: test.info().outputPath('narrow.png') });
});

test('a control-click opens the asset in Jira, without a token in the address', async ({
  page,
  context,
  site,
  world,
}) => {
  await open(page, site, world.app);
  const opened = context.waitForEvent('page');
  await grid(page).getByRole('link', { name: 'LAP-002' }).click({ modifiers: ['ControlOrMeta'] });
  const other = await opened;
  await other.waitForLoadState();
  expect(other.url()).toContain(`${site.baseUrl}/plugins/servlet/ac/tally-assets/assets`);
  expect(other.url()).not.toContain('jwt');
  await expect(app(other).getByRole('heading', { name: 'ThinkPad X1', level: 1 })).toBeVisible();
  await expect(total(page, '4 assets')).toBeVisible();
});

test('the way back from an asset ends at its row, with the focus in the list', async ({ page, site, world }) => {
  const many = Array.from({ length: 60 }, (_, n) => ({
    tag: `T-${String(n + 1).padStart(3, '0')}`,
    attributes: { name: `Thing ${n + 1}` },
  }));
  await open(page, site, world.app, many);
  await grid(page).focus();
  await page.keyboard.press('End');
  await expect(grid(page)).toContainText('T-060');
  await page.keyboard.press('Enter');
  await expect(app(page).getByRole('heading', { name: 'Thing 60', level: 1 })).toBeVisible();
  await page.goBack();
  await expect(grid(page)).toBeFocused();
  await expect(grid(page)).toContainText('T-060');
  await page.keyboard.press('Enter');
  await expect(app(page).getByRole('heading', { name: 'Thing 60', level: 1 })).toBeVisible();
});

test('rows of the question before are marked until the answer is there', async ({ page, site, world }) => {
  await open(page, site, world.app);
  let answer = () => {};
  const held = new Promise<void>((release) => (answer = release));
  await page.route(/\/api\/v1\/assets\?.*q=dock/, async (route) => {
    await held;
    await route.continue();
  });
  await app(page).getByRole('textbox', { name: 'Search assets' }).fill('dock');
  await expect(grid(page)).toHaveAttribute('aria-busy', 'true');
  await page.screenshot({ path: test.info().outputPath('stale.png') });
  answer();
  await expect(grid(page)).toHaveAttribute('aria-busy', 'false');
  await expect(grid(page).getByRole('row')).toHaveCount(2);
});
