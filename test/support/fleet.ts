import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { eventually, eventuallyTrue } from './eventually.ts';
import type { Labels } from './exposition.ts';
import { ask } from './http.ts';
import { RunningProgram, run } from './program.ts';
import type { AtEnd } from './program.ts';
import { temporaryFolder } from './temporary-folder.ts';

const FLEET = join(import.meta.dirname, 'programs', 'fleet.mjs');

/** How often the rules are evaluated, in seconds. */
const INTERVAL = 2;

/** Prometheus has many blocks to open, and many rules to evaluate. */
const PATIENCE = { timeout: 60_000 };

/** What a fleet is made of. */
export interface FleetOptions {
  /** Each twenty are in all the situations of fleet-situations.mjs. */
  readonly hosts: number;
  /** The label `rack` parts the hosts into so many equal parts, each with all situations. */
  readonly racks: number;
  /** Seconds between two samples of a series. */
  readonly step: number;
}

/** A rule as Prometheus' API tells of it. */
export interface ToldRule {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
  readonly alerts?: readonly { readonly labels: Labels; readonly state: string }[];
}

interface ToldGroup {
  readonly name: string;
  readonly lastEvaluation: string;
  readonly rules: readonly ToldRule[];
}

interface RuleFile {
  readonly groups: readonly { readonly rules: readonly { readonly alert?: string }[] }[];
}

/** A real Prometheus that has the series of a simulated fleet in its storage, and evaluates rules over them. */
export class Fleet {
  readonly targets: readonly Labels[];
  /** The labels of every alert that the fleet's situations raise, as far as these tell them apart. */
  readonly alerts: readonly Labels[];
  readonly #address: string;

  private constructor(address: string, { targets, alerts }: Pick<Fleet, 'targets' | 'alerts'>) {
    this.#address = address;
    this.targets = targets;
    this.alerts = alerts;
  }

  /**
   * Makes the series and starts Prometheus with these rules. They are evaluated every two seconds, and `for` is 0, so that
   * an alert fires with the first evaluation; expressions and annotations are as they stand.
   */
  static async start(atEnd: AtEnd, ruleFile: string, options: FleetOptions): Promise<Fleet> {
    const folder = temporaryFolder(atEnd);
    const storage = join(folder, 'data');
    const consoles = join(folder, 'consoles');
    const config = join(folder, 'prometheus.json');
    for (const made of [storage, consoles]) mkdirSync(made);
    const asked = JSON.stringify({ ...options, rules: ruleFile, storage });
    const { code, stdout, stderr } = await run(atEnd, [process.execPath, FLEET, asked]);
    if (code !== 0) throw new Error(`there is no fleet: ${stderr}`);

    const rules = join(folder, 'rules.json');
    writeFileSync(rules, JSON.stringify(atOnce(parse(readFileSync(ruleFile, 'utf8')) as RuleFile)));
    const global = { evaluation_interval: `${INTERVAL}s` };
    writeFileSync(config, JSON.stringify({ global, rule_files: [rules] }));
    const program = await RunningProgram.start(atEnd, [
      'prometheus',
      `--config.file=${config}`,
      `--storage.tsdb.path=${storage}`,
      '--web.listen-address=127.0.0.1:0',
      `--web.console.libraries=${consoles}`,
      `--web.console.templates=${consoles}`,
    ]);
    const address = await program.listeningAddress();
    await eventuallyTrue(
      async () => (await ask(address, '/-/ready')).status === 200,
      () => `Prometheus is not ready: ${program.stderr}`,
      PATIENCE,
    );
    return new Fleet(address, JSON.parse(stdout) as Pick<Fleet, 'targets' | 'alerts'>);
  }

  /** All rules, and how their last evaluation went. */
  async rules(): Promise<readonly ToldRule[]> {
    return (await this.#groups()).flatMap((group) => group.rules);
  }

  /** Waits until every rule has been evaluated anew; a time in seconds up to which all that they record is stored. */
  async evaluated(): Promise<number> {
    const now = Date.now();
    await eventually(async () => {
      for (const { name, lastEvaluation } of await this.#groups())
        if (Date.parse(lastEvaluation) <= now) throw new Error(`${name} is not evaluated`);
    }, PATIENCE);
    return now / 1000;
  }

  /** How many samples a query reads from the storage, and how many it holds at once at most. */
  async cost(expression: string, time: number): Promise<{ read: number; held: number }> {
    const query = new URLSearchParams({ query: expression, time: String(time), stats: 'all' });
    const { stats } = (await this.#api(`query?${query.toString()}`)) as {
      stats: { samples: { totalQueryableSamples: number; peakSamples: number } };
    };
    return { read: stats.samples.totalQueryableSamples, held: stats.samples.peakSamples };
  }

  /** The labels of every series of one host, with its metric as `__name__`. */
  async seriesOf(instance: string): Promise<readonly Labels[]> {
    const query = new URLSearchParams({ 'match[]': `{instance="${instance}"}` });
    return (await this.#api(`series?${query.toString()}`)) as readonly Labels[];
  }

  async #groups(): Promise<readonly ToldGroup[]> {
    return ((await this.#api('rules')) as { groups: readonly ToldGroup[] }).groups;
  }

  async #api(path: string): Promise<unknown> {
    const { status, text } = await ask(this.#address, `/api/v1/${path}`);
    if (status !== 200) throw new Error(`Prometheus answers ${path} with ${status}: ${text}`);
    return (JSON.parse(text) as { data: unknown }).data;
  }
}

/** The same rules without waiting. */
function atOnce({ groups }: RuleFile): object {
  return {
    groups: groups.map((group) => ({
      ...group,
      interval: `${INTERVAL}s`,
      rules: group.rules.map((rule) => ('alert' in rule ? { ...rule, for: '0s' } : rule)),
    })),
  };
}
