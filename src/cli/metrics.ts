import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { messageOf, UsageError } from '../errors.ts';
import { renderExposition } from '../metrics/exposition.ts';
import { buildInfo } from '../version.ts';
import { collectOnce } from './collect-once.ts';
import { collectorConfig, type CollectorFlags, type PerSetFlag } from './flags.ts';
import type { Terminal } from './terminal.ts';

/** Flags of `metrics`. */
export interface MetricsFlags extends CollectorFlags, PerSetFlag {
  readonly output?: string;
}

/**
 * Collects once and prints the metrics, or replaces a file with them. Resolves to the exit status: 1 where the
 * collection failed; the metrics then say `sysvsem_up 0`, so that no old file goes on being believed.
 */
export async function metrics(flags: MetricsFlags, terminal: Terminal): Promise<number> {
  const status = await collectOnce(collectorConfig(flags), flags['collector.timeout']);
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
  // Hidden and without .prom at its end, so that node_exporter does not read it while it is written.
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    const file = await open(temporary, 'wx', 0o644);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new UsageError(
      `--output ${path} could not be written (${messageOf(cause)}): name a file in a folder that exists and may be written to`,
      { cause },
    );
  }
}
