import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { ProcessFiles } from '../../src/kernel/process-files.ts';
import { ProcessCache } from '../../src/kernel/process-cache.ts';
import { ProcessLook } from '../../src/kernel/process-look.ts';
import { startPerl } from './child.ts';

vi.setConfig({ testTimeout: 30_000 });

/** Does something right after the first read of a file whose path ends so. */
class InterruptedFiles extends ProcessFiles {
  readonly #ending: string;
  readonly #interrupt: () => void;
  #done = false;

  constructor(ending: string, interrupt: () => void) {
    super('/proc');
    this.#ending = ending;
    this.#interrupt = interrupt;
  }

  override text(path: string): string {
    const text = super.text(path);
    if (path.endsWith(this.#ending) && !this.#done) {
      this.#done = true;
      this.#interrupt();
    }
    return text;
  }
}

function waitFor(condition: () => boolean): void {
  const deadline = Date.now() + 10_000;
  while (!condition()) if (Date.now() > deadline) throw new Error('it did not happen in 10 s');
}

const comm = (pid: number): string => readFileSync(`/proc/${pid}/comm`, 'utf8').trim();

test.each(['/schedstat', '/syscall', '/status'])(
  'no call of one program is laid at the door of the next: an exec after %s was read means to look again',
  async (ending) => {
    const child = await startPerl(
      `$SIG{USR1} = sub { exec 'perl', '-e', '$0 = "second"; sleep 100' }; print "ready\\n"; sleep 100`,
    );
    const interrupted = new InterruptedFiles(ending, () => {
      process.kill(child.pid, 'SIGUSR1');
      waitFor(() => comm(child.pid) === 'second');
    });
    const cache = new ProcessCache();
    const look = new ProcessLook(interrupted, [], cache);
    const quiet = new ProcessLook(new ProcessFiles('/proc'), [], new ProcessCache());
    const stat = quiet.stat(child.pid);
    if (stat === null) throw new Error('it is gone');
    const first = quiet.family(child.pid);

    const seen = look.process(child.pid, stat);
    // After /schedstat alone nothing of the old program has been read yet.
    if (ending === '/schedstat') expect(seen?.family).toBe(quiet.family(child.pid));
    else expect(seen).toBeNull();
    expect(quiet.family(child.pid)).not.toBe(first);
    expect(look.process(child.pid, stat)?.family).toBe(quiet.family(child.pid));
  },
);

test('what ran while it was read is read again the next time', async () => {
  const child = await startPerl(`$SIG{USR1} = sub { $0 = 'second' }; print "ready\\n"; sleep 1 while 1`);
  const cache = new ProcessCache();
  const look = new ProcessLook(
    new InterruptedFiles('/syscall', () => {
      process.kill(child.pid, 'SIGUSR1');
      waitFor(() => comm(child.pid) === 'second');
    }),
    [],
    cache,
  );
  const stat = look.stat(child.pid);
  if (stat === null) throw new Error('it is gone');
  const first = look.process(child.pid, stat);
  expect(first).not.toBeNull();
  expect(look.process(child.pid, stat)).not.toBe(first);
});

test('a process that does not run is not read again', async () => {
  const child = await startPerl(`print "ready\\n"; sleep 100`);
  waitFor(() => readFileSync(`/proc/${child.pid}/syscall`, 'utf8') !== 'running\n');
  const look = new ProcessLook(new ProcessFiles('/proc'), [], new ProcessCache());
  const stat = look.stat(child.pid);
  if (stat === null) throw new Error('it is gone');
  const first = look.process(child.pid, stat);
  expect(first).not.toBeNull();
  expect(look.process(child.pid, stat)).toBe(first);
});
