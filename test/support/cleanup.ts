import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, eventuallyTrue } from './eventually.ts';
import { Exporter } from './exporter.ts';
import type { Answer } from './http.ts';
import type { Namespace } from './namespace.ts';
import type { AtEnd } from './program.ts';
import { pathOf } from './requirements.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const TOKEN = 'correct-horse-battery-staple';

/** What a cleanup answers, as far as tests ask. */
export interface CleanupAnswer {
  readonly status: number;
  readonly code: string | undefined;
  readonly planId: string;
  readonly planned: readonly { readonly semid: number }[];
  readonly skipped: readonly { readonly semid: number; readonly code: string }[];
  readonly removed: readonly { readonly semid: number }[];
  readonly failed: readonly { readonly semid: number; readonly error: string }[];
  readonly before: { readonly sets: number };
  readonly after: { readonly sets: number };
  readonly text: string;
  readonly headers: Answer['headers'];
}

/** An exporter that may remove the sets of uid 33, and what belongs to it. */
export class Cleaner {
  readonly exporter: Exporter;
  readonly auditFile: string;
  /** Its --cleanup.token-file. */
  readonly tokenFile: string;

  private constructor(exporter: Exporter, auditFile: string, tokenFile: string) {
    this.exporter = exporter;
    this.auditFile = auditFile;
    this.tokenFile = tokenFile;
  }

  static async start(
    atEnd: AtEnd,
    namespace: Namespace,
    {
      flags = [],
      ipcrm,
      auditFile,
      through = [],
      tokens = [TOKEN],
    }: {
      flags?: readonly string[];
      ipcrm?: string;
      auditFile?: string;
      through?: readonly string[];
      tokens?: readonly string[];
    } = {},
  ): Promise<Cleaner> {
    const folder = temporaryFolder(atEnd);
    // ipcrm is run as another user, and the exporter itself may be one.
    chmodSync(folder, 0o777);
    const tokenFile = join(folder, 'tokens');
    writeFileSync(tokenFile, `# for the tests\n${tokens.join('\n')}\n`, { mode: 0o600 });
    const path = join(folder, 'ipcrm');
    if (ipcrm !== undefined) writeFileSync(path, `#!/bin/sh\n${ipcrm}\n`, { mode: 0o755 });
    const audit = auditFile ?? join(folder, 'audit.jsonl');
    const exporter = await Exporter.start(atEnd, {
      namespace,
      through,
      env: { PATH: `${folder}:${process.env['PATH'] ?? ''}` },
      flags: [
        '--collector.interval=500ms',
        '--collector.source=procfs',
        '--orphans.min-age=0',
        '--cleanup.enabled',
        `--cleanup.token-file=${tokenFile}`,
        '--cleanup.allow-owner=33',
        `--cleanup.audit-file=${audit}`,
        ...flags,
      ],
    });
    return new Cleaner(exporter, audit, tokenFile);
  }

  /** The records of the audit file. */
  get audit(): readonly Record<string, unknown>[] {
    if (!existsSync(this.auditFile)) return [];
    return readFileSync(this.auditFile, 'utf8')
      .trimEnd()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Asks for a cleanup. */
  async ask(
    body: object | string,
    headers: Readonly<Record<string, string>> = {},
    timeout = 60_000,
  ): Promise<CleanupAnswer> {
    const answer = await this.exporter.ask('/api/v1/cleanup', {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      timeout,
    });
    const json = JSON.parse(answer.text) as CleanupAnswer & { error?: { code: string } };
    return {
      ...json,
      status: answer.status,
      code: json.error?.code,
      text: answer.text,
      headers: answer.headers,
    };
  }

  /**
   * As {@link ask}, again and again while nothing can be proved: a process that not even root may read, such as one that the
   * first process of a container is just starting, keeps every proof waiting.
   */
  async askPatiently(body: object): Promise<CleanupAnswer> {
    return eventually(
      async () => {
        const answer = await this.ask(body);
        if (answer.status === 503) throw new Error(answer.text);
        return answer;
      },
      { timeout: 60_000, interval: 250 },
    );
  }
}

export function semidsOf(sets: readonly { readonly semid: number }[]): number[] {
  return sets.map(({ semid }) => semid).sort((one, other) => one - other);
}

/**
 * The body of an ipcrm that says that it was called, and waits to be let go: the time between the last check of a set and its
 * removal, as long as a test likes. Where it waits `after`, it is the time between a removal and the look at what became of it.
 */
export class HeldIpcrm {
  readonly script: string;
  readonly #folder: string;

  constructor(atEnd: AtEnd, waits: 'before' | 'after' = 'before') {
    this.#folder = temporaryFolder(atEnd);
    chmodSync(this.#folder, 0o777);
    atEnd(() => {
      this.letGo();
    });
    const remove = `${pathOf('ipcrm') ?? ''} "$@"`;
    const [first, last] =
      waits === 'before' ? ['', `exec ${remove}`] : [`${remove}; status=$?`, 'exit $status'];
    this.script = `
[ "$1" = --version ] && exit 0
${first}
cat /proc/self/status > ${this.#folder}/status
tr '\\0' '\\n' < /proc/$$/environ > ${this.#folder}/environ
touch ${this.#folder}/called
while [ -d ${this.#folder} ] && [ ! -e ${this.#folder}/go ]; do sleep 0.01; done
${last}`;
  }

  /** Resolves when it was called, which is after the last check. */
  async called(): Promise<void> {
    await eventuallyTrue(
      () => existsSync(join(this.#folder, 'called')),
      () => 'ipcrm was not called',
      { interval: 5 },
    );
  }

  /** Lets this call and all others go. */
  letGo(): void {
    writeFileSync(join(this.#folder, 'go'), '');
  }

  /** Holds the next call again. */
  hold(): void {
    for (const name of ['called', 'go']) rmSync(join(this.#folder, name), { force: true });
  }

  /** Its own /proc/self/status. */
  get status(): string {
    return readFileSync(join(this.#folder, 'status'), 'utf8');
  }

  /** Its environment as it was started. */
  get environment(): string[] {
    return readFileSync(join(this.#folder, 'environ'), 'utf8').trimEnd().split('\n');
  }
}
