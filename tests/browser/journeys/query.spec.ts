/** Assets asked for in the query language, from the list. */
import type { Locator, Page } from '@playwright/test';
import { app, appFrame, expect, expectAccessible, test } from '../support/world';
import type { Running } from '../support/processes';
import type { NewAsset, Site } from '../support/site';

const ASSETS: NewAsset[] = [
  { tag: 'LAP-001', attributes: { name: 'MacBook Air', type: 'Laptop', location: 'Berlin', manufacturer: 'Apple' } },
  { tag: 'LAP-002', attributes: { name: 'ThinkPad X1', type: 'Laptop', location: 'New York', manufacturer: 'Lenovo' } },
  { tag: 'LAP-003', attributes: { name: 'ThinkPad T14', type: 'Laptop', location: 'Vienna', manufacturer: 'Lenovo' } },
  { tag: 'DOC-001', attributes: { name: 'Dock', type: 'Docking station', location: 'Berlin', serial: 'D-1' } },
];

const grid = (page: Page): Locator => app(page).getByRole('grid', { name: 'Assets' });
const field = (page: Page): Locator => app(page).getByRole('combobox', { name: 'Query' });
const total = (page: Page, words: string): Locator => app(page).getByText(words, { exact: true });

/** The list of a register with something in it, and the query to be typed. */
async function open(page: Page, site: Site, world: Running, theme = 'light'): Promise<void> {
  await site.register(world.app, ASSETS);
  await page.goto(site.page('assets', 'agent', theme));
  await expect(total(page, '4 assets')).toBeVisible();
  const toggle = app(page).getByRole('button', { name: 'Query', exact: true });
  await expect(toggle).toHaveAttribute('aria-expanded', 'false');
  await toggle.click();
  await expect(toggle).toHaveAttribute('aria-expanded', 'true');
  await expect(field(page)).toBeFocused();
}

test('a query narrows and orders the list, and its address brings both back', async ({ page, site, world }) => {
  await open(page, site, world);
  await field(page).fill('type = laptop AND location in (Berlin, "New York") ORDER BY name DESC');
  await field(page).press('Enter');
  await expect(total(page, '2 assets')).toBeVisible();
  await expect(grid(page)).not.toContainText('Dock');
  await expect(grid(page).getByRole('row').nth(1)).toContainText('ThinkPad X1');
  await expect(grid(page).getByRole('row').nth(2)).toContainText('MacBook Air');
  await expect(grid(page).getByRole('columnheader', { name: 'Name' })).toHaveAttribute('aria-sort', 'descending');

  await app(page).getByRole('textbox', { name: 'Search assets' }).fill('apple');
  await expect(total(page, '1 asset')).toBeVisible();
  await app(page).getByRole('button', { name: 'Clear the search' }).click();
  await expect(total(page, '2 assets')).toBeVisible();

  const frame = await appFrame(page);
  expect(new URLSearchParams(frame.url().split('?').at(-1)).get('query')).toContain('type = laptop');
  // The old page has what is looked for next as well, so the new one has to be there first.
  const reloaded = page.waitForEvent('framenavigated', (navigated) => navigated === frame);
  await frame.evaluate(() => window.location.reload());
  await reloaded;
  await expect(field(page)).toHaveValue(/^type = laptop AND .* DESC$/);
  await expect(total(page, '2 assets')).toBeVisible();

  await field(page).fill('type = Laptop AND location = Paris');
  await app(page).getByRole('button', { name: 'Run', exact: true }).click();
  await expect(app(page).getByText('No asset matches the query.')).toBeVisible();
  await app(page).getByRole('button', { name: 'Clear query', exact: true }).click();
  await expect(total(page, '4 assets')).toBeVisible();
  await expect(field(page)).toHaveValue('');
});

