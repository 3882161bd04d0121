import { runCommand } from './run-command.ts';

const FOUND_FOR = 5 * 60_000;
const MISSING_FOR = 60_000;
const TIMEOUT = 2_000;
const MAX_OUTPUT = 1024 * 1024;
// The owner of a set may give it to any uid there is, so neither a lookup nor the cache may grow with them.
const MOST_KEYS = 1_000;
const MOST_ANSWERS = 10_000;

// getent(1): 0 for all found, 2 for at least one missing.
const GETENT_ENDINGS: readonly (number | null)[] = [0, 2];

/** What the lookups need of the machine. */
export interface UserNamesOptions {
  /** A path, or a name to find in PATH; getent by default. */
  readonly path?: string;
  /** Milliseconds on a clock that never goes back; the process's own by default. */
  readonly now?: () => number;
  /** Most milliseconds one lookup may take; 2 000 by default. */
  readonly timeout?: number;
  /** Called with the pid of getent's process group when it runs, and with 0 when nothing of the group is left to kill. */
  readonly onSpawn?: (pid: number) => void;
}

/** Names of users and their uids, as NSS tells them (getent(1): LDAP and its like included), kept for a while. */
export class UserNames {
  readonly #names: AnswerCache<string>;
  readonly #uids: AnswerCache<number>;

  constructor({
    path = 'getent',
    now = () => performance.now(),
    timeout = TIMEOUT,
    onSpawn,
  }: UserNamesOptions = {}) {
    const lookUp = (keys: readonly string[], signal: AbortSignal) =>
      getent(path, keys, AbortSignal.any([signal, AbortSignal.timeout(timeout)]), onSpawn);
    this.#names = new AnswerCache(now, async (keys, signal) => {
      const users = await lookUp(keys, signal);
      return users === null ? null : new Map(users.map(({ name, uid }) => [String(uid), name]));
    });
    this.#uids = new AnswerCache(now, async (keys, signal) => {
      const users = await lookUp(keys, signal);
      return users === null ? null : new Map(users.map(({ name, uid }) => [name, uid]));
    });
  }

  /**
   * The full names of these uids; those that have none, or could not be looked up in time, are left out. Names that
   * were known before stay where a lookup fails. At most one lookup, of at most 1 000 uids: the rest get theirs
   * in later calls. Never rejects.
   */
  async namesOf(uids: Iterable<number>, signal: AbortSignal): Promise<ReadonlyMap<number, string>> {
    const answers = await this.#names.answers(Array.from(uids, String), signal);
    return new Map(Array.from(answers, ([uid, name]) => [Number(uid), name]));
  }

  /**
   * The uids of these full names, likewise. A name that ipcs cut is another's name, or nobody's: one of 9 or 10 bytes
   * proves nothing.
   */
  async uidsOf(names: Iterable<string>, signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
    // getent takes digits for a uid, and what begins with a dash for a flag.
    const askable = Array.from(names).filter((name) => !/^(?:\d+$|-|$)/.test(name) && !name.includes('\0'));
    return this.#uids.answers(askable, signal);
  }
}

type LookUp<T> = (keys: readonly string[], signal: AbortSignal) => Promise<ReadonlyMap<string, T> | null>;

/** Answers to keys, and the lack of an answer, each kept until it is too old; a failed lookup keeps them longer. */
class AnswerCache<T> {
  readonly #now: () => number;
  readonly #lookUp: LookUp<T>;
  readonly #answers = new Map<string, { readonly answer: T | undefined; readonly expiresAt: number }>();

  constructor(now: () => number, lookUp: LookUp<T>) {
    this.#now = now;
    this.#lookUp = lookUp;
  }

  async answers(keys: readonly string[], signal: AbortSignal): Promise<Map<string, T>> {
    const asked = new Set(keys);
    const stale = [...asked].filter((key) => (this.#answers.get(key)?.expiresAt ?? -Infinity) <= this.#now());
    if (stale.length > 0) await this.#refresh(stale.slice(0, MOST_KEYS), signal);
    if (this.#answers.size > MOST_ANSWERS) {
      for (const key of this.#answers.keys()) if (!asked.has(key)) this.#answers.delete(key);
    }
    const known = new Map<string, T>();
    for (const key of asked) {
      const answer = this.#answers.get(key)?.answer;
      if (answer !== undefined) known.set(key, answer);
    }
    return known;
  }

  async #refresh(keys: readonly string[], signal: AbortSignal): Promise<void> {
    const found = await this.#lookUp(keys, signal);
    // That the caller gave up says nothing of the directory: the next call asks again.
    if (found === null && signal.aborted) return;
    const now = this.#now();
    for (const key of keys) {
      // A directory that does not answer is not asked again at every collection, which it would delay.
      const answer = found === null ? this.#answers.get(key)?.answer : found.get(key);
      const lasts = found === null || answer === undefined ? MISSING_FOR : FOUND_FOR;
      this.#answers.set(key, { answer, expiresAt: now + lasts });
    }
  }
}

/** The users that these keys, uids or names, stand for; null where the lookup failed. */
async function getent(
  path: string,
  keys: readonly string[],
  signal: AbortSignal,
  onSpawn?: (pid: number) => void,
): Promise<{ readonly name: string; readonly uid: number }[] | null> {
  try {
    const command = { path, args: ['passwd', ...keys], signal, maxOutput: MAX_OUTPUT, onSpawn };
    const { stdout, exitCode } = await runCommand(command);
    if (!GETENT_ENDINGS.includes(exitCode)) return null;
    return parsePasswd(stdout.toString('utf8'));
  } catch {
    // No names are no reason to lose a collection: the numbers stand in for them.
    return null;
  }
}

/** The users in the format of passwd(5); lines of any other form are left out. */
function parsePasswd(text: string): { readonly name: string; readonly uid: number }[] {
  const users = [];
  for (const line of text.split('\n')) {
    const [, name, uid] = /^([^:\p{Cc}]+):[^:]*:(\d{1,10}):\d{1,10}:[^:]*:[^:]*:[^:]*$/u.exec(line) ?? [];
    if (name !== undefined && Number(uid) <= 0xffff_ffff) users.push({ name, uid: Number(uid) });
  }
  return users;
}
