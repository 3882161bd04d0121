import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { scaleRules } from '../../drill/scaled-rules.ts';
import type { RuleGroups } from '../../drill/scaled-rules.ts';
import { RULE_FILE } from '../alerts/rule-file.ts';
import { Apache } from '../support/apache.ts';
import { APACHE_SETS } from '../support/apache-config.ts';
import { Cleaner, TOKEN } from '../support/cleanup.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { Exporter } from '../support/exporter.ts';
import { Namespace } from '../support/namespace.ts';
import type { AtEnd } from '../support/program.ts';
import { Prometheus } from '../support/prometheus.ts';
import { ReplaceableIpcs } from '../support/replaceable-ipcs.ts';
import { createSets } from '../support/sets.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The rules' time runs this much faster: an hour, which trends take, is half a minute. */
export const FACTOR = 120;

/** Milliseconds between two scrapes, collections and evaluations of the rules. */
export const EVERY = 500;

/** Semaphore sets in all, SEMMNI. */
const LIMIT = 64;

/** What panels have to say. */
export interface Truth {
  /** Sets that can still be made. */
  readonly free: number;
  /** Starts of Apache that these are enough for. */
  readonly starts: number;
  readonly orphans: number;
}

const PATIENCE = { timeout: 60_000, interval: 200 };

/**
 * A host whose Apache leaks, and two more exporters beside its own: one that will fail to collect, and one that cannot prove and will be
 * stopped. A real Prometheus with the shipped rules scrapes all three.
 */
export class Incident {
  readonly prometheus: Prometheus;
  /** Seconds since the epoch. */
  readonly startedAt: number;
  readonly #namespace: Namespace;
  readonly #cleaner: Cleaner;
  readonly #failing: Exporter;
  readonly #ipcs: ReplaceableIpcs;
  readonly #stopping: Exporter;
  readonly #apache: Apache;

  private constructor(parts: {
    prometheus: Prometheus;
    namespace: Namespace;
    cleaner: Cleaner;
    failing: Exporter;
    ipcs: ReplaceableIpcs;
    stopping: Exporter;
    apache: Apache;
  }) {
    this.prometheus = parts.prometheus;
    this.#namespace = parts.namespace;
    this.#cleaner = parts.cleaner;
    this.#failing = parts.failing;
    this.#ipcs = parts.ipcs;
    this.#stopping = parts.stopping;
    this.#apache = parts.apache;
    this.startedAt = Date.now() / 1000;
  }

  /** Starts all of it, with an Apache that serves. */
  static async begin(atEnd: AtEnd): Promise<Incident> {
    const namespace = await Namespace.create(atEnd, { limits: `250 32000 32 ${LIMIT}` });
    const interval = `--collector.interval=${EVERY}ms`;
    const ipcs = new ReplaceableIpcs(atEnd);
    const [cleaner, failing, stopping] = await Promise.all([
      Cleaner.start(atEnd, namespace, { flags: [interval, '--cleanup.allow-owner=54321'] }),
      Exporter.start(atEnd, { namespace, flags: [interval, `--collector.ipcs-path=${ipcs.path}`] }),
      Exporter.start(atEnd, {
        namespace,
        flags: [interval, '--collector.source=procfs'],
        through: ['setpriv', '--bounding-set=-sys_ptrace', '--inh-caps=-sys_ptrace'],
      }),
    ]);
    const targets = [cleaner.exporter, failing, stopping].map(({ address }) => address);
    const prometheus = await startPrometheus(atEnd, targets);
    const apache = await Apache.run(atEnd, namespace);
    const incident = new Incident({ prometheus, namespace, cleaner, failing, ipcs, stopping, apache });
    await incident.until(`sysvsem_start_demand_sets{instance="${incident.instances.host}"}`, 1);
    await incident.until('up == 1', 3);
    return incident;
  }

  /** The host with the Apache, the exporter that will fail, and the one that will be stopped. */
  get instances(): { readonly host: string; readonly failing: string; readonly stopping: string } {
    return {
      host: this.#cleaner.exporter.address,
      failing: this.#failing.address,
      stopping: this.#stopping.address,
    };
  }

