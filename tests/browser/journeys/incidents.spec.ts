import { Incident } from '../support/incident';
import { Site } from '../support/site';
import { app, expect, expectAccessible, register, test } from '../support/world';

const TITLE = 'Pages of some sites do not open';

for (const theme of ['light', 'dark'] as const) {
  test(`only the sites that an incident affects show it, in ${theme}`, async ({ page, site, world }) => {
    const other = await Site.installed(world.jira, `unaffected-${theme}`);
    const incident = await Incident.of(world.ops, TITLE, [await site.tenant(world.app)], 'We look for the cause.');

    await page.goto(site.page('assets', 'viewer', theme));
    const banner = app(page).getByRole('status', { name: 'Incidents' });
    await expect(banner).toContainText(TITLE);
    await expect(banner).toContainText('We look for the cause.');
    await expectAccessible(page);
    const link = banner.getByRole('link', { name: 'Status page' });
    await expect(link).toHaveAttribute('href', `${world.app}/status`);
    const [status] = await Promise.all([page.waitForEvent('popup'), link.click()]);
    await expect(status.getByText(TITLE).first()).toBeVisible();
    await status.close();

    await page.goto(other.page('assets', 'viewer', theme));
    await expect(app(page).getByRole('heading', { name: 'Assets', level: 1 })).toBeVisible();
    await expect(app(page).getByRole('status', { name: 'Incidents' })).toBeEmpty();
    await incident.resolve('It is over.');
  });
}

test('a person who dismissed an update sees the next one, and nothing once the incident is over', async ({ page, site, world }) => {
  const incident = await Incident.of(world.ops, TITLE, [await site.tenant(world.app)], 'We look for the cause.');
  await page.goto(site.page('assets', 'agent'));
  const banner = app(page).getByRole('status', { name: 'Incidents' });
  await banner.getByRole('button', { name: /^Hide until the next update/ }).click();
  await expect(banner).toBeEmpty();
  await register(page, 'LAP-001', 'ThinkPad X1');
  await app(page).getByRole('grid', { name: 'Assets' }).getByText('ThinkPad X1').click();
  await expect(app(page).getByRole('heading', { name: 'ThinkPad X1', level: 1 })).toBeVisible();
  await expect(banner).toBeEmpty();

  await incident.update('identified', 'Choose Update for Tally in Manage apps.');
  await page.reload();
  await expect(banner).toContainText('Choose Update for Tally');
  await incident.resolve('All sites are well again.');
  const notices = page.waitForResponse('**/api/v1/notices');
  await page.reload();
  expect(((await (await notices).json()) as { items: unknown[] }).items).toEqual([]);
  await expect(banner).toBeEmpty();
});
