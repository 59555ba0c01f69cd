import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { app, expect, expectAccessible, test } from '../support/world';

const DEVICES = resolve(import.meta.dirname, '../../data/netbox-demo-devices.csv');

test('a real export is checked first and then imported, every row with its verdict', async ({ page, site }) => {
  await page.goto(site.page('assets', 'agent'));
  await app(page).getByRole('button', { name: 'Import', exact: true }).click();
  await app(page)
    .getByLabel('CSV file')
    .setInputFiles({ name: 'devices.csv', mimeType: 'text/csv', buffer: readFileSync(DEVICES) });
  await app(page).getByRole('button', { name: 'Check the rows' }).click();
  await expect(app(page).getByText('Finished')).toBeVisible();
  await expect(app(page).getByText('Check only')).toBeVisible();
  await expectAccessible(page);

  await app(page).getByRole('button', { name: /Register 72 assets now/ }).click();
  await expect(app(page).getByText('Check only')).toBeHidden();
  await expect(app(page).getByText('Finished')).toBeVisible();

  await page.goto(site.page('assets', 'agent'));
  await expect(app(page).getByText('72 assets')).toBeVisible();
  await app(page).getByRole('textbox', { name: /search/i }).fill('akron');
  await expect(app(page).getByRole('grid', { name: 'Assets' })).toContainText('dmi01-akron-rtr01');
});

test('a bad row is refused by name, a doubtful one comes in with a warning, and the good one is untouched', async ({ page, site }) => {
  await page.goto(site.page('assets', 'agent'));
  await app(page).getByRole('button', { name: 'Import', exact: true }).click();
  await app(page).getByRole('button', { name: 'Paste text instead' }).click();
  await app(page)
    .getByLabel('CSV text')
    .fill('Tag,Name,Purchase date\nA-1,Good,2024-01-02\nA-1,Same tag,2024-01-02\nA-3,Bad day,tomorrow\n');
  await app(page).getByLabel('Only check, register nothing yet').uncheck();
  const form = app(page).getByRole('region', { name: 'New import' });
  await form.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(app(page).getByText('Finished')).toBeVisible();
  await expect(app(page).getByText('asset.tag_taken')).toBeVisible();
  await expect(app(page).getByText('import.date_kept_as_written')).toBeVisible();
  await page.goto(site.page('assets', 'agent'));
  await expect(app(page).getByText('2 assets', { exact: true })).toBeVisible();
});
