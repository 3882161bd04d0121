import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { RULE_FILE } from '../alerts/rule-file.ts';
import { Apache } from '../support/apache.ts';
import { APACHE_SETS } from '../support/apache-config.ts';
import { Exporter } from '../support/exporter.ts';
import { ask } from '../support/http.ts';
import { Namespace } from '../support/namespace.ts';
import { needs } from '../support/needs.ts';
import { Prometheus } from '../support/prometheus.ts';
import { scaleRules } from '../../drill/scaled-rules.ts';
import { changeSets, createSets } from '../support/sets.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { describe, it } = needs('namespaces', 'nsenter', 'setpriv', 'ipcs', 'prometheus', 'apache2');

/** Time runs this much faster, so that the 15 s of an evaluation are half a second. */
const FACTOR = 30;
const PATIENCE = { timeout: 30_000, interval: 200 };

interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: string;
}

describe('the rules in a real Prometheus', () => {
  it('warn of a start of Apache at risk while it still serves, and no longer once sets are free again', async () => {
    const namespace = await Namespace.create(onTestFinished, { limits: '250 32000 32 64' });
    const exporter = await Exporter.start(onTestFinished, {
      namespace,
      flags: ['--collector.interval=500ms'],
    });
    const apache = await Apache.run(onTestFinished, namespace);
    await exporter.until(
      (metrics) => metrics.value('sysvsem_start_demand_sets') === APACHE_SETS.prefork,
      30_000,
    );
    const prometheus = await startPrometheus(exporter.address);
    const atRisk = async () => startAtRisk(prometheus);
    await expect
      .poll(() => prometheus.query('instance_limit:sysvsem_starts_free:last5m{limit="SEMMNI"}'), PATIENCE)
      .toMatchObject([{ value: (64 - APACHE_SETS.prefork) / APACHE_SETS.prefork }]);
    expect(await atRisk()).toEqual({});

    await createSets(namespace, { uid: 54_321, mode: 0o666, count: 45 });
    await expect.poll(async () => Object.keys(await atRisk()), PATIENCE).toEqual(['warning']);
    expect(await apache.isServing()).toBe(true);
    expect((await atRisk())['warning']?.annotations['description']).toBe(
      `On ${exporter.address} what is free is 14 sets (SEMMNI) and 31950 semaphores (SEMMNS). ` +
        'A start of apache as www-data needs 5 of each. Most sets belong to 54321: 45. ' +
        'Free what has leaked before Apache is restarted or reloaded, or started where it is down.',
    );

    await createSets(namespace, { uid: 54_321, mode: 0o666, count: 10 });
    await expect
      .poll(async () => Object.keys(await atRisk()).sort(), PATIENCE)
      .toEqual(['critical', 'warning']);
    expect(await apache.isServing()).toBe(true);
    const { runbook_url: runbook = '' } = (await atRisk())['critical']?.annotations ?? {};
    const { host, pathname } = new URL(runbook);
    expect(await ask(host, pathname)).toMatchObject({ status: 200 });

    await apache.crash();
    await expect
      .poll(() => prometheus.query('sysvsem_owner_sets{owner="www-data",state="in_use"} == 0'), PATIENCE)
      .toHaveLength(1);
    expect(Object.keys(await atRisk()).sort()).toEqual(['critical', 'warning']);

    const rows = await namespace.kernelSets();
    await changeSets(namespace, { remove: rows.map(({ semid }) => semid) });
    await expect.poll(atRisk, PATIENCE).toEqual({});
    await apache.start();
  }, 120_000);
});

async function startPrometheus(target: string): Promise<Prometheus> {
  const file = join(temporaryFolder(onTestFinished), 'sysvsem.rules.yml');
  const rules = scaleRules(
    parse(readFileSync(RULE_FILE, 'utf8')) as Parameters<typeof scaleRules>[0],
    FACTOR,
  );
  writeFileSync(file, JSON.stringify(rules));
  const every = `${15_000 / FACTOR}ms`;
  return Prometheus.start(onTestFinished, {
    global: { scrape_interval: every, scrape_timeout: every, evaluation_interval: every },
    rule_files: [file],
    scrape_configs: [{ job_name: 'sysvsem', static_configs: [{ targets: [target] }] }],
  });
}

/** The firing alerts on starts of Apache, by severity. */
async function startAtRisk({ address }: Prometheus): Promise<Readonly<Record<string, Alert>>> {
  const { text } = await ask(address, '/api/v1/alerts');
  const { data } = JSON.parse(text) as { data: { alerts: readonly Alert[] } };
  const firing = data.alerts.filter(
    ({ labels, state }) => labels['alertname'] === 'SysvsemApacheStartAtRisk' && state === 'firing',
  );
  return Object.fromEntries(firing.map((alert) => [alert.labels['severity'] ?? '', alert]));
}
