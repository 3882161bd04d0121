import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

import { messageOf, UsageError } from '../errors.ts';
import type { Log } from '../log.ts';

/** One fact of the audit; `time` and `event` are added first. */
export type AuditRecord = Readonly<Record<string, unknown>> & { readonly event: string };

const FLAGS =
  constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Where cleanups are recorded: a file of JSON lines, if there is one, and always the log. The file is opened for each
 * writing, so that it can be rotated by renaming it.
 */
export class Audit {
  readonly #path: string | null;
  readonly #log: Log;

  constructor(path: string | null, log: Log) {
    this.#path = path;
    this.#log = log;
  }

  /** Makes the file where there is none. Throws a UsageError where it could not be written. */
  async check(): Promise<void> {
    if (this.#path === null) return;
    try {
      await this.#append('');
      await flushFolder(dirname(this.#path));
    } catch (error) {
      throw new UsageError(
        `--cleanup.audit-file: ${this.#path} cannot be written (${messageOf(error)}); mend its path or its permissions`,
        { cause: error },
      );
    }
  }

  /**
   * Writes records, in this order. Resolves when they are on the disk; rejects where they are not, and then nothing of them
   * is left in the file.
   */
  async write(records: readonly AuditRecord[]): Promise<void> {
    if (records.length === 0) return;
    const time = new Date().toISOString();
    const lines = records.map((record) => `${JSON.stringify({ time, ...record })}\n`);
    if (this.#path !== null) await this.#append(lines.join(''));
    for (const { event, ...fields } of records) this.#log.info('Audit', { event, ...flat(fields) });
  }

  async #append(text: string): Promise<void> {
    // What it says of who removed what is nobody's but the administrator's.
    const file = await open(this.#path ?? '', FLAGS, 0o600);
    try {
      const status = await file.stat();
      if (!status.isFile()) throw new Error('it is no regular file');
      try {
        await writeWhole(file, text);
        await file.sync();
      } catch (error) {
        // Half a line would spoil the next one. Nobody else appends here.
        await file.truncate(status.size).catch(() => undefined);
        throw error;
      }
    } finally {
      await file.close();
    }
  }
}

async function writeWhole(file: FileHandle, text: string): Promise<void> {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length;) {
    written += (await file.write(bytes, written)).bytesWritten;
  }
}

async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

type Fields = Readonly<Record<string, string | number | boolean | null>>;

/** The fields as a log takes them: lists and objects as JSON. */
function flat(fields: Readonly<Record<string, unknown>>): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, isPlain(value) ? value : JSON.stringify(value)]),
  );
}

function isPlain(value: unknown): value is Fields[string] {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
