import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { read } from '../support/chromium.ts';
import type { Reader } from '../support/chromium.ts';
import { servePages } from '../support/pages.ts';
import type { ServedPages } from '../support/pages.ts';
import { NOW } from '../web/status-page/invented.ts';
import type { Scene } from '../web/status-page/scenes.ts';

/** A phone's screen. */
export const PHONE = { width: 360, height: 740 };
/** A desk's screen. */
export const DESK = { width: 1280, height: 900 };

/** The scene as if it were of this moment, collected once a minute so that a slow machine does not make it old. */
export function current({ status, facts }: Scene): Scene {
  const later = Math.floor(Date.now() / 1000 - NOW);
  const { snapshot, lastSuccessAt } = status;
  return {
    status: {
      ...status,
      snapshot: snapshot && { ...snapshot, collectedAt: snapshot.collectedAt + later },
      lastSuccessAt: lastSuccessAt === null ? null : lastSuccessAt + later,
    },
    facts: { ...facts, collectorIntervalMs: 60_000 },
  };
}

/** What the accessibility checker finds, run past the page's policy as a browser's extension is. */
export async function barriers(page: Page): Promise<unknown> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}

/** Words of the page without those that change from second to second. */
export async function timeless(page: Page): Promise<string> {
  const text = await page.getByRole('main').innerText();
  return text.replaceAll(/\d+ (?:second|minute|hour|day)s? ago|just now/g, '');
}

/** More than the period of any page. */
export const A_WHILE = 61_000;

/** Serves a scene until the test ends, and opens its page. */
export async function openScene(
  browser: Browser,
  scene: Scene,
  options: BrowserContextOptions = {},
  prefix = '',
): Promise<ServedPages & Reader> {
  const served = await servePages(onTestFinished, scene, { prefix });
  const reader = await read(browser, `http://${served.address}${prefix}/`, options);
  onTestFinished(() => reader.page.context().close());
  return { ...served, ...reader };
}
