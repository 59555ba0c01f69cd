/** What a reader of German sees of the pages that the server makes itself. */
import { app, expect, expectAccessible, test } from '../support/world';

// Like Jira today, the simulated one names no locale in the frame's address, so the browser's counts.
test.use({ locale: 'de-DE' });

test('the page is in German before the app has started', async ({ page, site }) => {
  // All but the watch over the start, which the page waits for before it shows anything.
  await page.route(/\/assets\/(?!boot-watch)[^/]*\.js/, () => undefined);
  await page.goto(site.page('assets', 'agent', 'light', 'de_DE'));
  await expect(app(page).locator('html')).toHaveAttribute('lang', 'de');
  await expect(app(page).getByText('Wird geladen …')).toBeVisible();
  await expect(app(page).getByText('Loading')).toHaveCount(0);
});

for (const theme of ['light', 'dark'] as const) {
  test(`a secret that Tally never received is explained in German, in ${theme}`, async ({ page, site }) => {
    await page.emulateMedia({ colorScheme: theme });
    await site.act('break-secret');
    await page.goto(site.page('assets', 'agent', theme, 'de_DE'));
    await expect(app(page).locator('html')).toHaveAttribute('lang', 'de');
    await expect(app(page).getByRole('heading', { name: 'Tally lässt sich hier nicht öffnen' })).toBeVisible();
    await expect(app(page).getByText('Die Signatur des Tokens passt zu keinem Schlüssel')).toBeVisible();
    await expect(app(page).getByRole('heading', { level: 2 })).toHaveText(['Was Sie tun können']);
    await expect(app(page).getByText('jwt.signature_invalid')).toBeVisible();
    await expectAccessible(page);
  });
}

test('a page that a person may not see is refused in German', async ({ page, site }) => {
  await page.goto(site.page('install-diagnosis', 'viewer', 'light', 'de_DE'));
  await expect(app(page).getByText('Ihre Berechtigungen in Jira erlauben das nicht.')).toBeVisible();
});

test('the status page is in German', async ({ page, world }) => {
  await page.goto(`${world.app}/status`);
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await expect(page.getByRole('heading', { name: 'Status von Tally' })).toBeVisible();
  await expect(page.getByText('Alles funktioniert.')).toBeVisible();
});
