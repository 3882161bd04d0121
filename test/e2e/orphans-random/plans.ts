import type { Random } from '../../support/random.ts';
import { semidsOf } from '../../support/cleanup.ts';
import type { CleanupAnswer } from '../../support/cleanup.ts';
import type { World } from './world.ts';

/** What a cleanup asks for. */
export interface Question {
  readonly owners?: readonly string[];
  readonly states?: readonly string[];
  readonly minAge?: string;
  readonly maxSets?: number;
}

/** A plan that can be applied later. */
export interface Plan {
  readonly id: string;
  readonly question: Question;
  readonly semids: readonly number[];
  /** By `performance.now()`. */
  readonly answeredAt: number;
}

/** How owners are asked for. */
const OWNERS = [['33'], ['www-data'], ['7'], ['9', 'lp']] as const;
const UIDS: Readonly<Record<string, number>> = { '33': 33, 'www-data': 33, '7': 7, lp: 7, '9': 9 };

const MOST_PLANS = 3;

/** Plans that may still be applied. */
export class Plans {
  readonly #world: World;
  #kept: readonly Plan[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  /** The sets of all of them. */
  get semids(): number[] {
    return this.#kept.flatMap(({ semids }) => semids);
  }

  /** Asks for a plan; null where none can be made at that moment. */
  async ask(question: Question): Promise<Plan | null> {
    const answer = await this.#world.cleanUp(question);
    if (isUnprovable(answer)) return null;
    if (answer.status !== 200) throw new Error(`no plan: ${answer.text}`);
    const semids = semidsOf(answer.planned);
    return { id: answer.planId, question, semids, answeredAt: performance.now() };
  }

  /** Keeps one for later. */
  keep(plan: Plan): void {
    this.#set([...this.#kept, plan].slice(-MOST_PLANS));
  }

  /** Takes the oldest out. */
  take(): Plan | undefined {
    const [oldest, ...others] = this.#kept;
    this.#set(others);
    return oldest;
  }

  /** The exporter forgets them when it ends. */
  forget(): void {
    this.#set([]);
  }

  #set(plans: readonly Plan[]): void {
    this.#kept = plans;
    this.#world.planned = this.semids;
  }
}

/**
 * A question. Probable orphans are only asked for while none of them is a live set that was made against assumption A0: of
 * such a one the exporter may be wrong, as its documentation says.
 */
export function randomQuestion(world: World, random: Random): Question {
  const owners = random.chance(0.4) ? random.one(OWNERS) : undefined;
  const mayBeWrong = world.sets.made.some(({ againstA0, family }) => againstA0 && family.alive);
  return {
    ...(owners === undefined ? {} : { owners }),
    ...(random.chance(0.4) && !mayBeWrong ? { states: ['orphaned', 'suspected'] } : {}),
    ...(random.chance(0.1) ? { minAge: '2s' } : {}),
    ...(random.chance(0.8) ? { maxSets: Math.ceil(random.next() * 4) } : {}),
  };
}

/** A process of this machine, none of ours, could not be read: then nothing can be proved, and nothing is removed. */
export function isUnprovable({ status, code }: CleanupAnswer): boolean {
  return status === 503 && code === 'no_ptrace';
}

/** The uids that a question asks for; null for all. */
export function uidsOf({ owners }: Question): readonly number[] | null {
  return owners?.map((owner) => UIDS[owner] ?? -1) ?? null;
}
