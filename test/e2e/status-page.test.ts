import type { Browser, BrowserContextOptions } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { startChromium } from '../support/chromium.ts';
import { needs } from '../support/needs.ts';
import { suiteEnd } from '../support/suite-end.ts';
import { SCENES } from '../web/status-page/scenes.ts';
import type { Scene } from '../web/status-page/scenes.ts';
import { DESK, PHONE, barriers, current, openScene } from './status-page-scenes.ts';

needs('chromium').describe('the status page in Chromium', () => {
  const atEnd = suiteEnd();
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium(atEnd);
  });

  const open = (...how: [scene: Scene, options?: BrowserContextOptions, prefix?: string]) =>
    openScene(browser, ...how);

  it('tells the first things first', async () => {
    const { page, complaints } = await open(current(SCENES.exhausted), { viewport: DESK });
    expect(await page.title()).toBe('Exhausted: No new semaphore set can be made – web1.example.com');
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(
      'No new semaphore set can be made',
    );
    const tiles = (await page.locator('.tiles > *').allInnerTexts()).map((text) =>
      text.replaceAll(/\s+/g, ' '),
    );
    expect(tiles).toEqual([
      expect.stringContaining('128 of 128 0 free 100%'),
      expect.stringContaining('745 of 32,000'),
      expect.stringContaining('0 of apache (www-data)'),
      expect.stringContaining('118 proven'),
      expect.stringContaining('Working'),
    ]);
    // Usage, starts, orphans, the exporter and the first step are seen without scrolling.
    for (const place of ['.verdict', '.tiles > :last-child', '#next', '.steps li:first-child']) {
      const box = await page.locator(place).boundingBox();
      expect((box?.y ?? Infinity) + (box?.height ?? 0), place).toBeLessThan(DESK.height);
    }
    expect(complaints).toEqual([]);
  });

  it.each(Object.entries<Scene>(SCENES))(
    'of "%s" fits a phone and a desk, has no barrier that axe finds, and nothing that its policy stops',
    async (_name, scene) => {
      const { page, complaints } = await open(current(scene), { viewport: PHONE, colorScheme: 'light' });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.width);
      expect(await barriers(page)).toEqual([]);
      await page.setViewportSize({ width: 800, height: 900 });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(800);
      await page.setViewportSize(DESK);
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(DESK.width);
      expect(await barriers(page)).toEqual([]);
      expect(complaints).toEqual([]);
    },
  );

  it('is light or dark as its reader has it', async () => {
    const ground = async (colorScheme: 'light' | 'dark') => {
      const { page } = await open(current(SCENES.healthy), { colorScheme });
      return page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');
    };
    expect(await ground('light')).toBe('rgb(247, 247, 245)');
    expect(await ground('dark')).toBe('rgb(18, 21, 24)');
  });

  it('shows a hostile name as the name it is', async () => {
    const { page, complaints } = await open(current(SCENES['hostile names']), { viewport: DESK });
    page.on('dialog', () => {
      throw new Error('a name ran as a script');
    });
    const names = await page.locator('#owners + div bdi').allInnerTexts();
    expect(names.slice(0, 4)).toEqual([
      '<script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      "x' onmouseover='alert(1)",
      '&lt;b&gt;',
    ]);
    expect(await page.locator('img, main script').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('is small with 31,000 sets', async () => {
    const { page, address } = await open(current(SCENES['31,000 sets']));
    const answer = await page.request.get(`http://${address}/`);
    expect((await answer.body()).length).toBeLessThan(60_000);
    expect(await page.getByRole('rowheader', { name: '54 more owners' }).count()).toBe(1);
    expect(await page.getByRole('table').count()).toBe(3);
  });

  it('shows no number while the exporter fails, only since when', async () => {
    const { page } = await open(current(SCENES.failing));
    expect(await page.getByRole('meter').count()).toBe(0);
    expect(await page.getByRole('table').count()).toBe(0);
    const main = await page.getByRole('main').innerText();
    expect(main).toContain('The last good one ended 3 minutes ago.');
    expect(main).not.toMatch(/\b0 (?:sets|of|proven)/);
    expect(await page.locator('.verdict time').getAttribute('title')).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/,
    );
  });

  it('can be read without scripts, and says that it does not refresh itself then', async () => {
    const { page } = await open(current(SCENES.orphans), { javaScriptEnabled: false });
    expect(await page.getByRole('main').innerText()).toContain('27 orphaned sets can be removed');
    expect(await page.getByText('Reload the page for newer numbers.').isVisible()).toBe(true);
    expect(await page.getByRole('button').count()).toBe(0);
  });

  it('is walked through by keyboard in the order of the page, and shows where one is', async () => {
    const { page } = await open(current(SCENES['proof blocked']), { viewport: DESK });
    const stops: string[] = [];
    for (let stop = 0; stop < 10; stop++) {
      await page.keyboard.press('Tab');
      stops.push(await page.locator(':focus').innerText());
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    }
    expect(stops).toEqual([
      'Skip to the verdict',
      'Pause refresh',
      'What limits proof',
      'SysvsemProofBlocked',
      'Metrics',
      'Runbooks',
      'Usage and limits, as JSON',
      'Sets, as JSON',
      'Readiness',
      'Health',
    ]);
  });

  it('has landmarks, and headings without a gap', async () => {
    const { page } = await open(current(SCENES.orphans));
    for (const role of ['banner', 'main', 'contentinfo', 'navigation'] as const) {
      expect(await page.getByRole(role).count(), role).toBe(1);
    }
    const levels = await page.evaluate<string[]>(
      "[...document.querySelectorAll('h1,h2,h3,h4')].map((found) => found.nodeName)",
    );
    expect(levels[0]).toBe('H1');
    expect(new Set(levels)).toEqual(new Set(['H1', 'H2']));
  });

  it('has links that work, also behind the prefix of a proxy', async () => {
    const { page, address } = await open(current(SCENES.healthy), {}, '/web1/semaphores');
    const links = await page.evaluate<string[]>('[...document.links].map((link) => link.href)');
    expect(links).toContain(`http://${address}/web1/semaphores/api/v1/status`);
    for (const link of links) expect((await page.request.get(link)).status(), link).toBe(200);
    await page.getByRole('link', { name: 'Runbooks' }).click();
    await page.getByRole('link', { name: 'TestOther' }).click();
    expect(page.url()).toBe(`http://${address}/web1/semaphores/runbooks/TestOther`);
    await page.getByRole('link', { name: 'sysvsem-exporter' }).click();
    expect(page.url()).toBe(`http://${address}/web1/semaphores/`);
  });

  it('shows a runbook in the same dress, without a barrier', async () => {
    const { address, page, complaints } = await open(current(SCENES.healthy), { viewport: PHONE });
    for (const path of ['', 'TestDiskIsFull', 'TestUnknown']) {
      await page.goto(`http://${address}/runbooks/${path}`);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.width);
      expect(await barriers(page)).toEqual([]);
    }
    expect(complaints.filter((complaint) => !complaint.includes('404'))).toEqual([]);
  });
});
