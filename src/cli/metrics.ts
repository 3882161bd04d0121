import { randomUUID } from 'node:crypto';
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { messageOf, UsageError } from '../errors.ts';
import { renderExposition } from '../metrics/exposition.ts';
import { buildInfo } from '../version.ts';
import { collectOnce } from './collect-once.ts';
import { collectorConfig, type CollectorFlags, type PerSetFlag } from './flags.ts';
import { orphanConfig, type OrphanFlags } from './orphan-flags.ts';
import type { Terminal } from './terminal.ts';

/** Flags of `metrics`. */
export interface MetricsFlags extends CollectorFlags, PerSetFlag, OrphanFlags {
  readonly output?: string;
}

/**
 * Collects once and prints the metrics, or replaces a file with them. Resolves to the exit status: 1 where the
 * collection failed; the metrics then say `sysvsem_up 0`, so that no old file goes on being believed.
 */
export async function metrics(flags: MetricsFlags, terminal: Terminal, stop: AbortSignal): Promise<number> {
  const status = await collectOnce(
    collectorConfig(flags, await orphanConfig(flags, false)),
    flags['collector.timeout'],
    stop,
  );
  const exposition = await renderExposition({ status, build: buildInfo() }, 'text');
  if (flags.output === undefined) terminal.out(exposition.toString());
  else await replaceFile(flags.output, exposition);
  for (const notice of status.snapshot?.notices ?? []) terminal.err(`sysvsem-exporter: ${notice}\n`);
  if (status.failure === null) return 0;
  terminal.err(`sysvsem-exporter: ${status.failure.message}\n`);
  return 1;
}

/** Replaces a file in one step: whoever reads it finds the old content or the new one, never a part. */
async function replaceFile(path: string, content: Buffer): Promise<void> {
  try {
    const target = await targetOf(path);
    // Hidden and without .prom at its end, so that node_exporter does not read it while it is written.
    const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
    try {
      await writeNew(temporary, content);
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw error;
    }
  } catch (cause) {
    throw new UsageError(
      `--output ${path} could not be written (${messageOf(cause)}): name a file in a folder that exists and may be written to`,
      { cause },
    );
  }
}

/** The file to replace: behind links; never a device such as /dev/null, which root could replace with a file. */
async function targetOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (found === null) return path;
  if (!found.isFile()) throw new Error('it is no regular file');
  return realpath(path);
}

async function writeNew(path: string, content: Buffer): Promise<void> {
  const file = await open(path, 'wx');
  try {
    // Whatever the umask: node_exporter runs as another user.
    await file.chmod(0o644);
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}
