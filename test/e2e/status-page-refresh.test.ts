import type { Browser, BrowserContextOptions } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { read, startChromium } from '../support/chromium.ts';
import { needs } from '../support/needs.ts';
import { suiteEnd } from '../support/suite-end.ts';
import { inventedStatus } from '../web/status-page/invented.ts';
import { SCENES } from '../web/status-page/scenes.ts';
import type { Scene } from '../web/status-page/scenes.ts';
import { A_WHILE, PHONE, current, openScene, timeless } from './status-page-scenes.ts';

needs('chromium').describe('the status page that stays open', () => {
  const atEnd = suiteEnd();
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium(atEnd);
  });

  const open = (...how: [scene: Scene, options?: BrowserContextOptions, prefix?: string]) =>
    openScene(browser, ...how);

  it('refreshes itself without moving the focus or the page', async () => {
    const { page, shown } = await open(current(SCENES.exhausted), { viewport: PHONE });
    await page.getByRole('link', { name: 'Metrics' }).focus();
    await page.evaluate(
      "heading = document.querySelector('h1'); getSelection().selectAllChildren(document.querySelector('.steps pre'))",
    );
    expect(await page.evaluate('scrollY')).toBeGreaterThan(1000);
    shown.status = current(SCENES['near the limit']).status;
    await page.clock.runFor(A_WHILE);
    await expect.poll(() => page.locator('h1').innerText()).toBe('86% of the sets are in use');
    expect(await page.title()).toMatch(/^Near the limit/);
    expect(await page.locator(':focus').innerText()).toBe('Metrics');
    expect(await page.evaluate('scrollY')).toBeGreaterThan(1000);
    // What stands there still is the same element, so that neither a reader's place nor a marked command is lost.
    expect(await page.evaluate("heading === document.querySelector('h1')")).toBe(true);
    expect(await page.evaluate('String(getSelection())')).toContain('sysvsem-exporter list --state orphaned');
  });

  it('comes by refreshing to what a new reader sees', async () => {
    const { page, shown } = await open(current(SCENES.exhausted));
    for (const next of [
      SCENES.failing,
      SCENES['31,000 sets'],
      SCENES['proof blocked'],
      SCENES['hostile names'],
    ]) {
      Object.assign(shown, current(next));
      await page.clock.runFor(A_WHILE);
      const fresh = await read(browser, page.url());
      const expected = await timeless(fresh.page);
      await fresh.page.context().close();
      await expect.poll(() => timeless(page)).toBe(expected);
    }
  });

  it('says so when the exporter no longer answers, and nothing any more when it does again', async () => {
    const { page } = await open(current(SCENES.healthy));
    const status = page.getByRole('status');
    expect(await status.innerText()).toBe('');
    await page.route('**/*', (route) => route.abort());
    await page.clock.runFor(A_WHILE);
    await expect
      .poll(() => status.innerText())
      .toMatch(/^The exporter does not answer\. What stands here is from .* UTC\.$/);
    await page.unroute('**/*');
    await page.clock.runFor(A_WHILE);
    await expect.poll(() => status.innerText()).toBe('');
  });

  it('does not take another page, such as a proxy’s, for its own', async () => {
    const { page } = await open(current(SCENES.healthy));
    await page.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: '<h1>Log in</h1>' }));
    await page.clock.runFor(A_WHILE);
    await expect.poll(() => page.getByRole('status').innerText()).toMatch(/^The exporter does not answer/);
    expect(await page.locator('h1').innerText()).toMatch(/^Room for/);
  });

  it('asks for nothing while it is paused, and at once when it goes on', async () => {
    const { page, shown } = await open(current(SCENES.healthy));
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const button = page.getByRole('button', { name: 'Pause refresh' });
    await button.click();
    expect(await button.getAttribute('aria-pressed')).toBe('true');
    shown.status = inventedStatus(null, { collections: 0 });
    await page.clock.runFor(A_WHILE);
    expect(asked).toEqual([]);
    await button.click();
    await expect.poll(() => page.locator('h1').innerText()).toBe('The first collection has not ended yet');
    expect(asked).toHaveLength(1);
  });
});
