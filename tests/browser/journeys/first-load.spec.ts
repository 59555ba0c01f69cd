/** What the first page costs on the wire. */
import { gzipSync } from 'node:zlib';
import type { Request } from '@playwright/test';
import { app, expect, test } from '../support/world';

const MOST_BYTES = 200 * 1024;
const MOST_REQUESTS = 10;

for (const locale of ['en_US', 'de_DE']) {
  test(`the first page is loaded with few and small answers for ${locale}`, async ({ page, site, world }) => {
    await site.register(world.app, [{ tag: 'LAP-001', attributes: { name: 'ThinkPad X1', type: 'Laptop' } }]);
    const requests: Request[] = [];
    page.on('request', (request) => {
      if (request.url().startsWith(world.app)) requests.push(request);
    });
    await page.goto(site.page('assets', 'agent', 'light', locale));
    await expect(app(page).getByRole('grid', { name: 'Assets' })).toContainText('ThinkPad X1');
    await page.waitForLoadState('networkidle');

    const sizes = await Promise.all(requests.map(async (request) => sizeOf(request)));
    const listed = requests.map((request, nth) => `${sizes[nth]} ${request.url()}`).join('\n');
    expect(requests.length, listed).toBeLessThanOrEqual(MOST_REQUESTS);
    expect(sizes.reduce((sum, size) => sum + size, 0), listed).toBeLessThanOrEqual(MOST_BYTES);
  });
}

/** The compressed size of an answer, whether or not it came compressed. */
async function sizeOf(request: Request): Promise<number> {
  const answer = await request.response();
  return answer ? gzipSync(await answer.body()).length : 0;
}
