import { createHash, timingSafeEqual } from 'node:crypto';

import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { MinuteCounts } from './minute-counts.ts';
import { readTokens } from './token-file.ts';

/** Wrong tokens a minute from one address, and requests a minute with one token, that are let pass. */
const MOST_WRONG = 10;
const MOST_REQUESTS = 30;
/** Addresses that are remembered; each costs a hundred bytes or two. */
const MOST_ADDRESSES = 4096;
const FINGERPRINT_DIGITS = 8;

/** What a token is worth. */
export type Admission =
  | { readonly kind: 'admitted'; readonly fingerprint: string }
  /** It is none of the tokens, or there is none. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'too_many'; readonly what: 'wrong tokens' | 'requests' };

/** The tokens of a file at work. */
export class Tokens {
  readonly #path: string;
  readonly #log: Log;
  readonly #wrong: MinuteCounts;
  readonly #requests: MinuteCounts;
  #digests: readonly Buffer[];

  private constructor(path: string, log: Log, tokens: readonly string[], now: () => number) {
    this.#path = path;
    this.#log = log;
    this.#wrong = new MinuteCounts(MOST_WRONG, MOST_ADDRESSES, now);
    this.#requests = new MinuteCounts(MOST_REQUESTS, MOST_ADDRESSES, now);
    this.#digests = tokens.map(digestOf);
  }

  /** Reads the file for the first time. Throws a UsageError where it cannot be used. */
  static async open(path: string, log: Log, now: () => number = () => performance.now()): Promise<Tokens> {
    return new Tokens(path, log, await readTokens(path), now);
  }

  /** Reads the file again; one that cannot be used keeps the tokens from before, and is logged. Never rejects. */
  async reload(): Promise<void> {
    try {
      this.#digests = (await readTokens(this.#path)).map(digestOf);
      this.#log.info('Tokens read', { tokens: this.#digests.length });
    } catch (error) {
      this.#log.error('Tokens not read again; those from before stay', { err: messageOf(error) });
    }
  }

  /** What this token is worth from this address; null is none. A right one always gets through the limit on wrong ones. */
  admit(token: string | null, address: string): Admission {
    const digest = token === null ? null : this.#find(token);
    if (digest !== null) {
      const fingerprint = digest.toString('hex').slice(0, FINGERPRINT_DIGITS);
      return this.#requests.count(fingerprint)
        ? { kind: 'admitted', fingerprint }
        : { kind: 'too_many', what: 'requests' };
    }
    if (token === null || this.#wrong.count(networkOf(address))) return { kind: 'refused' };
    return { kind: 'too_many', what: 'wrong tokens' };
  }

  /** Takes as long for any token of a length: of digests nobody can guess one byte after the other. */
  #find(token: string): Buffer | null {
    const asked = digestOf(token);
    let found: Buffer | null = null;
    for (const digest of this.#digests) if (timingSafeEqual(digest, asked)) found = digest;
    return found;
  }
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token, 'latin1').digest();
}

/** One client commonly has a whole /64 of IPv6 addresses. */
function networkOf(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address;
  const [left = '', right] = address.split('::');
  const head = left === '' ? [] : left.split(':');
  const tail = right === undefined || right === '' ? [] : right.split(':');
  const zeros = right === undefined ? 0 : Math.max(0, 8 - head.length - tail.length);
  return [...head, ...Array.from({ length: zeros }, () => '0'), ...tail].slice(0, 4).join(':');
}
