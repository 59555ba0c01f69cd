/** What the list shows is in the site's own address, so that a reload, the back button and a link show the same. */
import type { Locator, Page } from '@playwright/test';
import { app, expect, test } from '../support/world';
import type { NewAsset } from '../support/site';

const ASSETS: NewAsset[] = [
  { tag: 'LAP-001', attributes: { name: 'MacBook Air', type: 'Laptop', location: 'Berlin', serial: 'M-1' } },
  { tag: 'LAP-002', attributes: { name: 'ThinkPad X1', type: 'Laptop', location: 'Vienna', serial: 'T-1' } },
  { tag: 'LAP-003', attributes: { name: 'ThinkPad T14', type: 'Laptop', location: 'Vienna', serial: 'T-2' } },
  { tag: 'DOC-001', attributes: { name: 'Dock', type: 'Docking station', location: 'Berlin' } },
];

const grid = (page: Page): Locator => app(page).getByRole('grid', { name: 'Assets' });
const total = (page: Page, words: string): Locator => app(page).getByText(words, { exact: true });
const header = (page: Page, name: string): Locator => grid(page).getByRole('columnheader', { name });

/** The list that was put together below: filtered, searched, ordered and with a column of its own. */
async function expectTheList(page: Page): Promise<void> {
  await expect(total(page, '2 assets')).toBeVisible();
  await expect(app(page).getByRole('textbox', { name: 'Search assets' })).toHaveValue('thinkpad');
  await expect(app(page).getByRole('button', { name: 'Type: Laptop' })).toBeVisible();
  await expect(header(page, 'Name')).toHaveAttribute('aria-sort', 'descending');
  await expect(header(page, 'Serial number')).toBeVisible();
  await expect(header(page, 'Location')).toHaveCount(0);
  await expect(grid(page).getByRole('row').nth(1)).toContainText('ThinkPad X1');
}

async function putTogether(page: Page): Promise<void> {
  await app(page).getByRole('textbox', { name: 'Search assets' }).fill('thinkpad');
  await expect(total(page, '2 assets')).toBeVisible();
  await app(page).getByRole('button', { name: 'Type', exact: true }).first().click();
  await app(page).getByRole('option', { name: /^Laptop/ }).click();
  await expect(app(page).getByRole('button', { name: 'Type: Laptop' })).toBeVisible();
  await header(page, 'Name').getByRole('button').click();
  await expect(header(page, 'Name')).toHaveAttribute('aria-sort', 'ascending');
  await header(page, 'Name').getByRole('button').click();
  const columns = app(page).getByRole('button', { name: 'Columns' });
  await columns.click();
  await app(page).getByRole('menuitemcheckbox', { name: 'Serial number' }).click();
  await app(page).getByRole('menuitemcheckbox', { name: 'Location' }).click();
  await page.keyboard.press('Escape');
}

test('a reload and a shared link show the same list, and the back button undoes step by step', async ({
  page,
  context,
  site,
  world,
}) => {
  await site.register(world.app, ASSETS);
  await page.goto(site.page('assets', 'agent'));
  await expect(total(page, '4 assets')).toBeVisible();
  await putTogether(page);
  await expectTheList(page);

  await expect(page).toHaveURL(/#!\/\?.*q=thinkpad/);
  await page.reload();
  await expectTheList(page);

  const other = await context.newPage();
  await other.goto(page.url());
  await expectTheList(other);
  await other.close();

  await app(page).getByRole('button', { name: 'As of now' }).click();
  await app(page).getByRole('dialog').getByRole('button', { name: 'Yesterday' }).click();
  await expect(app(page).getByText('You see the past')).toBeVisible();
  await page.goBack();
  await expectTheList(page);
});

test('an asset keeps its address over a reload, and the list is where it was on the way back', async ({
  page,
  site,
  world,
}) => {
  const many = Array.from({ length: 60 }, (_, n) => ({
    tag: `T-${String(n + 1).padStart(3, '0')}`,
    attributes: { name: `Thing ${n + 1}` },
  }));
  await site.register(world.app, many);
  await page.goto(site.page('assets', 'viewer'));
  await expect(total(page, '60 assets')).toBeVisible();
  await grid(page).focus();
  await page.keyboard.press('End');
  await expect(grid(page)).toContainText('T-060');
  await expect(page).toHaveURL(/row=59/);

  await page.keyboard.press('Enter');
  await expect(app(page).getByRole('heading', { name: 'Thing 60', level: 1 })).toBeVisible();
  await page.reload();
  await expect(app(page).getByRole('heading', { name: 'Thing 60', level: 1 })).toBeVisible();
  await app(page).getByRole('link', { name: 'Assets' }).click();
  await expect(total(page, '60 assets')).toBeVisible();

  // Another anchor alone would not load the page.
  await page.goto('about:blank');
  await page.goto(`${site.page('assets', 'viewer')}#!/?row=59`);
  await expect(grid(page)).toContainText('T-060');
});
