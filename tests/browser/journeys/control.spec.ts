import { expect, register, app, test } from '../support/world';
import type { Locator, Page } from '@playwright/test';

/** A site of the control page, as its card. */
async function cardOf(page: Page, jira: string, name: string): Promise<Locator> {
  await page.goto(jira);
  await page.getByLabel('Another site').fill(name);
  await page.getByRole('button', { name: 'Add site' }).click();
  const card = page.locator(`article[data-site="${name}"]`);
  await expect(card.getByRole('heading', { name })).toBeVisible();
  return card;
}

async function press(card: Locator, act: string, said: string): Promise<void> {
  await card.getByRole('button', { name: act, exact: true }).click();
  await expect(card.getByRole('status')).toHaveText(said);
}

test('a newcomer installs, works, rotates the secret by a button, and goes on working', async ({ page, context, world }) => {
  const card = await cardOf(page, world.jira, 'newcomer');
  await press(card, 'Install', 'install: the app answered 204.');
  const [tab] = await Promise.all([
    context.waitForEvent('page'),
    card.getByRole('link', { name: 'Agent', exact: true }).click(),
  ]);
  await register(tab, 'LAP-001', 'Before the rotation');

  const secret = card.locator('dt:text-is("Secret") + dd');
  const before = await secret.innerText();
  await press(card, 'Rotate', 'rotate: the app answered 204.');
  await expect(secret).not.toHaveText(before);
  await register(tab, 'LAP-002', 'After the rotation');
  await expect(app(tab).getByRole('grid', { name: 'Assets' })).toContainText('After the rotation');
  await expect(app(tab).getByRole('grid', { name: 'Assets' })).toContainText('Before the rotation');
});

test('the control page has a button for each act and offers only those that apply', async ({ page, world }) => {
  const card = await cardOf(page, world.jira, 'untouched');
  const state = (await (await fetch(`${world.jira}/control/state`)).json()) as { acts: { name: string }[] };
  for (const { name } of state.acts) {
    await expect(card.locator(`button[data-act="${name}"]`)).toBeVisible();
  }
  const can = async (act: string) => card.getByRole('button', { name: act, exact: true }).isEnabled();
  expect([await can('Install'), await can('Rotate'), await can('Uninstall')]).toEqual([true, false, false]);
  await press(card, 'Install', 'install: the app answered 204.');
  expect([await can('Install'), await can('Rotate'), await can('Uninstall')]).toEqual([false, true, true]);
});
