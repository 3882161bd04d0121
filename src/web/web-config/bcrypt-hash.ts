/** A password's bcrypt hash, taken apart. */
export interface BcryptHash {
  /** Binary logarithm of the rounds, 4 to 31. */
  readonly cost: number;
  /** The hash as it can be checked; null where no password matches what the file holds. */
  readonly checkable: string | null;
}

/** Costs above are never computed: at 20 one login takes a core about a minute, and each step doubles it. */
export const HIGHEST_COST = 20;

const USUAL_COST = 10;
const SHORTEST = 59;
const SALT_AND_DIGEST = /^[./A-Za-z0-9]{53}$/;

/**
 * Reads a bcrypt hash as golang.org/x/crypto/bcrypt does, which the other exporters use: `$2a$`, `$2b$`, `$2y$`
 * are one algorithm, and a text that is long enough but matches no password is no fault. Throws a RangeError with
 * the fault in words.
 */
export function parseBcryptHash(text: string): BcryptHash {
  const header = /^\$([^$])([^$])?\$([+\d]\d)\$/.exec(text);
  if (text.length < SHORTEST || header === null || (header[1] ?? '') > '2') {
    throw new RangeError('is no bcrypt hash');
  }
  const cost = Number(header[3]);
  if (cost < 4 || cost > 31) throw new RangeError(`is a bcrypt hash of cost ${cost}, which is not 4 to 31`);
  const rest = text.slice(header[0].length);
  const canBeMet = SALT_AND_DIGEST.test(rest) && cost <= HIGHEST_COST;
  return { cost, checkable: canBeMet ? withCost(cost, rest) : null };
}

/**
 * A hash whose password nobody knows: what the password of an unknown user is checked against. It costs as much as
 * the dearest of these, so that the time of an answer does not tell who is known.
 */
export function dummyHash(hashes: Iterable<BcryptHash>): string {
  const costs = [...hashes].filter(({ checkable }) => checkable !== null).map(({ cost }) => cost);
  return withCost(
    costs.length > 0 ? Math.max(...costs) : USUAL_COST,
    '6m79kQ6x/lZFci/8lrqmQez4Q2pIT3Lkxs63GiiIPs8TOEyikpg9q',
  );
}

function withCost(cost: number, saltAndDigest: string): string {
  return `$2b$${String(cost).padStart(2, '0')}$${saltAndDigest}`;
}
