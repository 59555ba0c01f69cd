import { app, expect, expectAccessible, register, test } from '../support/world';

test('an agent registers an asset, checks it out, and reads both in its history', async ({ page, site }) => {
  await page.goto(site.page('assets', 'agent'));
  await expect(app(page).getByRole('heading', { name: 'Start your register' })).toBeVisible();
  await register(page, 'LAP-001', 'ThinkPad X1');

  await app(page).getByRole('grid', { name: 'Assets' }).getByText('ThinkPad X1').click();
  await expect(app(page).getByRole('heading', { name: 'ThinkPad X1', level: 1 })).toBeVisible();
  await app(page).getByRole('button', { name: 'Check out' }).click();
  const dialog = app(page).getByRole('dialog');
  await dialog.getByRole('combobox', { name: /^To/ }).fill('Vic');
  await app(page).getByRole('option', { name: /Vic Viewer/ }).click();
  await dialog.getByRole('button', { name: 'Check out' }).click();
  await expect(dialog).toBeHidden();

  await expect(app(page).getByRole('complementary')).toContainText('Vic Viewer');
  const history = app(page).getByRole('region', { name: 'History' });
  await expect(history.getByRole('listitem')).toHaveCount(2);
  await expect(history).toContainText('Alex Agent');
  await expect(history).toContainText('Vic Viewer');

  await app(page).getByRole('button', { name: 'Check in' }).click();
  await app(page).getByRole('dialog').getByRole('button', { name: 'Check in' }).click();
  await expect(history.getByRole('listitem')).toHaveCount(3);
  await expect(app(page).getByText('In stock. It is not checked out to anyone.')).toBeVisible();
});

test('a tag that is taken is refused at its field, and nothing typed is lost', async ({ page, site }) => {
  await page.goto(site.page('assets', 'agent'));
  await register(page, 'LAP-001', 'The first');
  await app(page).getByRole('button', { name: 'Register asset' }).click();
  const dialog = app(page).getByRole('dialog');
  await dialog.getByLabel('Name').first().fill('The second');
  await dialog.getByLabel('Tag').first().fill('lap-001');
  await dialog.getByRole('button', { name: 'Register', exact: true }).click();
  await expect(dialog.getByLabel('Tag').first()).toHaveAttribute('aria-invalid', 'true');
  await expect(dialog).toContainText('belongs to another asset');
  await expect(dialog.getByLabel('Name').first()).toHaveValue('The second');
});

test('a viewer reads the register and is offered nothing that would be refused', async ({ page, site }) => {
  await page.goto(site.page('assets', 'agent'));
  await register(page, 'LAP-001', 'ThinkPad X1');
  await page.goto(site.page('assets', 'viewer'));
  await app(page).getByRole('grid', { name: 'Assets' }).getByText('ThinkPad X1').click();
  await expect(app(page).getByRole('heading', { name: 'ThinkPad X1', level: 1 })).toBeVisible();
  await expect(app(page).getByRole('button', { name: 'Check out' })).toHaveCount(0);
});

for (const theme of ['light', 'dark'] as const) {
  test(`the list, an asset and the dialogs are accessible in ${theme}`, async ({ page, site }) => {
    await page.goto(site.page('assets', 'agent', theme));
    await register(page, 'LAP-001', 'ThinkPad X1');
    await expect(app(page).getByRole('grid', { name: 'Assets' })).toBeVisible();
    await expect(app(page).locator('html')).toHaveAttribute('data-color-mode', theme);
    const background = await app(page)
      .locator('body')
      .evaluate((body) => getComputedStyle(body).backgroundColor);
    const brightness = (background.match(/\d+/g) ?? []).slice(0, 3).reduce((sum, part) => sum + Number(part), 0);
    expect(theme === 'dark' ? brightness < 200 : brightness > 600, background).toBe(true);
    await expectAccessible(page);

    await app(page).getByRole('button', { name: 'Register asset' }).click();
    await expect(app(page).getByRole('dialog')).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    // The closing dialog gives the focus back to where it came from, and would take it away from
    // the list.
    await expect(app(page).getByRole('dialog')).toHaveCount(0);
    await expect(app(page).getByRole('button', { name: 'Register asset' })).toBeFocused();

    await app(page).getByRole('grid', { name: 'Assets' }).focus();
    await page.keyboard.press('Enter');
    await expect(app(page).getByRole('heading', { name: 'ThinkPad X1', level: 1 })).toBeVisible();
    await expectAccessible(page);
  });
}
