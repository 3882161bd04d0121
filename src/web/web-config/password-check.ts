import { verify as verifyBcrypt } from '@node-rs/bcrypt';
import { createHmac, randomBytes } from 'node:crypto';
import { HttpError } from '../http-errors.ts';
import type { BasicCredentials } from './basic-credentials.ts';
import { dummyHash, type BcryptHash } from './bcrypt-hash.ts';
import { LoginCache } from './login-cache.ts';

/** Most passwords that wait to be checked, so that a flood of wrong ones holds little memory. */
const LONGEST_QUEUE = 100;
const CACHED_OUTCOMES = 100;

/** Whether a password is that of a hash. */
type Verify = (password: Buffer, hash: string) => Promise<boolean>;

/**
 * Checks passwords against bcrypt hashes: off the event loop, one at a time because each keeps a core busy, and
 * what has been found once is remembered. A user whom nobody knows takes as long as one with a wrong password.
 */
export class PasswordCheck {
  /** Keys of the cache are digests under a secret of this process: no password stays in memory. */
  readonly #secret = randomBytes(32);
  readonly #outcomes = new LoginCache(CACHED_OUTCOMES);
  readonly #waiting = new Map<string, Promise<boolean>>();
  #last: Promise<unknown> = Promise.resolve();
  readonly #verify: Verify;

  constructor(verify: Verify = verifyBcrypt) {
    this.#verify = verify;
  }

  /** Whether these credentials are those of one of the users. Throws an HttpError where too many wait already. */
  async admits(users: ReadonlyMap<string, BcryptHash>, credentials: BasicCredentials): Promise<boolean> {
    const checkable = users.get(credentials.user)?.checkable ?? null;
    const hash = checkable ?? dummyHash(users.values());
    const matches = await this.#matches(hash, credentials);
    return checkable !== null && matches;
  }

  async #matches(hash: string, credentials: BasicCredentials): Promise<boolean> {
    // The hash is part of the key: with another password in the file, what was found before counts no more.
    const key = this.#digest(hash, credentials);
    const known = this.#outcomes.get(key);
    if (known !== undefined) return known;
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined) return await waiting;
    if (this.#waiting.size >= LONGEST_QUEUE) {
      throw new HttpError('login_busy', undefined, { headers: { 'Retry-After': '1' } });
    }
    const check = this.#last.then(() => this.#verify(credentials.password, hash));
    this.#waiting.set(key, check);
    this.#last = check.catch(() => undefined);
    try {
      const outcome = await check;
      this.#outcomes.set(key, outcome);
      return outcome;
    } finally {
      this.#waiting.delete(key);
    }
  }

  #digest(hash: string, { user, password }: BasicCredentials): string {
    const digest = createHmac('sha256', this.#secret);
    for (const part of [hash, user]) digest.update(`${Buffer.byteLength(part)}:${part}`);
    return digest.update(password).digest('base64');
  }
}
