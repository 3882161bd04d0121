import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ListedOwner } from '../../src/collector/complete-listing.ts';
import { nameOwners, type NamedOwners } from '../../src/collector/name-owners.ts';
import { UserNames } from '../../src/kernel/user-names.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const LONG_NAME = 'a-user-with-a-name-that-ipcs-cuts';

/** Names from a getent that knows these users alone, and answers as the real one does. */
function directory(users: Readonly<Record<string, number>>): UserNames {
  const path = join(temporaryFolder(onTestFinished), 'getent');
  const lines = Object.entries(users).map(([name, uid]) => `${name}:x:${uid}:${uid}::/:/bin/false`);
  writeFileSync(
    path,
    `#!/bin/sh
shift
status=0
for key; do
  grep -E "^$key:|^[^:]*:x:$key:" <<'USERS' || status=2
${lines.join('\n')}
USERS
done
exit $status
`,
  );
  chmodSync(path, 0o755);
  return new UserNames({ path });
}

const silent = () => new UserNames({ path: '/nonexistent/getent' });

function name(names: UserNames, ...listed: ListedOwner[]): Promise<NamedOwners> {
  return nameOwners(listed, names, AbortSignal.timeout(10_000));
}

describe('nameOwners', () => {
  it('completes a name that ipcs cut', async () => {
    expect(
      await name(directory({ [LONG_NAME]: 4242 }), { uid: 4242, printedName: LONG_NAME.slice(0, 10) }),
    ).toEqual({ owners: [{ owner: LONG_NAME, uid: 4242 }], truncated: 0 });
  });

  it('names a uid that ipcs did not see', async () => {
    expect(await name(directory({ root: 0 }), { uid: 0, printedName: null })).toEqual({
      owners: [{ owner: 'root', uid: 0 }],
      truncated: 0,
    });
  });

  it('writes the number of a uid that has no name', async () => {
    expect(
      await name(
        directory({ root: 0 }),
        { uid: 54_321, printedName: '54321' },
        { uid: 4_294_967_294, printedName: null },
      ),
    ).toEqual({
      owners: [
        { owner: '54321', uid: 54_321 },
        { owner: '4294967294', uid: 4_294_967_294 },
      ],
      truncated: 0,
    });
  });

  it('takes a whole name from ipcs where the lookup fails, but the number rather than a part of a name', async () => {
    expect(
      await name(
        silent(),
        { uid: 33, printedName: 'www-data' },
        { uid: 4242, printedName: LONG_NAME.slice(0, 10) },
        { uid: 4243, printedName: LONG_NAME.slice(0, 9) },
        { uid: 4_294_967_294, printedName: '4294967294' },
      ),
    ).toEqual({
      owners: [
        { owner: 'www-data', uid: 33 },
        { owner: '4242', uid: 4242 },
        { owner: '4243', uid: 4243 },
        { owner: '4294967294', uid: 4_294_967_294 },
      ],
      truncated: 2,
    });
  });

  it('counts bytes, as ipcs does', async () => {
    const { owners, truncated } = await name(
      silent(),
      { uid: 1, printedName: 'ääää' },
      { uid: 2, printedName: 'ääääö' },
    );
    expect(owners.map(({ owner }) => owner)).toEqual(['ääää', '2']);
    expect(truncated).toBe(1);
  });

  it('finds the uid of a whole name where ipcs alone could be read', async () => {
    expect(await name(directory({ 'www-data': 33 }), { uid: null, printedName: 'www-data' })).toEqual({
      owners: [{ owner: 'www-data', uid: 33 }],
      truncated: 0,
    });
  });

  it('never asks for the uid of a cut name, which may be another user’s whole one', async () => {
    const cut = LONG_NAME.slice(0, 10);
    expect(await name(directory({ [cut]: 7, [LONG_NAME]: 4242 }), { uid: null, printedName: cut })).toEqual({
      owners: [{ owner: cut, uid: null }],
      truncated: 1,
    });
  });

  it('keeps the order of the owners', async () => {
    const { owners } = await name(
      directory({ root: 0, 'www-data': 33 }),
      { uid: 33, printedName: 'www-data' },
      { uid: null, printedName: 'nobody-knows' },
      { uid: 0, printedName: 'root' },
    );
    expect(owners.map(({ owner }) => owner)).toEqual(['www-data', 'nobody-knows', 'root']);
  });
});
