import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from '../errors.ts';
import type { Decoded } from './ledger-decoder.ts';
import { encodeLedger, MAX_LEDGER_BYTES } from './ledger-format.ts';
import type { Ledger } from './ledger.ts';

/** Which boot and IPC namespace a ledger must be of. */
export interface Home {
  readonly bootId: string;
  /** Inode. */
  readonly ipcNamespace: number;
}

/** What was found in a state file. */
export interface LoadedState {
  /** Null where there is none to go on with. */
  readonly ledger: Ledger | null;
  /** One sentence for the log; null where there is nothing to say. */
  readonly warning: string | null;
}

/** The state file could not be written; the ledger in memory is as good as before. */
export class StateFileError extends Error {
  override readonly name = 'StateFileError';
  readonly code = 'state_file';
}

/** The file where the ledger survives a restart (`--state.file`). One exporter writes it. */
export class StateFile {
  readonly path: string;
  /** What was in it when it was opened, until it is loaded. */
  #found: Found;
  #written: Ledger | null = null;

  private constructor(path: string, found: Found) {
    this.path = path;
    this.#found = found;
  }

  /** Reads what is there, if anything is; only then is the decoder loaded, which is no small weight for a thread. Never rejects. */
  static async open(path: string): Promise<StateFile> {
    return new StateFile(path, await read(path));
  }

  /**
   * The ledger it had, where that is of this boot and IPC namespace. A file that holds none is renamed, to `.old` where it is
   * whole but of another boot, namespace or version, else to `.corrupt`, in place of the one set aside before. Never throws.
   */
  load(home: Home): LoadedState {
    const found = this.#take(home);
    if (found.kind === 'ledger') this.#written = found.ledger;
    return found.kind === 'useless' ? this.#setAside(found.suffix, found.why) : told(found);
  }

  /** As {@link load}, for a reader that does not own the file: it stays where it is, whatever it holds. */
  peek(home: Home): LoadedState {
    const found = this.#take(home);
    if (found.kind !== 'useless') return told(found);
    return { ledger: null, warning: `the state file ${this.path} is not used, because ${found.why}` };
  }

  /**
   * Writes the ledger where anything but the clock has changed since it was last written, or where `always` is set
   * (at shut-down): into a temporary file beside it, which then takes its place, all flushed to the disk. Returns
   * why it could not, or null; the file that was there before then stands as it was.
   */
  save(ledger: Ledger, always = false): StateFileError | null {
    if (this.#written === ledger) return null;
    if (!always && this.#written?.revision === ledger.revision && isOneHistory(this.#written, ledger))
      return null;
    const temporary = `${this.path}.tmp`;
    try {
      const text = encodeLedger(ledger);
      if (Buffer.byteLength(text) > MAX_LEDGER_BYTES) {
        throw new Error(`the ledger is larger than ${MAX_LEDGER_BYTES} bytes`);
      }
      rmSync(temporary, { force: true });
      writeDurably(temporary, text);
      renameSync(temporary, this.path);
      flushFolder(dirname(this.path));
      this.#written = ledger;
      return null;
    } catch (error) {
      removeQuietly(temporary);
      return new StateFileError(
        `cannot write the state file ${this.path}: ${messageOf(error)}; make room for it or let the exporter write there`,
        { cause: error },
      );
    }
  }

  #take({ bootId, ipcNamespace }: Home): Found {
    const found = this.#found;
    this.#found = { kind: 'absent' };
    if (found.kind !== 'ledger') return found;
    const old = { kind: 'useless', suffix: 'old' } as const;
    if (found.ledger.bootId !== bootId) return { ...old, why: 'it is of another boot' };
    if (found.ledger.ipcNamespace !== ipcNamespace) return { ...old, why: 'it is of another IPC namespace' };
    return found;
  }

  #setAside(suffix: 'corrupt' | 'old', why: string): LoadedState {
    const aside = `${this.path}.${suffix}`;
    const found = `the state file ${this.path} is not used, because ${why}`;
    try {
      renameSync(this.path, aside);
      return { ledger: null, warning: `${found}; it was renamed to ${aside} and the ledger begins anew` };
    } catch (error) {
      return {
        ledger: null,
        warning: `${found}; it could not be renamed (${messageOf(error)}) and the ledger begins anew`,
      };
    }
  }
}

type Found =
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly warning: string }
  | { readonly kind: 'useless'; readonly suffix: 'corrupt' | 'old'; readonly why: string }
  | { readonly kind: 'ledger'; readonly ledger: Ledger };

async function read(path: string): Promise<Found> {
  const content = readBounded(path);
  if (content.kind === 'absent') return content;
  if (content.kind === 'unreadable') {
    const warning = `the state file ${path} cannot be read (${content.why}); the ledger begins anew`;
    return { kind: 'unreadable', warning };
  }
  if (content.kind === 'unusable') return { kind: 'useless', suffix: 'corrupt', why: content.why };
  const { decodeLedger } = await import('./ledger-decoder.ts');
  return foundIn(decodeLedger(content.text));
}

function foundIn(decoded: Decoded): Found {
  switch (decoded.kind) {
    case 'corrupt':
      return { kind: 'useless', suffix: 'corrupt', why: decoded.why };
    case 'other-version':
      return { kind: 'useless', suffix: 'old', why: `it is of version ${decoded.version}` };
    case 'ledger':
      return decoded;
  }
}

function told(found: Exclude<Found, { kind: 'useless' }>): LoadedState {
  return {
    ledger: found.kind === 'ledger' ? found.ledger : null,
    warning: found.kind === 'unreadable' ? found.warning : null,
  };
}

type Content =
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly why: string }
  | { readonly kind: 'unusable'; readonly why: string }
  | { readonly kind: 'text'; readonly text: string };

function readBounded(path: string): Content {
  let descriptor: number;
  try {
    // Without O_NONBLOCK a FIFO of that name would hold the exporter for ever.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { kind: 'absent' };
    return { kind: 'unreadable', why: messageOf(error) };
  }
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) return { kind: 'unusable', why: 'it is no regular file' };
    if (status.size > MAX_LEDGER_BYTES)
      return { kind: 'unusable', why: `it is larger than ${MAX_LEDGER_BYTES} bytes` };
    return { kind: 'text', text: readFileSync(descriptor, 'utf8') };
  } catch (error) {
    return { kind: 'unreadable', why: messageOf(error) };
  } finally {
    closeSync(descriptor);
  }
}

function writeDurably(path: string, text: string): void {
  const descriptor = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function flushFolder(folder: string): void {
  const descriptor = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // What cannot be removed is replaced by the next attempt, or reported by it.
  }
}

/** Revisions are numbers of one ledger's history; after a reboot or in another namespace they start anew. */
function isOneHistory(one: Home, other: Home): boolean {
  return one.bootId === other.bootId && one.ipcNamespace === other.ipcNamespace;
}
