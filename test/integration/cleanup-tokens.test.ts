import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished } from 'vitest';
import { Cleaner, TOKEN } from '../support/cleanup.ts';
import { Namespace } from '../support/namespace.ts';
import { needs } from '../support/needs.ts';

const { describe, it } = needs('namespaces', 'nsenter', 'setpriv');

const NEXT = 'another-one-for-tomorrow';

describe('SIGHUP', () => {
  it('changes the tokens; a file that cannot be used keeps those from before, and the log says why', async () => {
    const namespace = await Namespace.create(onTestFinished);
    const cleaner = await Cleaner.start(onTestFinished, namespace);
    const { program } = cleaner.exporter;
    const statusOf = async (token: string): Promise<number> =>
      (await cleaner.ask({}, { authorization: `Bearer ${token}` })).status;
    const statuses = async (): Promise<number[]> => [await statusOf(TOKEN), await statusOf(NEXT)];
    /** Has it read the file again, and waits until the log has one more line like this. */
    const reload = async (line: RegExp): Promise<void> => {
      const lines = (): number => program.stderr.split('\n').filter((each) => line.test(each)).length;
      const before = lines();
      program.signal('SIGHUP');
      await expect.poll(lines, { timeout: 10_000 }).toBe(before + 1);
    };
    const read = /level=INFO .*msg="Tokens read"/;
    const kept = (why: string): RegExp =>
      new RegExp(`level=ERROR .*those from before stay.*--cleanup\\.token-file.*${why}`);

    writeFileSync(cleaner.tokenFile, `${TOKEN}\n${NEXT}\n`);
    expect(await statuses()).toEqual([200, 401]);
    await reload(read);
    expect(await statuses()).toEqual([200, 200]);
    writeFileSync(cleaner.tokenFile, `${NEXT}\n`);
    await reload(read);
    expect(await statuses()).toEqual([401, 200]);

    writeFileSync(cleaner.tokenFile, `${TOKEN}\nshort\n`);
    await reload(kept('line 2'));
    expect(await statuses()).toEqual([401, 200]);
    writeFileSync(cleaner.tokenFile, '');
    await reload(kept('no token'));
    writeFileSync(cleaner.tokenFile, `${TOKEN}\n`);
    chmodSync(cleaner.tokenFile, 0o644);
    await reload(kept('chmod 0600'));
    rmSync(cleaner.tokenFile);
    await reload(kept('cannot be read'));
    expect(await statuses()).toEqual([401, 200]);
    for (const secret of [TOKEN, NEXT, 'short']) expect(program.stderr).not.toContain(secret);
  });
});
