import { app, expect, expectAccessible, register, test } from '../support/world';

test('a rotation while the page is open does not disturb the person who works there', async ({ page, site }) => {
  await page.goto(site.page('assets', 'agent'));
  await register(page, 'LAP-001', 'Before the rotation');
  for (const round of [1, 2, 3]) {
    const { callback } = await site.act('rotate');
    expect(callback?.status).toBe(204);
    await register(page, `LAP-1${round}`, `After rotation ${round}`);
    await expect(app(page).getByRole('grid', { name: 'Assets' })).toContainText(`After rotation ${round}`);
  }
  await expect(app(page).getByText('Tally no longer accepts your session.')).toHaveCount(0);
  await page.reload();
  await expect(app(page).getByRole('grid', { name: 'Assets' })).toContainText('Before the rotation');
});

test('an upgrade whose answer Jira never got leaves both secrets working', async ({ page, site }) => {
  await page.goto(site.page('assets', 'agent'));
  await register(page, 'LAP-001', 'ThinkPad X1');
  await site.act('upgrade');
  await page.reload();
  await expect(app(page).getByRole('grid', { name: 'Assets' })).toContainText('ThinkPad X1');
});

test('a secret that Tally never received ends in a page with cause and remedy, and the page works again afterwards', async ({
  page,
  site,
}) => {
  await site.act('break-secret');
  await page.goto(site.page('assets', 'agent'));
  await expect(app(page).getByRole('heading', { name: 'Tally cannot open here' })).toBeVisible();
  await expect(app(page).getByText('jwt.signature_invalid')).toBeVisible();
  await expect(app(page).getByText('Manage apps').first()).toBeVisible();
  await expectAccessible(page);

  await site.act('repair-secret');
  await page.goto(site.page('assets', 'agent'));
  await expect(app(page).getByRole('heading', { name: 'Assets', level: 1 })).toBeVisible();
});

test('a secret that breaks while the page is open is reported on the page, with its code', async ({ page, site }) => {
  await page.goto(site.page('assets', 'agent'));
  await register(page, 'LAP-001', 'ThinkPad X1');
  await site.act('break-secret');
  await app(page).getByRole('grid', { name: 'Assets' }).getByText('ThinkPad X1').click();
  await expect(app(page).getByText('jwt.signature_invalid').first()).toBeVisible();

  await site.act('repair-secret');
  await app(page).getByRole('button', { name: 'Try again' }).first().click();
  await expect(app(page).getByRole('heading', { name: 'ThinkPad X1', level: 1 })).toBeVisible();
});

test('a host whose bridge script never loads ends in an explanation, not a spinner', async ({ page, site }) => {
  await page.route('**/atlassian-connect/all.js', (route) => route.abort());
  await page.goto(site.page('assets', 'agent'));
  await expect(app(page).getByRole('heading', { name: 'Tally could not start' })).toBeVisible();
  await expect(app(page).getByText('host.bridge_missing')).toBeVisible();
});

test('a server that is silent on the first call is waited for, and the page says so', async ({ page, site }) => {
  let answer = () => {};
  const held = new Promise<void>((release) => (answer = release));
  await page.route('**/api/v1/me', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(site.page('assets', 'agent'));
  await expect(app(page).getByRole('heading', { name: 'Tally has not answered yet' })).toBeVisible();
  await expect(app(page).getByText('This page keeps trying')).toBeVisible();
  await expect(app(page).getByRole('button', { name: 'Try now' })).toBeVisible();
  await expectAccessible(page);
  answer();
  await expect(app(page).getByRole('heading', { name: 'Assets', level: 1 })).toBeVisible();
});

test('a renamed site keeps its register', async ({ page, site }) => {
  await page.goto(site.page('assets', 'agent'));
  await register(page, 'LAP-001', 'ThinkPad X1');
  const { callback } = await site.act('rename', { to: `${site.name}-renamed` });
  expect(callback?.status).toBe(204);
  await page.goto(site.page('assets', 'agent'));
  await expect(app(page).getByRole('grid', { name: 'Assets' })).toContainText('ThinkPad X1');
});

test('an uninstalled and reinstalled site finds its register again', async ({ page, site }) => {
  await page.goto(site.page('assets', 'agent'));
  await register(page, 'LAP-001', 'ThinkPad X1');
  await site.act('uninstall');
  expect((await site.act('reinstall')).callback?.status).toBe(204);
  await page.goto(site.page('assets', 'agent'));
  await expect(app(page).getByRole('grid', { name: 'Assets' })).toContainText('ThinkPad X1');
});

test('a bridge script that hangs ends in an explanation too', async ({ page, site }) => {
  await page.route('**/atlassian-connect/all.js', () => undefined);
  await page.goto(site.page('assets', 'agent'));
  await expect(app(page).getByText('Tally has not started yet')).toBeVisible();
});
