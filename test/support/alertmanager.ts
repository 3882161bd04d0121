import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventuallyTrue } from './eventually.ts';
import { ask } from './http.ts';
import { RunningProgram } from './program.ts';
import type { AtEnd } from './program.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** An alert that Alertmanager has, and whether others keep it from being sent. */
export interface HeldAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly isInhibited: boolean;
}

/** A real Alertmanager with its own configuration and storage, on a free port of 127.0.0.1. */
export class Alertmanager {
  readonly address: string;

  private constructor(address: string) {
    this.address = address;
  }

  /** Starts it and waits until it is ready; `config` is its alertmanager.yml, in JSON, which is YAML too. */
  static async start(atEnd: AtEnd, config: object): Promise<Alertmanager> {
    const folder = temporaryFolder(atEnd);
    const file = join(folder, 'alertmanager.yml');
    writeFileSync(file, JSON.stringify(config));
    const program = await RunningProgram.start(atEnd, [
      'prometheus-alertmanager',
      `--config.file=${file}`,
      `--storage.path=${join(folder, 'data')}`,
      '--web.listen-address=127.0.0.1:0',
      '--cluster.listen-address=',
    ]);
    const alertmanager = new Alertmanager(await program.listeningAddress());
    await eventuallyTrue(
      async () => (await ask(alertmanager.address, '/-/ready')).status === 200,
      () => `Alertmanager is not ready: ${program.stderr}`,
    );
    return alertmanager;
  }

  /** The alerts that fire now. */
  async alerts(): Promise<HeldAlert[]> {
    const { status, text } = await ask(this.address, '/api/v2/alerts');
    if (status !== 200) throw new Error(`Alertmanager answers with ${status}: ${text}`);
    const alerts = JSON.parse(text) as {
      labels: Record<string, string>;
      status: { inhibitedBy: string[] };
    }[];
    return alerts.map((alert) => ({
      labels: alert.labels,
      isInhibited: alert.status.inhibitedBy.length > 0,
    }));
  }
}
