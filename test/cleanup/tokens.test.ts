import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readTokens } from '../../src/cleanup/token-file.ts';
import { Tokens } from '../../src/cleanup/tokens.ts';
import { UsageError } from '../../src/errors.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { keepingLog } from '../web/example.ts';

const ONE = 'a-token-of-sixteen';
const TWO = 'another-one-of-them';

function tokenFile(content: string, mode = 0o600): string {
  const path = join(temporaryFolder(onTestFinished), 'tokens');
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

async function fault(path: string): Promise<string> {
  const error: unknown = await readTokens(path).catch((reason: unknown) => reason);
  if (!(error instanceof UsageError)) throw new Error(`no UsageError but ${String(error)}`);
  return error.message;
}

describe('a token file', () => {
  it('holds one token a line beside comments and empty lines', async () => {
    expect(await readTokens(tokenFile(`# mine\n${ONE}\n\n  ${TWO}\r\n`))).toEqual([ONE, TWO]);
  });

  it.each([0o640, 0o604, 0o620, 0o602])('is refused with mode %o', async (mode) => {
    expect(await fault(tokenFile(ONE, mode))).toContain('chmod 0600');
  });

  it.each([
    ['# nothing\n', 'no token'],
    [`${ONE}\nshort\n`, 'line 2'],
    [`${ONE} ${TWO}\n`, 'space'],
  ])('is refused with the content %j, and never quoted', async (content, why) => {
    const message = await fault(tokenFile(content));
    expect(message).toContain('--cleanup.token-file');
    expect(message).toContain(why);
    for (const secret of [ONE, 'short']) expect(message).not.toContain(secret);
  });

  it('is refused where there is none, or no regular file', async () => {
    expect(await fault('/nowhere')).toContain('cannot be read');
    expect(await fault('/dev/null')).toContain('no regular file');
  });
});

describe('tokens', () => {
  it('admit each token of the file by a fingerprint, and no other', async () => {
    const tokens = await Tokens.open(tokenFile(`${ONE}\n${TWO}`), keepingLog());
    const [one, two] = [tokens.admit(ONE, '::1'), tokens.admit(TWO, '::1')];
    expect(one).toMatchObject({
      kind: 'admitted',
      fingerprint: expect.stringMatching(/^[0-9a-f]{8}$/) as string,
    });
    expect(two).not.toEqual(one);
    for (const wrong of [null, '', `${ONE}x`, ONE.slice(1), ONE.toUpperCase(), `${ONE}, ${ONE}`])
      expect(tokens.admit(wrong, '::1')).toEqual({ kind: 'refused' });
  });

  it('say "too many" to the eleventh wrong one of a minute, of one address, and let a right one through', async () => {
    let now = 0;
    const tokens = await Tokens.open(tokenFile(ONE), keepingLog(), () => now);
    for (let at = 0; at < 10; at++) expect(tokens.admit('wrong', '10.0.0.1').kind).toBe('refused');
    expect(tokens.admit('wrong', '10.0.0.1')).toEqual({ kind: 'too_many', what: 'wrong tokens' });
    expect(tokens.admit('wrong', '10.0.0.2').kind).toBe('refused');
    expect(tokens.admit(ONE, '10.0.0.1').kind).toBe('admitted');
    now = 60_000;
    expect(tokens.admit('wrong', '10.0.0.1').kind).toBe('refused');
  });

  it('take all IPv6 addresses of one network for one', async () => {
    const tokens = await Tokens.open(tokenFile(ONE), keepingLog());
    for (let at = 0; at < 10; at++) tokens.admit('wrong', `2001:db8:0:1::${at}`);
    expect(tokens.admit('wrong', '2001:db8:0:1:ffff:1:2:3').kind).toBe('too_many');
    expect(tokens.admit('wrong', '2001:db8:0:2::1').kind).toBe('refused');
    expect(tokens.admit('wrong', '::ffff:10.0.0.1').kind).toBe('refused');
  });

  it('say "too many" to the 31st request of a minute with one token', async () => {
    const tokens = await Tokens.open(tokenFile(`${ONE}\n${TWO}`), keepingLog());
    for (let at = 0; at < 30; at++) expect(tokens.admit(ONE, `10.0.0.${at}`).kind).toBe('admitted');
    expect(tokens.admit(ONE, '::1')).toEqual({ kind: 'too_many', what: 'requests' });
    expect(tokens.admit(TWO, '::1').kind).toBe('admitted');
  });

  it('are read again, and a file that cannot be used keeps them and is logged without a token', async () => {
    const path = tokenFile(ONE);
    const log = keepingLog();
    const tokens = await Tokens.open(path, log);
    writeFileSync(path, TWO);
    await tokens.reload();
    expect([tokens.admit(ONE, '').kind, tokens.admit(TWO, '').kind]).toEqual(['refused', 'admitted']);
    writeFileSync(path, 'short');
    await tokens.reload();
    expect(tokens.admit(TWO, '').kind).toBe('admitted');
    expect(log.records.at(-1)?.level).toBe('error');
    expect(JSON.stringify(log.records)).not.toContain('another');
  });
});
