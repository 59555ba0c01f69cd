/** 7 March 2022, as people in a browser would meet it today. */
import { app, expect, expectAccessible, register, test } from '../support/world';

/** The longest time for which a page may neither work nor explain itself. */
const EXPLAINED_MS = 5_000;

for (const theme of ['light', 'dark'] as const) {
  test(`a rotation that never arrives ends in a page that says so, and a reinstall ends it, in ${theme}`, async ({
    page,
    site,
  }) => {
    await page.emulateMedia({ colorScheme: theme });
    await page.goto(site.page('assets', 'agent', theme));
    await register(page, 'LAP-001', 'ThinkPad X1');

    await site.act('swallow-callbacks');
    expect((await site.act('rotate')).callback?.status).toBe(204);
    await page.goto(site.page('assets', 'agent', theme));
    const title = app(page).getByRole('heading', { name: 'Tally cannot open here' });
    await expect(title).toBeVisible({ timeout: EXPLAINED_MS });
    await expect(app(page).getByText('jwt.signature_invalid')).toBeVisible();
    await expect(app(page).getByRole('heading', { level: 2 })).toHaveText(['What to do']);
    await expect(app(page).getByText(/A Jira admin opens Apps/)).toBeVisible();
    await expectAccessible(page);

    await site.act('deliver-callbacks');
    await page.goto(site.page('assets', 'agent', theme));
    await expect(title).toBeVisible();
    expect((await site.act('reinstall')).callback?.status).toBe(204);
    await page.goto(site.page('assets', 'agent', theme));
    await expect(app(page).getByRole('grid', { name: 'Assets' })).toContainText('ThinkPad X1');
    await register(page, 'LAP-002', 'After the reinstall');
  });
}

test('a secret that is lost while the page is open is reported on the page and to the server', async ({
  page,
  site,
}) => {
  await page.goto(site.page('assets', 'agent'));
  await register(page, 'LAP-001', 'ThinkPad X1');
  await site.act('swallow-callbacks');
  await site.act('rotate');
  const report = page.waitForRequest('**/api/v1/client-errors');
  await app(page).getByRole('grid', { name: 'Assets' }).getByText('ThinkPad X1').click();
  const banner = app(page).getByRole('alert').filter({ hasText: 'Tally no longer accepts your session.' });
  await expect(banner).toBeVisible({ timeout: EXPLAINED_MS });
  await expect(banner).toContainText('jwt.signature_invalid');
  await expectAccessible(page);

  const reported = (await report).postDataJSON() as Record<string, string>;
  expect(reported).toMatchObject({ code: 'jwt.signature_invalid', page: 'assets' });
  expect(reported['ref']).toMatch(/./);
  expect((await (await report).response())?.status()).toBe(204);

  await site.act('deliver-callbacks');
  await site.act('repair-secret');
  await banner.getByRole('button', { name: 'Try again' }).click();
  await expect(banner).toHaveCount(0);
  await expect(app(page).getByRole('heading', { name: 'ThinkPad X1', level: 1 })).toBeVisible();
});
