import { describe, expect, it } from 'vitest';
import { HttpError } from '../../../src/web/http-errors.ts';
import { dummyHash, parseBcryptHash } from '../../../src/web/web-config/bcrypt-hash.ts';
import { PasswordCheck } from '../../../src/web/web-config/password-check.ts';

const SALT_AND_DIGEST = 'HceE23ycdV8Ce2T9E92aMuDEDJnRpt3n8jFzIC6gBRxFHDhV0i2Ca';
const ALICE = `$2b$11$${SALT_AND_DIGEST}`;
const USERS = new Map([['alice', parseBcryptHash(ALICE)]]);

/** A check whose bcrypt knows one password, and what was asked of it. */
function counted() {
  const calls: string[] = [];
  let running = 0;
  let most = 0;
  const check = new PasswordCheck(async (password, hash) => {
    most = Math.max(most, ++running);
    calls.push(hash);
    await Promise.resolve();
    running--;
    return password.toString() === 'right';
  });
  const admits = (user: string, password: string, users = USERS): Promise<boolean> =>
    check.admits(users, { user, password: Buffer.from(password) });
  return { admits, calls, mostAtOnce: () => most };
}

describe('a password', () => {
  it('is checked once, whatever the outcome', async () => {
    const { admits, calls } = counted();
    for (let n = 0; n < 3; n++) {
      expect(await admits('alice', 'right')).toBe(true);
      expect(await admits('alice', 'wrong')).toBe(false);
    }
    expect(calls).toHaveLength(2);
  });

  it('is checked once for requests that come together', async () => {
    const { admits, calls } = counted();
    const outcomes = await Promise.all(Array.from({ length: 200 }, () => admits('alice', 'right')));
    expect(new Set(outcomes)).toEqual(new Set([true]));
    expect(calls).toHaveLength(1);
  });

  it('is checked again against another hash', async () => {
    const { admits, calls } = counted();
    await admits('alice', 'right');
    await admits('alice', 'right', new Map([['alice', parseBcryptHash(`$2b$12$${SALT_AND_DIGEST}`)]]));
    expect(calls).toHaveLength(2);
  });

  it('of one user says nothing about another, where names and passwords run together', async () => {
    const { admits, calls } = counted();
    const users = new Map([...USERS, ['alicer', parseBcryptHash(ALICE)]]);
    expect(await admits('alicer', 'ight', users)).toBe(false);
    expect(await admits('alice', 'right', users)).toBe(true);
    expect(calls).toHaveLength(2);
  });
});

describe('a user whom nobody knows', () => {
  it('costs as much as one with a wrong password, and stays out even with the password of the dummy', async () => {
    const { admits, calls } = counted();
    expect(await admits('nobody', 'right')).toBe(false);
    expect(calls).toEqual([dummyHash(USERS.values())]);
    expect(calls[0]).toMatch(/^\$2b\$11\$/);
  });

  it('is what someone is whose hash no password can meet', async () => {
    const { admits, calls } = counted();
    expect(
      await admits('alice', 'right', new Map([['alice', parseBcryptHash(`$2b$31$${SALT_AND_DIGEST}`)]])),
    ).toBe(false);
    expect(calls[0]).toMatch(/^\$2b\$10\$/);
  });
});

describe('a flood of wrong passwords', () => {
  it('is checked one at a time, and refused beyond a hundred that wait', async () => {
    const { admits, mostAtOnce } = counted();
    const settled = await Promise.allSettled(
      Array.from({ length: 150 }, (_, n) => admits('alice', `wrong ${n}`)),
    );
    const refused = settled.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
    );
    expect(mostAtOnce()).toBe(1);
    expect(refused).toHaveLength(50);
    expect(refused[0]).toBeInstanceOf(HttpError);
    expect(refused[0]).toMatchObject({ status: 503, code: 'login_busy' });
    expect(await admits('alice', 'right')).toBe(true);
  });

  it('does not push out what is known of a right one', async () => {
    const { admits, calls } = counted();
    await admits('alice', 'right');
    for (let n = 0; n < 300; n++) await admits('alice', `wrong ${n}`);
    const before = calls.length;
    expect(await admits('alice', 'right')).toBe(true);
    expect(calls).toHaveLength(before);
    await admits('alice', 'wrong 0');
    expect(calls).toHaveLength(before + 1);
  });
});

it('is checked for the next one after a check that failed', async () => {
  let broken = true;
  const check = new PasswordCheck(() =>
    broken ? Promise.reject(new Error('no memory')) : Promise.resolve(true),
  );
  const credentials = { user: 'alice', password: Buffer.from('right') };
  await expect(check.admits(USERS, credentials)).rejects.toThrow('no memory');
  broken = false;
  expect(await check.admits(USERS, credentials)).toBe(true);
});