test('a wrong query is marked where it is wrong, and corrected by a word that was expected', async ({ page, site, world }) => {
  await open(page, site, world);
  await field(page).fill('type Laptop');
  await field(page).press('Enter');
  const alert = app(page).getByRole('alert').filter({ hasText: 'The query has an error' });
  await expect(alert.locator('mark')).toHaveText('Laptop');
  await expect(grid(page)).toHaveCount(0);
  await expect(field(page)).toHaveAttribute('aria-invalid', 'true');
  await alert.getByRole('button', { name: 'Insert =', exact: true }).click();
  await expect(field(page)).toHaveValue('type = Laptop');
  await expect(field(page)).toBeFocused();
  await field(page).press('Enter');
  await expect(total(page, '3 assets')).toBeVisible();
  await expect(alert).toHaveCount(0);

  // Ranges are counted in characters; the first one here is two units of a field's text.
  await field(page).fill('name = \u{1F4BB} AND status = lost');
  await field(page).press('Enter');
  await expect(alert.locator('mark')).toHaveText('lost');
  await alert.getByRole('button', { name: 'Insert retired', exact: true }).click();
  await expect(field(page)).toHaveValue(/^name = \u{1F4BB} AND status = retired\s*$/u);
});

test('a query is written and run with the keyboard alone', async ({ page, site, world }) => {
  await open(page, site, world);
  const option = (name: string) => app(page).getByRole('option', { name, exact: true });
  await page.keyboard.type('ty');
  await expect(option('type')).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await expect(option('type')).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  // The values are counted by the server, so they may come later than the typing.
  await page.keyboard.type('= do');
  await expect(option('"Docking station"')).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Tab');
  await expect(field(page)).toHaveValue('type = "Docking station" ');
  await page.keyboard.type('a');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.type('serial is not EMPTY');
  await page.keyboard.press('Enter');
  await expect(total(page, '1 asset')).toBeVisible();
  await expect(grid(page)).toContainText('DOC-001');
  await page.keyboard.type(' AND what');
  await page.keyboard.press('Escape');
  if ((await field(page).inputValue()).endsWith('what')) await page.keyboard.press('Escape');
  await expect(field(page)).toHaveValue('type = "Docking station" AND serial is not EMPTY');
});

test('every example of the help is understood by the server', async ({ page, site, world }) => {
  await open(page, site, world);
  const examples = app(page).getByRole('list', { name: 'Examples' }).getByRole('button');
  const openHelp = () => app(page).getByRole('button', { name: 'Query help' }).click();
  await openHelp();
  await expect(examples.first()).toBeVisible();
  const count = await examples.count();
  expect(count).toBeGreaterThan(3);
  for (let nth = 0; nth < count; nth += 1) {
    if (nth > 0) await openHelp();
    const query = await examples.nth(nth).locator('code').innerText();
    const answered = page.waitForResponse((response) => {
      const { pathname, searchParams } = new URL(response.url());
      return pathname === '/api/v1/assets' && searchParams.get('query') === query;
    });
    await examples.nth(nth).click();
    expect((await answered).status(), query).toBe(200);
    await expect(app(page).getByRole('dialog')).toHaveCount(0);
    await expect(field(page)).toHaveValue(query);
  }
});

for (const theme of ['light', 'dark'] as const) {
  test(`the query bar, its help and a wrong query are accessible in ${theme}`, async ({ page, site, world }) => {
    await open(page, site, world, theme);
    await field(page).pressSequentially('type = ');
    await expect(app(page).getByRole('option').first()).toBeVisible();
    await field(page).press('ArrowDown');
    await expect(app(page).getByRole('option', { selected: true })).toBeVisible();
    await expectAccessible(page);

    await field(page).fill('type =');
    await field(page).press('Enter');
    await expect(app(page).getByRole('alert').locator('mark')).toContainText('here');
    await expectAccessible(page);
    await field(page).fill('type Laptop');
    await field(page).press('Enter');
    await expect(app(page).getByRole('alert').locator('mark')).toHaveText('Laptop');
    await expectAccessible(page);

    await app(page).getByRole('button', { name: 'Query help' }).click();
    await expect(app(page).getByRole('dialog', { name: 'Query help' })).toBeVisible();
    await expectAccessible(page);
  });
}
