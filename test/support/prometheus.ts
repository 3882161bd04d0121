import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
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

  private constructor(address: string) {
    this.address = address;
  }

  /** Starts it and waits until it is ready; `config` is its prometheus.yml, in JSON, which is YAML too. */
  static async start(atEnd: AtEnd, config: object): Promise<Prometheus> {
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
    ]);
    const prometheus = new Prometheus(await program.listeningAddress());
    await vi.waitFor(async () => {
      expect((await ask(prometheus.address, '/-/ready')).status).toBe(200);
    }, 20_000);
    return prometheus;
  }

  /** The instant vector of a PromQL expression. */
  async query(expression: string): Promise<VectorElement[]> {
    const answer = (await this.#api(`query?query=${encodeURIComponent(expression)}`)) as {
      data: { result: { metric: Record<string, string>; value: [number, string] }[] };
    };
    return answer.data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
  }

  /** The targets it scrapes and how the last scrape went. */
  async targets(): Promise<{ health: string; lastError: string; labels: Labels }[]> {
    const answer = (await this.#api('targets')) as {
      data: { activeTargets: { health: string; lastError: string; labels: Record<string, string> }[] };
    };
    return answer.data.activeTargets;
  }

  async #api(path: string): Promise<unknown> {
    const { status, text } = await ask(this.address, `/api/v1/${path}`);
    expect(status, text).toBe(200);
    return JSON.parse(text);
  }
}
