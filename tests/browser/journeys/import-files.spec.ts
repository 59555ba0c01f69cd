import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { app, expect, expectAccessible, test } from '../support/world';

async function choose(page: Page, name: string, file: string | Buffer) {
  const buffer = typeof file === 'string' ? Buffer.from(file) : file;
  await app(page).getByLabel('CSV file').setInputFiles({ name, mimeType: 'text/csv', buffer });
}

async function openForm(page: Page, address: string) {
  await page.goto(address);
  await app(page).getByRole('button', { name: 'Import', exact: true }).click();
}

async function downloadRefused(page: Page): Promise<string> {
  const arrived = page.waitForEvent('download');
  await app(page).getByRole('button', { name: 'Download refused rows' }).click();
  return readFileSync(await (await arrived).path(), 'utf8');
}

test('the encoding and the fields that the server found are shown, and changed before anything is written', async ({
  page,
  site,
}) => {
  await openForm(page, site.page('assets', 'agent'));
  const cyrillic = Buffer.from([0xcd, 0xee, 0xf3, 0xf2]);
  await choose(page, 'stock.csv', Buffer.concat([Buffer.from('Tag;Item name;Name\nN-1;'), cyrillic, Buffer.from(';Ann\n')]));
  await expect(app(page).getByText('Íîóò')).toBeVisible();
  await expect(app(page).getByText(/could be the field/)).toBeVisible();
  await expectAccessible(page);
  await app(page).getByLabel('Encoding').selectOption('windows-1251');
  await expect(app(page).getByText('Ноут')).toBeVisible();
  await app(page).getByRole('button', { name: 'Check the rows' }).click();
  await expect(app(page).getByText('Finished')).toBeVisible();
  await app(page).getByRole('button', { name: /Register 1 asset now/ }).click();
  await expect(app(page).getByText('Check only')).toBeHidden();
  await page.goto(site.page('assets', 'agent'));
  await expect(app(page).getByRole('grid', { name: 'Assets' })).toContainText('Ноут');
});

test('the refused rows come back as the server judged them, also after a reload, and come in once corrected', async ({
  page,
  site,
}) => {
  await openForm(page, site.page('assets', 'agent'));
  await choose(page, 'sep.csv', 'sep=;\ntag;name\nRS-1;Kettle\nR S 2;Toaster, with grill\nRS-3;Fridge\n');
  await app(page).getByLabel('Only check, register nothing yet').uncheck();
  const form = app(page).getByRole('region', { name: 'New import' });
  await form.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(app(page).getByText('Finished')).toBeVisible();
  const rows = await downloadRefused(page);
  const lines = rows.trim().split('\r\n');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/,tag,name$/);
  expect(lines[1]).toMatch(/,R S 2,"Toaster, with grill"$/);

  await page.goto(site.page('assets', 'agent'));
  await app(page).getByRole('button', { name: 'Import', exact: true }).click();
  await choose(page, 'corrected.csv', rows.replace('R S 2', 'RS-2'));
  await expect(app(page).getByRole('table').filter({ hasText: 'Column in the file' })).not.toContainText('tally_');
  await app(page).getByLabel('Only check, register nothing yet').uncheck();
  await form.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(app(page).getByText('Finished')).toBeVisible();
  await page.goto(site.page('assets', 'agent'));
  await expect(app(page).getByText('3 assets', { exact: true })).toBeVisible();
  await expect(app(page).getByRole('grid', { name: 'Assets' })).toContainText('Toaster, with grill');
});
