/** The fields of a register, as its schema has them. */
import type { Page } from '@playwright/test';
import { app, expect, expectAccessible, test } from '../support/world';

const OWN = 'Größe "A"';

/** Imports one asset with an attribute that the register does not have yet. */
async function importOwn(page: Page): Promise<void> {
  await app(page).getByRole('button', { name: 'Import', exact: true }).click();
  await expect(app(page).getByText(/by their names: Tag, Name, Type, .* and Notes\./)).toBeVisible();
  await app(page).getByRole('button', { name: 'Paste text instead' }).click();
  await app(page).getByLabel('CSV text').fill('Tag,Name,SN,"Größe ""A"""\nDOC-1,Dock,S-1,12\n');
  await app(page).getByLabel('Only check, register nothing yet').uncheck();
  const form = app(page).getByRole('region', { name: 'New import' });
  await form.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(app(page).getByText('Finished')).toBeVisible();
}

test('an attribute that an import added is in the mapping, the columns, the form and the completion', async ({ page, site, world }) => {
  await site.register(world.app, [{ tag: 'LAP-1', attributes: { name: 'Laptop', type: 'Laptop' } }]);
  await page.goto(site.page('assets', 'agent'));
  await expect(app(page).getByText('1 asset', { exact: true })).toBeVisible();
  await importOwn(page);

  await app(page).getByText(/How the columns were read/).click();
  const mapping = app(page).getByRole('region', { name: /How the columns were read/ });
  await expect(mapping.getByRole('row').filter({ hasText: 'SN' })).toContainText('Serial number');
  await expect(mapping.getByRole('row').filter({ hasText: OWN })).toBeVisible();

  await app(page).getByRole('navigation').getByRole('link', { name: 'Assets' }).click();
  await expect(app(page).getByText('2 assets', { exact: true })).toBeVisible();
  await app(page).getByRole('button', { name: 'Columns' }).click();
  await app(page).getByRole('menuitemcheckbox', { name: OWN }).click();
  await page.keyboard.press('Escape');
  const grid = app(page).getByRole('grid', { name: 'Assets' });
  await expect(grid.getByRole('columnheader', { name: OWN })).toBeVisible();
  await expect(grid.getByRole('row').filter({ hasText: 'DOC-1' })).toContainText('12');

  await app(page).getByRole('button', { name: 'Query', exact: true }).click();
  await page.keyboard.type('grö');
  await expect(app(page).getByRole('option', { name: '"Größe \\"A\\""', exact: true })).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.type('= 12');
  await page.keyboard.press('Enter');
  await expect(app(page).getByText('1 asset', { exact: true })).toBeVisible();
  await expect(grid).toContainText('DOC-1');

  await grid.getByRole('link', { name: 'DOC-1' }).click();
  await expect(app(page).getByRole('term').filter({ hasText: OWN })).toBeVisible();
  await app(page).getByRole('button', { name: 'Edit' }).click();
  const dialog = app(page).getByRole('dialog');
  await expect(dialog.getByRole('textbox', { name: OWN })).toHaveValue('12');
  await expectAccessible(page);
  await dialog.getByRole('textbox', { name: OWN }).fill('13');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await expect(app(page).getByText(`changed ${OWN} from 12 to 13`)).toBeVisible();
});

for (const theme of ['light', 'dark'] as const) {
  test(`a register with 200 attributes of its own has usable columns and forms in ${theme}`, async ({ page, site, world }) => {
    const part = (from: number) => Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`field_${from + n}`, 'x']));
    const assets = [0, 50, 100, 150].map((from) => ({ tag: `T-${from}`, attributes: { name: 'Thing', ...part(from) } }));
    await site.register(world.app, assets);
    await page.goto(site.page('assets', 'agent', theme));
    await expect(app(page).getByText('4 assets', { exact: true })).toBeVisible();
    await app(page).getByRole('button', { name: 'Columns' }).click();
    await expect(app(page).getByRole('menuitemcheckbox')).toHaveCount(215);
    await expectAccessible(page);
    await app(page).getByRole('menuitemcheckbox', { name: 'Field 160', exact: true }).click();
    await page.keyboard.press('Escape');
    await expect(app(page).getByRole('columnheader', { name: 'Field 160' })).toBeVisible();

    await app(page).getByRole('button', { name: 'Register asset' }).click();
    const dialog = app(page).getByRole('dialog');
    await expect(dialog.getByRole('textbox', { name: 'Serial number' })).toBeVisible();
    await expect(dialog.getByRole('textbox', { name: 'Field 7' })).toHaveCount(0);
    await dialog.getByRole('button', { name: 'Add a field' }).click();
    await expect(dialog.locator('datalist option[value="Field 7"]')).toHaveCount(1);
    await expectAccessible(page);
  });
}

test('a list without its fields says so and gets them by a retry', async ({ page, site, world }) => {
  await site.register(world.app, [{ tag: 'LAP-1', attributes: { name: 'Laptop', type: 'Laptop' } }]);
  await page.route('**/api/v1/schema', (route) => route.abort());
  await page.goto(site.page('assets', 'agent'));
  await expect(app(page).getByText('The fields of the register could not be loaded')).toBeVisible();
  await expect(app(page).getByRole('grid', { name: 'Assets' })).toContainText('LAP-1');
  await expectAccessible(page);
  await page.unroute('**/api/v1/schema');
  await app(page).getByRole('button', { name: 'Try again' }).click();
  await expect(app(page).getByRole('columnheader', { name: 'Type' })).toBeVisible();
  await expect(app(page).getByText('The fields of the register could not be loaded')).toHaveCount(0);
});
