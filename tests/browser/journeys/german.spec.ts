/** A reader whose Jira is in German. */
import { app, expect, expectAccessible, test } from '../support/world';

for (const theme of ['light', 'dark'] as const) {
  test(`an agent works in German, in ${theme}`, async ({ page, site, world }) => {
    await site.register(world.app, [{ tag: 'LAP-001', attributes: { name: 'ThinkPad X1', type: 'Laptop' } }]);
    await page.goto(site.page('assets', 'agent', theme, 'de_DE'));
    await expect(app(page).locator('html')).toHaveAttribute('lang', 'de');
    await expect(app(page).getByText('1 Asset', { exact: true })).toBeVisible();
    await expectAccessible(page);

    await app(page).getByRole('button', { name: 'Asset erfassen' }).click();
    const dialog = app(page).getByRole('dialog');
    await dialog.getByLabel('Bezeichnung').first().fill('Dock');
    await dialog.getByLabel('Inventarnummer').first().fill('lap-001');
    await dialog.getByRole('button', { name: 'Erfassen', exact: true }).click();
    await expect(dialog).toContainText('Die Inventarnummer lap-001 gehört bereits zu einem anderen Asset.');
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await expect(dialog).toContainText('Ihre Eingaben verwerfen?');
    await dialog.getByRole('button', { name: 'Verwerfen' }).click();
    await expect(dialog).toHaveCount(0);

    await app(page).getByRole('grid', { name: 'Assets' }).getByText('ThinkPad X1').click();
    await app(page).getByRole('button', { name: 'Ausgeben' }).click();
    await dialog.getByRole('combobox', { name: /^An/ }).fill('Vic');
    await app(page).getByRole('option', { name: /Vic Viewer/ }).click();
    await dialog.getByRole('button', { name: 'Ausgeben' }).click();
    await expect(dialog).toBeHidden();
    await expect(app(page).getByRole('region', { name: 'Verlauf' })).toContainText(
      'Alex Agent hat es an Vic Viewer ausgegeben',
    );
    await expectAccessible(page);
  });
}

test('an admin reads the diagnosis in German', async ({ page, site }) => {
  await page.goto(site.page('install-diagnosis', 'admin', 'light', 'de_DE'));
  await expect(app(page).getByText('Keine Probleme gefunden')).toBeVisible();
  await expect(app(page).getByText(/hat Tally mit dem Schlüssel .* installiert/)).toBeVisible();
  await expectAccessible(page);
});
