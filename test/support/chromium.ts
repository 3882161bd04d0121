import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { AtEnd } from './program.ts';
import { pathOf } from './requirements.ts';

/** Debian's Chromium without a screen, without sandbox (the tests run as root) and without calls home. */
export async function startChromium(atEnd: AtEnd): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: pathOf('chromium') ?? 'chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  atEnd(() => browser.close());
  return browser;
}

/** A page that a reader sees, and what went wrong in it: scripts, and whatever the policy stopped. */
export interface Reader {
  readonly page: Page;
  readonly complaints: readonly string[];
}

/** Opens an address in a window of its own; its timers run only as `page.clock` lets them. */
export async function read(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Reader> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.clock.install();
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(url);
  return { page, complaints };
}
