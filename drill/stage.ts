import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { parse } from 'yaml';
import { AlertReceiver } from '../test/support/alert-receiver.ts';
import type { ReceivedAlert } from '../test/support/alert-receiver.ts';
import { Alertmanager } from '../test/support/alertmanager.ts';
import { Cleaner } from '../test/support/cleanup.ts';
import { eventuallyTrue } from '../test/support/eventually.ts';
import type { Exporter } from '../test/support/exporter.ts';
import { Namespace } from '../test/support/namespace.ts';
import type { NamespaceOptions } from '../test/support/namespace.ts';
import type { AtEnd } from '../test/support/program.ts';
import { Prometheus } from '../test/support/prometheus.ts';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { scaleAlertmanager } from './scaled-alertmanager.ts';
import type { AlertmanagerConfig } from './scaled-alertmanager.ts';
import { scaleDuration } from './scaled-duration.ts';
import { scaleRules } from './scaled-rules.ts';
import type { RuleGroups } from './scaled-rules.ts';

const ALERTS = fileURLToPath(new URL('../alerts/', import.meta.url));

/** How a stage is set up. */
export interface StageOptions {
  /** As written to the namespace's /proc/sys/kernel/sem: SEMMSL SEMMNS SEMOPM SEMMNI. */
  readonly limits: string;
  /** Time runs this much faster for Prometheus, its rules and Alertmanager; 1 leaves all as it is shipped. */
  readonly factor: number;
  /** Users that the machine does not have to know. */
  readonly users?: NamespaceOptions['users'];
  /** Called with each alert of each notification as it arrives. */
  readonly onAlert?: (alert: ReceivedAlert) => void;
}

/**
 * A monitored host on loopback: a private IPC namespace, an exporter with cleanup enabled, a Prometheus with the shipped rules, an
 * Alertmanager with the shipped routes, and the person who gets the alerts. Apaches are the play's own.
 */
export class Stage {
  readonly namespace: Namespace;
  readonly prometheus: Prometheus;
  readonly alertmanager: Alertmanager;
  readonly receiver: AlertReceiver;
  readonly factor: number;
  /** Cleanups that the exporter could not make at the time, which SysvsemCleanupFailing tells. */
  refusals = 0;
  readonly #ruleFile: string;
  readonly #prometheusReadyAt = performance.now();
  readonly #startCleaner: (flags: readonly string[]) => Promise<Cleaner>;
  #cleaner: Cleaner;

  private constructor(parts: {
    namespace: Namespace;
    prometheus: Prometheus;
    alertmanager: Alertmanager;
    receiver: AlertReceiver;
    factor: number;
    ruleFile: string;
    cleaner: Cleaner;
    startCleaner: (flags: readonly string[]) => Promise<Cleaner>;
  }) {
    this.namespace = parts.namespace;
    this.prometheus = parts.prometheus;
    this.alertmanager = parts.alertmanager;
    this.receiver = parts.receiver;
    this.factor = parts.factor;
    this.#ruleFile = parts.ruleFile;
    this.#cleaner = parts.cleaner;
    this.#startCleaner = parts.startCleaner;
  }

  /** Starts all of it, each part ready before the next one that needs it; the rules come with {@link watch}. */
  static async start(atEnd: AtEnd, { limits, factor, users = [], onAlert }: StageOptions): Promise<Stage> {
    const namespace = await Namespace.create(atEnd, { limits, users });
    const state = join(temporaryFolder(atEnd), 'ledger.json');
    const every = scaleDuration('15s', factor);
    const startCleaner = async (further: readonly string[]) =>
      Cleaner.start(atEnd, namespace, {
        flags: [
          '--collector.source=ipcs',
          `--collector.interval=${every}`,
          '--orphans.min-age=1s',
          `--state.file=${state}`,
          ...further,
        ],
      });
    const cleaner = await startCleaner([]);
    const receiver = await AlertReceiver.start(atEnd, onAlert);
    const alertmanager = await Alertmanager.start(
      atEnd,
      scaleAlertmanager(shipped('alertmanager.example.yml') as AlertmanagerConfig, factor, receiver.url),
    );
    const ruleFile = join(temporaryFolder(atEnd), 'sysvsem.rules.yml');
    writeFileSync(ruleFile, '{}');
    const prometheus = await Prometheus.start(
      atEnd,
      {
        global: { scrape_interval: every, scrape_timeout: every, evaluation_interval: every },
        rule_files: [ruleFile],
        alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager.address] }] }] },
        scrape_configs: [{ job_name: 'sysvsem', static_configs: [{ targets: [cleaner.exporter.address] }] }],
      },
      [
        `--rules.alert.resend-delay=${scaleDuration('1m', factor)}`,
        `--query.lookback-delta=${scaleDuration('5m', factor)}`,
      ],
    );
    // Whoever starts between the same two collections as an Apache may know its sets, and holds them as long as it lives.
    await cleaner.exporter.nextCollection();
    return new Stage({
      namespace,
      prometheus,
      alertmanager,
      receiver,
      factor,
      ruleFile,
      cleaner,
      startCleaner,
    });
  }

  /** The exporter that runs now, with its token and its audit file. */
  get cleaner(): Cleaner {
    return this.#cleaner;
  }

  /** The exporter that runs now. */
  get exporter(): Exporter {
    return this.#cleaner.exporter;
  }

  /**
   * Gives Prometheus the rules, and waits until it scrapes and has an Alertmanager. It looks for both only every five seconds from
   * its start on, minutes of the rules' time in which SysvsemExporterDown would rightly fire, and forgets its Alertmanagers when
   * it reads its rules: so it gets them right before it looks.
   */
  async watch(): Promise<void> {
    await eventuallyTrue(
      () => performance.now() >= this.#prometheusReadyAt + 3_500,
      () => 'the clock stands still',
    );
    const rules = scaleRules(shipped('sysvsem.rules.yml') as RuleGroups, this.factor);
    writeFileSync(this.#ruleFile, JSON.stringify(rules));
    await this.prometheus.reload();
    await eventuallyTrue(
      async () =>
        (await this.prometheus.alertmanagers()) > 0 &&
        (await this.prometheus.query('up{job="sysvsem"} == 1')).length > 0,
      () => 'Prometheus finds no exporter or no Alertmanager',
    );
  }

  /**
   * Lets so many minutes of the rules' time pass: by the clock, in the exporter's collections and in evaluations of the rules. A
   * busy machine, where these are late, so has more time between two crashes too.
   */
  async pass(minutes: number): Promise<void> {
    const end = performance.now() + (minutes * 60_000) / this.factor;
    const due = (await this.#steps()).map((steps) => steps + minutes * 4);
    await eventuallyTrue(
      async () =>
        performance.now() >= end && (await this.#steps()).every((steps, at) => steps >= (due[at] ?? 0)),
      () => `the exporter or Prometheus stands still: ${this.exporter.program.stderr}`,
      { timeout: 120_000 },
    );
  }

  async #steps(): Promise<number[]> {
    return [
      (await this.exporter.scrape()).value('sysvsem_collections_total') ?? 0,
      await this.prometheus.evaluations('sysvsem-usage'),
    ];
  }

  /** Stops the exporter in good order and starts it again at the same address, with the ledger it left. */
  async restartExporter(): Promise<void> {
    const { address } = this.exporter;
    await this.exporter.stop();
    this.#cleaner = await this.#startCleaner([`--web.listen-address=${address}`]);
  }
}

function shipped(file: string): unknown {
  return parse(readFileSync(join(ALERTS, file), 'utf8'));
}
