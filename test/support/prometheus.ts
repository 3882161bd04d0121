import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventuallyTrue } from './eventually.ts';
import { Exposition } from './exposition.ts';
import type { Labels } from './exposition.ts';
import { ask } from './http.ts';
import { RunningProgram } from './program.ts';
import type { AtEnd } from './program.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** One element of an instant vector. */
export interface VectorElement {
  readonly labels: Labels;
  readonly value: number;
}

/** A real Prometheus with its own configuration and storage, on a free port of 127.0.0.1. */
export class Prometheus {
  readonly address: string;
  readonly #program: RunningProgram;

  private constructor(address: string, program: RunningProgram) {
    this.address = address;
    this.#program = program;
  }

  /** Starts it and waits until it is ready; `config` is its prometheus.yml, in JSON, which is YAML too. */
  static async start(atEnd: AtEnd, config: object, flags: readonly string[] = []): Promise<Prometheus> {
    const folder = temporaryFolder(atEnd);
    const file = join(folder, 'prometheus.yml');
    const consoles = join(folder, 'consoles');
    writeFileSync(file, JSON.stringify(config));
    mkdirSync(consoles);
    const program = await RunningProgram.start(atEnd, [
      'prometheus',
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      '--web.listen-address=127.0.0.1:0',
      `--web.console.libraries=${consoles}`,
      `--web.console.templates=${consoles}`,
      ...flags,
    ]);
    const prometheus = new Prometheus(await program.listeningAddress(), program);
    await eventuallyTrue(
      async () => (await ask(prometheus.address, '/-/ready')).status === 200,
      () => `Prometheus is not ready: ${program.stderr}`,
    );
    return prometheus;
  }

  /** The instant vector of a PromQL expression. */
  async query(expression: string): Promise<VectorElement[]> {
    const answer = (await this.#api(`query?query=${encodeURIComponent(expression)}`)) as {
      data: { result: { metric: Record<string, string>; value: [number, string] }[] };
    };
    return answer.data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
  }

  /** How often it has evaluated a group of rules; evaluations that it missed do not count. */
  async evaluations(group: string): Promise<number> {
    const metrics = Exposition.parse((await ask(this.address, '/metrics')).text);
    const count = (what: string) =>
      metrics
        .all(`prometheus_rule_group_${what}_total`)
        .filter(({ labels }) => labels['rule_group']?.endsWith(`;${group}`))
        .reduce((sum, { value }) => sum + value, 0);
    return count('iterations') - count('iterations_missed');
  }

  /** The targets it scrapes and how the last scrape went. */
  async targets(): Promise<{ health: string; lastError: string; labels: Labels }[]> {
    const answer = (await this.#api('targets')) as {
      data: { activeTargets: { health: string; lastError: string; labels: Record<string, string> }[] };
    };
    return answer.data.activeTargets;
  }

  /** Has it read its configuration and its rules again. */
  async reload(): Promise<void> {
    const loads = () => this.#program.stderr.split('Completed loading of configuration file').length;
    const before = loads();
    this.#program.signal('SIGHUP');
    await eventuallyTrue(
      () => loads() > before,
      () => `Prometheus does not reload: ${this.#program.stderr}`,
    );
  }

  /** How many Alertmanagers it sends alerts to. */
  async alertmanagers(): Promise<number> {
    const answer = (await this.#api('alertmanagers')) as { data: { activeAlertmanagers: unknown[] } };
    return answer.data.activeAlertmanagers.length;
  }

  async #api(path: string): Promise<unknown> {
    const { status, text } = await ask(this.address, `/api/v1/${path}`);
    if (status !== 200) throw new Error(`Prometheus answers ${path} with ${status}: ${text}`);
    return JSON.parse(text);
  }
}