  /** Apache is killed and started until no start is left; some orphans are removed, and requests are refused. */
  async leak(): Promise<void> {
    const { host } = this.instances;
    // More owners than a graph has room for, and one that has most.
    const others = Array.from({ length: 9 }, (_, at) => ({ uid: 60_000 + at, mode: 0o666 }));
    await createSets(this.#namespace, ...others, { uid: 54_321, mode: 0o666, count: 26 });
    await this.refuse();
    for (let used = await this.#used(); used < LIMIT - 8; used = await this.#used()) {
      await this.#cleaner.exporter.nextCollection();
      await this.#cleaner.exporter.nextCollection();
      await this.#apache.crash();
      await this.#apache.start();
    }
    await this.until(`sysvsem_owner_sets{instance="${host}",state="orphaned"} > 1`, 1);
    await this.until('ALERTS{alertstate="firing",severity="critical"}', 1);
    // Trends are shown from an hour on.
    await this.until(`sysvsem_sets{instance="${host}"} offset ${3_600_000 / FACTOR}ms`, 1);
    await this.#cleaner.ask({ dryRun: true });
    const { removed } = await this.#cleaner.ask({ dryRun: false, maxSets: 1 });
    if (removed.length !== 1) throw new Error('the cleanup has removed nothing');
    await this.until(`sysvsem_cleanup_last_success_timestamp_seconds{instance="${host}"} > 0`, 1);
    await this.#moreScrapes();
  }

  /** What is so on the host, asked of the kernel and of the exporter's API. */
  async truth(): Promise<Truth> {
    const sets = await this.#used();
    const { text } = await this.#cleaner.exporter.ask('/api/v1/sets?state=orphaned');
    const orphans = (JSON.parse(text) as { sets: readonly unknown[] }).sets.length;
    const free = LIMIT - sets;
    return { free, starts: Math.floor(free / APACHE_SETS.prefork), orphans };
  }

  /** Requests for a cleanup without a token, and for an owner that is not allowed. */
  async refuse(): Promise<void> {
    const wrong = await this.#cleaner.ask({ dryRun: true }, { authorization: `Bearer not-${TOKEN}` });
    const refused = await this.#cleaner.ask({ dryRun: true, owners: ['root'] });
    if (wrong.status !== 401 || refused.status !== 403) throw new Error('the requests are not refused');
  }

  /** One exporter can no longer collect, another is stopped; alerts say so. */
  async outage(): Promise<void> {
    this.#ipcs.become('/bin/false');
    await this.#stopping.stop();
    const { failing, stopping } = this.instances;
    await this.until(`sysvsem_up{instance="${failing}"} == 0`, 1);
    await this.until(`up{instance="${stopping}"} == 0`, 1);
    await this.until('ALERTS{alertname="SysvsemExporterDown",alertstate="firing"}', 1);
    await this.#moreScrapes();
  }

  /** Waits until an expression has so many series. */
  async until(expr: string, series: number): Promise<void> {
    await eventuallyTrue(
      async () => (await this.prometheus.query(expr)).length >= series,
      () => `it has not ${series} series: ${expr}`,
      PATIENCE,
    );
  }

  /** Enough scrapes for a rate over what was just counted. */
  async #moreScrapes(): Promise<void> {
    const scrapes = `count_over_time(up{instance="${this.instances.host}"}[${Math.ceil((Date.now() / 1000 - this.startedAt) * 1000) + EVERY}ms])`;
    const count = async () => (await this.prometheus.query(scrapes))[0]?.value ?? 0;
    const before = await count();
    await eventuallyTrue(
      async () => (await count()) >= before + 4,
      () => 'Prometheus does not scrape',
      PATIENCE,
    );
  }

  async #used(): Promise<number> {
    return (await this.#namespace.kernelSets()).length;
  }
}

async function startPrometheus(atEnd: AtEnd, targets: readonly string[]): Promise<Prometheus> {
  const file = join(temporaryFolder(atEnd), 'sysvsem.rules.yml');
  const rules = scaleRules(parse(readFileSync(RULE_FILE, 'utf8')) as RuleGroups, FACTOR);
  writeFileSync(file, JSON.stringify(rules));
  const every = `${EVERY}ms`;
  return Prometheus.start(atEnd, {
    global: { scrape_interval: every, scrape_timeout: every, evaluation_interval: every },
    rule_files: [file],
    scrape_configs: [{ job_name: 'sysvsem', static_configs: [{ targets }] }],
  });
}
