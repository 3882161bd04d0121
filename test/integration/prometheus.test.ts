import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { Exporter } from '../support/exporter.ts';
import { ask } from '../support/http.ts';
import { kernelTruth } from '../support/kernel-truth.ts';
import { Namespace } from '../support/namespace.ts';
import { needs } from '../support/needs.ts';
import { Prometheus } from '../support/prometheus.ts';
import { changeSets, createSets } from '../support/sets.ts';

const { describe, it } = needs('namespaces', 'nsenter', 'setpriv', 'ipcs', 'prometheus');

const USERS = [{ name: 'webservice "front\\end"', uid: 4301 }];
const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
const OPENMETRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

describe('a real Prometheus', () => {
  it('scrapes it, as OpenMetrics and as text, and its queries tell what the kernel says', async () => {
    const namespace = await Namespace.create(onTestFinished, { limits: '250 32000 32 128', users: USERS });
    await createSets(
      namespace,
      { uid: 0 },
      { uid: 4301, semaphores: 3, count: 5 },
      { uid: 54_321, count: 2 },
    );
    const exporter = await Exporter.start(onTestFinished, {
      namespace,
      flags: ['--collector.interval=500ms'],
    });
    const asOpenMetrics = await proxy(exporter.address);
    const asText = await proxy(exporter.address, TEXT);
    const prometheus = await Prometheus.start(onTestFinished, {
      global: { scrape_interval: '1s', scrape_timeout: '1s' },
      scrape_configs: [
        { job_name: 'sysvsem', static_configs: [{ targets: [asOpenMetrics.address] }] },
        { job_name: 'sysvsem-text', static_configs: [{ targets: [asText.address] }] },
      ],
    });

    for (const job of ['sysvsem', 'sysvsem-text'])
      await expectQueriesTellTheTruth(prometheus, job, namespace);

    await namespace.setLimits('250 32000 32 64');
    await changeSets(namespace, { create: [{ uid: 4301, count: 20 }], remove: [0] });
    for (const job of ['sysvsem', 'sysvsem-text'])
      await expectQueriesTellTheTruth(prometheus, job, namespace);

    expect(await prometheus.targets()).toMatchObject([
      { health: 'up', lastError: '' },
      { health: 'up', lastError: '' },
    ]);
    expect(asOpenMetrics.contentTypes()).toEqual([OPENMETRICS]);
    expect(asText.contentTypes()).toEqual([TEXT]);

    await exporter.stop();
    await expect
      .poll(() => prometheus.query('up{job="sysvsem"}'), { timeout: 10_000 })
      .toMatchObject([{ value: 0 }]);
  });
});

async function expectQueriesTellTheTruth(
  prometheus: Prometheus,
  job: string,
  namespace: Namespace,
): Promise<void> {
  const { sets, limits, owners } = await kernelTruth(namespace);
  const value = async (expression: string) =>
    (await prometheus.query(expression)).map((element) => element.value);
  const told = async () => ({
    up: await value(`sysvsem_up{job="${job}"}`),
    sets: await value(`sysvsem_sets{job="${job}"}`),
    ratio: await value(`sysvsem_sets{job="${job}"} / sysvsem_sets_limit{job="${job}"}`),
    semaphores: await value(`sum(sysvsem_owner_semaphores{job="${job}"})`),
    failures: await value(`sum(sysvsem_collection_failures_total{job="${job}"})`),
    owners: (await prometheus.query(`sum by (owner, uid) (sysvsem_owner_sets{job="${job}"})`))
      .map(({ labels, value: count }) => ({ ...labels, sets: count }))
      .sort((a, b) => b.sets - a.sets),
  });
  const truth = {
    up: [1],
    sets: [sets.length],
    ratio: [sets.length / (limits[3] ?? 0)],
    semaphores: [sets.reduce((sum, { nsems }) => sum + nsems, 0)],
    failures: [0],
    owners: owners
      .map(({ owner, uid, sets: count }) => ({ owner, uid: String(uid), sets: count }))
      .sort((a, b) => b.sets - a.sets),
  };
  await expect.poll(told, { timeout: 15_000, interval: 200 }).toEqual(truth);
}

/** Stands before an exporter, notes what content types it answers, and can ask it for another one than the client does. */
async function proxy(
  exporter: string,
  accept?: string,
): Promise<{ address: string; contentTypes: () => string[] }> {
  const contentTypes = new Set<string>();
  const server = createServer((request, response) => {
    const headers = { accept: accept ?? request.headers.accept ?? '' };
    ask(exporter, request.url ?? '', { headers }).then(
      (answer) => {
        const contentType = answer.headers['content-type'] ?? '';
        contentTypes.add(contentType);
        response.writeHead(answer.status, { 'content-type': contentType }).end(answer.body);
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    contentTypes: () => [...contentTypes],
  };
}
