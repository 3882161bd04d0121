import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { planRequest, refuseUnclearOrder, tokenOf } from '../../src/cli/cleanup-request-flags.ts';
import { UsageError } from '../../src/errors.ts';
import { readCleanupRequest } from '../../src/cleanup/request.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const FLAGS = { 'exporter.url': 'http://127.0.0.1:1', apply: false, yes: false, json: false };

function tokenIn(text: string): string {
  const tokenFile = join(temporaryFolder(onTestFinished), 'tokens');
  writeFileSync(tokenFile, text);
  return tokenOf({ tokenFile });
}

describe('the request for a plan', () => {
  it('asks for what the flags say, in a way that the exporter understands', () => {
    const request = planRequest({
      ...FLAGS,
      owner: ['www-data'],
      state: ['suspected'],
      minAge: 90_000,
      maxSets: 5,
    });
    expect(readCleanupRequest(request, 1000)).toEqual({
      kind: 'request',
      request: {
        dryRun: true,
        planId: null,
        owners: ['www-data'],
        states: ['suspected'],
        minAgeSeconds: 90,
        maxSets: 5,
      },
    });
  });

  it('leaves to the exporter what no flag says', () => {
    expect(planRequest(FLAGS)).toEqual({ dryRun: true });
  });
});

describe('an order', () => {
  const order = (apply: boolean, yes: boolean, json: boolean, canAsk: boolean) => () => {
    refuseUnclearOrder({ apply, yes, json }, canAsk);
  };

  it('is refused where nobody can be asked, or sees what is asked about', () => {
    expect(order(true, false, false, false)).toThrow(/stdin is no terminal: give --yes/);
    expect(order(true, false, true, true)).toThrow(/--json does not show/);
    expect(order(false, true, false, true)).toThrow(/give --apply too/);
  });

  it('is taken where it is clear', () => {
    for (const clear of [
      order(false, false, false, false),
      order(false, false, true, false),
      order(true, true, true, false),
      order(true, false, false, true),
    ])
      expect(clear).not.toThrow();
  });
});

describe('the token', () => {
  it('is the first one in the file', () => {
    expect(tokenIn('# for on-call\n\n  first-token-of-the-file  \nsecond-token\n')).toBe(
      'first-token-of-the-file',
    );
  });

  it.each(['', '# nothing else\n', 'two words\n', 'gr\u00fcn-wie-die-hoffnung\n'])(
    'is missing in %j, which is never quoted',
    (text) => {
      expect(() => tokenIn(text)).toThrow(UsageError);
      expect(() => tokenIn(text)).toThrow(/holds no token: name the file/);
      expect(() => tokenIn(text)).not.toThrow(/words|hoffnung/);
    },
  );

  it('needs a file, which can be read', () => {
    expect(() => tokenOf({})).toThrow(/sysvsem-exporter cleanup --token-file/);
    expect(() => tokenOf({ tokenFile: '/nowhere/tokens' })).toThrow(
      /--token-file \/nowhere\/tokens cannot be read/,
    );
  });
});
