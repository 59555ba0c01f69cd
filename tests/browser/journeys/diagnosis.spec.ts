import { app, expect, expectAccessible, test } from '../support/world';

test('an admin sees the secret in force, the one before, and the callback that was refused', async ({
  page,
  site,
  world,
}) => {
  await site.act('rotate');
  const refused = await fetch(`${world.app}/connect/lifecycle/installed`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key: 'tally-assets', clientKey: 'another-site', eventType: 'installed' }),
  });
  expect(refused.status).toBe(401);

  await page.goto(site.page('install-diagnosis', 'admin'));
  const frame = app(page);
  await expect(frame.getByText('Current').first()).toBeVisible();
  await expect(frame.getByText('Previous').first()).toBeVisible();
  await expect(frame.getByText('Enabled').first()).toBeVisible();
  await expectAccessible(page);
  await frame.getByRole('tab', { name: 'Callbacks' }).click();
  await expect(frame.getByRole('tabpanel', { name: 'Callbacks' })).toContainText('installed', { ignoreCase: true });
  await expectAccessible(page);
});

for (const theme of ['light', 'dark'] as const) {
  test(`an admin sees what is wrong, the evidence and what to do, in ${theme}`, async ({
    page,
    site,
    world,
  }) => {
    await page.goto(site.page('install-diagnosis', 'admin', theme));
    await expect(app(page).getByText('No problems found')).toBeVisible();
    await expectAccessible(page);

    // Jira refuses all calls of the app, and a person searches for a name.
    await site.act('rest-forbid');
    await fetch(`${world.app}/api/v1/people?query=Vic`, {
      headers: { authorization: `JWT ${await site.contextToken('admin')}` },
    });
    await app(page).getByRole('button', { name: 'Refresh' }).click();
    const findings = app(page).getByRole('region', { name: 'Problems found' });
    await expect(findings.getByRole('listitem').first()).toContainText('403');
    await expect(findings).toContainText('Why we think so');
    await expect(findings).toContainText('What to do');
    await expect(findings).toContainText('Manage apps');
    await expectAccessible(page);
  });
}

test('the server refuses the diagnosis to a person who is not an admin', async ({ page, site }) => {
  await page.goto(site.page('install-diagnosis', 'agent'));
  await expect(app(page).getByRole('heading', { name: 'Tally cannot open here' })).toBeVisible();
  await expect(app(page).getByText('permission.denied')).toBeVisible();
});

test('the diagnosis is accessible in dark too', async ({ page, site }) => {
  await page.goto(site.page('install-diagnosis', 'admin', 'dark'));
  await expect(app(page).getByText('Current').first()).toBeVisible();
  await expectAccessible(page);
});
