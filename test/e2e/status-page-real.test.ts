import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { beforeAll, expect, onTestFinished } from 'vitest';
import { Apache } from '../support/apache.ts';
import { read, startChromium } from '../support/chromium.ts';
import { Exporter, MAIN } from '../support/exporter.ts';
import { kernelTruth } from '../support/kernel-truth.ts';
import { Namespace } from '../support/namespace.ts';
import { needs } from '../support/needs.ts';
import { RunningProgram } from '../support/program.ts';
import { createSets } from '../support/sets.ts';
import { suiteEnd } from '../support/suite-end.ts';
import { barriers, DESK } from './status-page-scenes.ts';

const { describe, it } = needs('chromium', 'apache2', 'namespaces', 'nsenter', 'setpriv');

const LIMITS = '250 32000 32 128';
const FLAGS = ['--collector.interval=500ms', '--orphans.min-age=1s'];
const RUNBOOKS = fileURLToPath(new URL('../../docs/runbooks', import.meta.url));

describe('the page of the real exporter in Chromium', () => {
  const atEnd = suiteEnd();
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium(atEnd);
  });

  /** Opens the page at an address. */
  async function open(address: string, path = '/') {
    const reader = await read(browser, `http://${address}${path}`, { viewport: DESK });
    onTestFinished(() => reader.page.context().close());
    return reader;
  }

  it('shows what the kernel says, and the orphans of an Apache that crashed', async () => {
    const namespace = await Namespace.create(onTestFinished, { limits: LIMITS });
    const exporter = await Exporter.start(onTestFinished, { namespace, flags: FLAGS });
    const apache = await Apache.run(onTestFinished, namespace);
    await createSets(namespace, { uid: 1, key: 0x1234, semaphores: 3 });
    await exporter.until((metrics) => (metrics.value('sysvsem_start_demand_sets') ?? 0) > 0);
    await exporter.nextCollection();
    const before = await open(exporter.address);
    await expectKernelNumbers(before.page, namespace);
    // The namespace is the test's own, which the page says first.
    expect(await before.page.locator('h1').innerText()).toBe('These are not the host’s semaphores');
    expect(await textOf(before.page, '.tiles')).toMatch(/\d+ of apache \(www-data\)/);
    expect(await textOf(before.page, '#orphans + div')).toBe('None is proven.');

    const ofApache = (await kernelTruth(namespace)).sets.filter(({ key }) => key === 0);
    await apache.crash();
    await exporter.until(
      (metrics) =>
        metrics.value('sysvsem_owner_sets', { owner: 'www-data', state: 'orphaned' }) === ofApache.length,
    );
    const { page, complaints } = await open(exporter.address);
    await expectKernelNumbers(page, namespace);
    expect(await textOf(page, '.tiles')).toContain(`${ofApache.length} proven`);
    const rows = await page.locator('#orphans + div tbody th').allInnerTexts();
    expect(rows.map(Number).sort(ascending)).toEqual(ofApache.map(({ semid }) => semid).sort(ascending));
    const evidence = await page.locator('#orphans + div td.evidence').allInnerTexts();
    for (const sentence of evidence)
      expect(sentence).toMatch(/^Every process that could know it has been dead since /);
    expect(await textOf(page, 'main')).toContain('sysvsem-exporter list --state orphaned');
    expect(await barriers(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('says what limits proof where the exporter has no privileges', async () => {
    const namespace = await Namespace.create(onTestFinished, { limits: LIMITS });
    await createSets(namespace, { giveTo: { uid: 33, gid: 33 }, count: 5 });
    const powerless = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--bounding-set=-all'];
    const program = await RunningProgram.start(
      onTestFinished,
      namespace.command(...powerless, process.execPath, MAIN, '--web.listen-address=127.0.0.1:0', ...FLAGS),
    );
    const { page, complaints } = await open(await program.listeningAddress());
    await expect.poll(() => textOf(page, '.tiles')).toContain('5 of 128');
    await expectKernelNumbers(page, namespace);
    const main = await textOf(page, 'main');
    for (const capability of ['CAP_SYS_PTRACE', 'CAP_DAC_READ_SEARCH', 'CAP_IPC_OWNER'])
      expect(main).toContain(capability);
    expect(main).not.toMatch(/[1-9]\d* proven/);
    expect(await textOf(page, '#owners + div')).toMatch(/www-data/);
    expect(complaints).toEqual([]);
  });

  it('has every runbook that is shipped at /runbooks/', async () => {
    const { address } = await Exporter.start(onTestFinished, { flags: ['--collector.source=procfs'] });
    const { page, complaints } = await open(address);
    await page.getByRole('link', { name: 'Runbooks' }).click();
    expect(page.url()).toBe(`http://${address}/runbooks/`);
    expect(await page.locator('h1').innerText()).toBe('Runbooks');
    const names = shippedRunbooks();
    expect(await page.locator('dt a').allInnerTexts()).toEqual(names);
    for (const name of names) {
      await page.goto(`http://${address}/runbooks/${name}`);
      expect(await page.locator('article h1').innerText()).toContain(name);
      expect(await barriers(page)).toEqual([]);
    }
    expect((await page.goto(`http://${address}/runbooks/NoSuchAlert`))?.status()).toBe(404);
    expect(await page.locator('h1').innerText()).toBe('No such runbook');
    expect(complaints.filter((complaint) => !complaint.includes('404'))).toEqual([]);
  });
});

/** Expects the numbers of the tiles and of each owner to be the kernel's own. */
async function expectKernelNumbers(page: Page, namespace: Namespace): Promise<void> {
  const { sets, limits, owners } = await kernelTruth(namespace);
  const semaphores = owners.reduce((total, owner) => total + owner.semaphores, 0);
  const tiles = await textOf(page, '.tiles');
  expect(tiles).toContain(`${sets.length} of ${limits[3] ?? ''}`);
  expect(tiles).toContain(`${semaphores} of 32,000`);
  const rows = await page.locator('#owners + div tbody tr').all();
  const shown = await Promise.all(
    rows.map(async (row) => ({
      owner: await row.locator('bdi').innerText(),
      sets: Number(await row.locator('td[data-name="Sets"]').innerText()),
      semaphores: Number(await row.locator('td[data-name="Semaphores"]').innerText()),
    })),
  );
  expect(shown.sort(byOwner)).toEqual(
    owners
      .map(({ owner, sets: own, semaphores: all }) => ({ owner, sets: own, semaphores: all }))
      .sort(byOwner),
  );
}

async function textOf(page: Page, place: string): Promise<string> {
  return (await page.locator(place).innerText()).replaceAll(/\s+/g, ' ');
}

/** Alerts that docs/runbooks has a page for. */
function shippedRunbooks(): string[] {
  try {
    return readdirSync(RUNBOOKS)
      .filter((name) => name.endsWith('.md') && name !== 'README.md')
      .map((name) => name.slice(0, -'.md'.length))
      .sort();
  } catch {
    return [];
  }
}

const ascending = (a: number, b: number): number => a - b;
const byOwner = (a: { owner: string }, b: { owner: string }): number => a.owner.localeCompare(b.owner);
