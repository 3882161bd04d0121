import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeLedger } from '../../src/orphans/ledger-decoder.ts';
import { encodeLedger, MAX_LEDGER_BYTES } from '../../src/orphans/ledger-format.ts';
import type { Ledger } from '../../src/orphans/ledger.ts';
import { StateFile } from '../../src/orphans/state-file.ts';
import { apache, blocking, HOST_IPC, set, Watch } from './invented.ts';

const HOME = { bootId: 'boot', ipcNamespace: HOST_IPC };
const made = set({ changedAt: 112 });
const server = apache({ startedAt: 111 });

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-'));
  path = join(folder, 'ledger.json');
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

function watched(): Watch {
  return new Watch()
    .see(100, [], [])
    .see(115, [[made], [set({ semid: 8, changedAt: 113 })]], [server])
    .see(130, [[made], [set({ semid: 8, changedAt: 113 })]], [{ ...server, ...blocking(7) }]);
}

function ledgerOf(watch: Watch): Ledger {
  if (watch.ledger === null) throw new Error('a ledger was kept');
  return watch.ledger;
}

describe('a state file', () => {
  it('gives back the ledger that was written, so that it goes on as if it had never stopped', async () => {
    const watch = watched();
    expect((await StateFile.open(path)).save(ledgerOf(watch))).toBeNull();
    const { ledger, warning } = (await StateFile.open(path)).load(HOME);
    expect(warning).toBeNull();
    expect(ledger).toEqual(watch.ledger);
    watch.ledger = ledger;
    watch.see(300, [[made], [set({ semid: 8, changedAt: 113 })]], []);
    expect([watch.state(7), watch.state(8)]).toEqual(['orphaned', 'orphaned']);
  });

  it('is readable by its owner alone and leaves nothing beside it', async () => {
    (await StateFile.open(path)).save(ledgerOf(watched()));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['ledger.json']);
  });

  it('is written only when something changed, or at shut-down', async () => {
    const watch = watched();
    const file = await StateFile.open(path);
    file.save(ledgerOf(watch));
    rmSync(path);
    watch.see(145, [[made], [set({ semid: 8, changedAt: 113 })]], [{ ...server, ...blocking(7) }]);
    expect(file.save(ledgerOf(watch))).toBeNull();
    expect(existsSync(path)).toBe(false);
    expect(file.save(ledgerOf(watch), true)).toBeNull();
    expect(existsSync(path)).toBe(true);
    rmSync(path);
    watch.see(160, [[made]], []);
    file.save(ledgerOf(watch));
    expect(existsSync(path)).toBe(true);
  });

  it('takes the place of a temporary file that a crash left', async () => {
    writeFileSync(`${path}.tmp`, 'half', { mode: 0o644 });
    expect((await StateFile.open(path)).save(ledgerOf(watched()))).toBeNull();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['ledger.json']);
  });

  it.each([
    ['another boot', { ...HOME, bootId: 'other' }, 'it is of another boot'],
    ['another IPC namespace', { ...HOME, ipcNamespace: 5 }, 'it is of another IPC namespace'],
  ])('of %s is set aside as .old', async (_, home, why) => {
    (await StateFile.open(path)).save(ledgerOf(watched()));
    const { ledger, warning } = (await StateFile.open(path)).load(home);
    expect(ledger).toBeNull();
    expect(warning).toContain(why);
    expect(readdirSync(folder)).toEqual(['ledger.json.old']);
  });

  it('of another version is set aside as .old', async () => {
    writeFileSync(path, '{"version":99,"anything":1}');
    expect((await StateFile.open(path)).load(HOME).warning).toContain('it is of version 99');
    expect(readdirSync(folder)).toEqual(['ledger.json.old']);
  });

  it('that was cut or altered anywhere is set aside as .corrupt, one at most', async () => {
    (await StateFile.open(path)).save(ledgerOf(watched()));
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at += 41) {
      const altered = Buffer.from(whole);
      altered[at] = (altered[at] ?? 0) ^ 1;
      writeFileSync(path, at % 2 === 0 ? altered : whole.subarray(0, at));
      const loaded = (await StateFile.open(path)).load(HOME);
      expect(loaded.ledger).toBeNull();
      expect(loaded.warning).toContain('the ledger begins anew');
    }
    expect(readdirSync(folder).every((name) => /\.(corrupt|old)$/.test(name))).toBe(true);
    expect(readdirSync(folder).length).toBeLessThanOrEqual(2);
  });

  it('that is no regular file, or too large, is set aside', async () => {
    execFileSync('mkfifo', [path]);
    expect((await StateFile.open(path)).load(HOME).warning).toContain('it is no regular file');
    writeFileSync(path, '');
    truncateSync(path, MAX_LEDGER_BYTES + 1);
    expect((await StateFile.open(path)).load(HOME).warning).toContain('it is larger than');
  });

  it('that is not there is no cause for a warning', async () => {
    expect((await StateFile.open(path)).load(HOME)).toEqual({ ledger: null, warning: null });
  });

  it('that cannot be written leaves an error, the file as it was and nothing beside it', async () => {
    const blocked = join(folder, 'taken');
    mkdirSync(join(blocked, 'inside'), { recursive: true });
    const error = (await StateFile.open(blocked)).save(ledgerOf(watched()));
    expect(error?.code).toBe('state_file');
    expect(error?.message).toContain(`cannot write the state file ${blocked}`);
    expect(readdirSync(folder)).toEqual(['taken']);
    expect(
      (await StateFile.open(join(folder, 'missing', 'ledger.json'))).save(ledgerOf(watched()))?.message,
    ).toContain('ENOENT');
  });

  it('survives a full disk with the ledger that was there before', async () => {
    const file = await StateFile.open(path);
    const watch = watched();
    file.save(ledgerOf(watch));
    const before = readFileSync(path, 'utf8');
    // The temporary file of this name is a folder that cannot be taken away: as good as no room.
    mkdirSync(`${path}.tmp`);
    watch.see(145, [], []);
    expect(file.save(ledgerOf(watch))).not.toBeNull();
    expect(readFileSync(path, 'utf8')).toBe(before);
  });
});

describe('the format', () => {
  it('refuses a well-formed ledger whose lists were shortened and checksum made to fit nothing', () => {
    const text = encodeLedger(ledgerOf(watched()));
    const shortened = text.replace('"candidates":[["apache-1"]', '"candidates":[[]');
    expect(shortened).not.toBe(text);
    expect(decodeLedger(shortened).kind).toBe('corrupt');
  });

  it.each(['null', '[]', '{}', '5', '""', '{"version":1,"sha256":"x","ledger":null}', '{"version":1.5}'])(
    'refuses %s',
    (text) => {
      expect(decodeLedger(text).kind).toBe('corrupt');
    },
  );

  it('writes lists and sights that many sets share once', () => {
    const text = encodeLedger(ledgerOf(watched()));
    expect(text.match(/"wallTime"/g)).toHaveLength(1);
  });
});
