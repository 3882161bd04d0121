import { vi } from 'vitest';
import type { CleanupAnswer } from '../../support/cleanup.ts';
import type { Random } from '../../support/random.ts';
import { AuditTail } from './audit-tail.ts';
import type { AuditRecord } from './audit-tail.ts';
import type { Call, GatePlace } from './ipcrm-gate.ts';
import { isUnprovable, Plans, randomQuestion, uidsOf } from './plans.ts';
import type { Plan, Question } from './plans.ts';
import type { Application, Listing } from './removals.ts';
import { RoundCounts } from './round-counts.ts';
import type { World } from './world.ts';

/** Lets things happen at that moment, of which none begins after `until` by `performance.now()`. */
export type Act = (moment: 'any time' | GatePlace, until: number) => Promise<void>;

type Tell = (line: string) => void;

/** How a cleanup is applied. */
interface Way {
  /** An old plan, a new one, or null for none. */
  readonly plan: Plan | null;
  readonly old: boolean;
  readonly question: Question;
  /** What goes on meanwhile: nothing, or anything at any time, or at one moment above all. */
  readonly meanwhile: 'nothing' | 'any time' | GatePlace;
  /** How the exporter is ended in the midst of it; null for not at all. */
  readonly ending: 'SIGTERM' | 'SIGKILL' | null;
}

const MEANWHILE = ['nothing', 'any time', 'before the check', 'after the check'] as const;

/** ipcrm is given up after three seconds. Nothing begins after the first of these, and it is no wonder after the second. */
const HELD_MS = 1_500;
const GIVEN_UP_MS = 2_500;

/** Cleanups at random moments, while everything goes on. */
export class CleanupRounds {
  readonly counts = new RoundCounts();
  readonly plans: Plans;
  readonly #world: World;
  readonly #audit: AuditTail;
  #calls = 0;

  constructor(world: World) {
    this.#world = world;
    this.plans = new Plans(world);
    this.#audit = new AuditTail(world.auditFile);
  }

  /** Asks for a plan, to be applied one day, or never. */
  async plan(random: Random, tell: Tell): Promise<void> {
    const plan = await this.plans.ask(randomQuestion(this.#world, random));
    if (plan === null) return;
    this.plans.keep(plan);
    tell(`plan ${JSON.stringify(plan.question)}: ${plan.semids.join(' ')}`);
  }

  /** Applies a plan, or whatever is proved at that moment, and judges what that came to. */
  async apply(random: Random, act: Act, tell: Tell): Promise<void> {
    const way = await this.#way(random);
    const { plan, question, meanwhile } = way;
    tell(`apply ${way.old ? 'the old plan ' : ''}${plan?.semids.join(' ') ?? JSON.stringify(question)}`);
    const world = this.#world;
    const before = await this.#listing();
    const live = before.rows.filter((row) => world.sets.isLive(row)).length;
    const records = this.#audit.read();
    if (records.some(({ event }) => event === 'remove')) throw new Error('REMOVED WITHOUT A REQUEST');
    const askedAt = performance.now();
    const owners = new Map(before.rows.map(({ semid, uid }) => [semid, uid]));
    world.underWay = { since: askedAt, owners, held: null };
    const proven = world.told.filter(({ state }) => state === 'orphaned').map(({ semid }) => semid);
    world.planned = plan?.semids ?? proven;
    const given = await this.#answer(way, records, act, tell);
    const answer = given?.status === 200 ? given : null;
    world.underWay = null;
    world.planned = this.plans.semids;
    const after = await this.#listing();
    const calls = this.#newCalls();
    this.#calls += calls.length;
    const application: Application = {
      askedAt,
      plan,
      uids: uidsOf(question),
      maxSets: question.maxSets ?? null,
      before,
      after,
      answer,
      records,
      calls,
      quiet: meanwhile === 'nothing' && way.ending === null,
    };
    const removed = records.flatMap(({ event, semid = -1 }) => (event === 'removed' ? semid : []));
    tell(`removed ${removed.join(' ')}`);
    await world.removals.judge(application);
    for (const semid of removed) world.sets.moves(semid);
    world.told = world.told.filter(({ semid }) => !removed.includes(semid));
    if (given !== null && isUnprovable(given)) this.counts.unprovable++;
    else this.counts.count(application, { live, old: way.old, meanwhile });
  }

  async #way(random: Random): Promise<Way> {
    const kept = random.chance(0.5) ? this.plans.take() : undefined;
    const question = kept?.question ?? randomQuestion(this.#world, random);
    const plan = kept ?? (random.chance(0.5) ? await this.plans.ask(question) : null);
    return {
      plan,
      old: kept !== undefined,
      question,
      meanwhile: random.one(MEANWHILE) ?? 'nothing',
      ending: random.chance(0.02) ? (random.one(['SIGTERM', 'SIGKILL'] as const) ?? null) : null,
    };
  }

  /** The answer to a cleanup beside which things happen; null where the exporter was ended. Adds what the audit says. */
  async #answer(
    { plan, question, meanwhile, ending }: Way,
    records: AuditRecord[],
    act: Act,
    tell: Tell,
  ): Promise<CleanupAnswer | null> {
    const world = this.#world;
    const place = meanwhile === 'nothing' || meanwhile === 'any time' ? null : meanwhile;
    if (place !== null) world.gate.shut(place);
    let ended = false;
    let heldFor = 0;
    const answering = world
      .cleanUp({ ...(plan === null ? question : { planId: plan.id }), dryRun: false })
      .catch((error: unknown) => {
        if (ending === null) throw error;
        return null;
      })
      .finally(() => (ended = true));
    // It is awaited below; until then its failure is no unhandled one.
    answering.catch(() => undefined);
    try {
      if (meanwhile === 'any time') await act('any time', Infinity);
      if (place !== null) heldFor = await this.#hold(place, () => ended, records, act, tell);
      if (ending !== null) {
        tell(`${ending} to the exporter`);
        world.signalExporter(ending);
      }
    } finally {
      if (world.underWay !== null) world.underWay.held = null;
      world.gate.open();
    }
    const answer = await answering;
    records.push(...this.#audit.read());
    if (ending !== null) {
      await world.gate.ended(this.#newCalls());
      await world.restartExporter();
      this.plans.forget();
    } else if (answer?.status !== 200 && !isExcused(answer, heldFor))
      throw new Error(`nothing was applied: ${answer?.text ?? ''}`);
    return answer;
  }

  /** Lets things happen while ipcrm waits, if it is called; how long it has waited, milliseconds. */
  async #hold(
    place: GatePlace,
    hasEnded: () => boolean,
    records: AuditRecord[],
    act: Act,
    tell: Tell,
  ): Promise<number> {
    const world = this.#world;
    await vi.waitFor(
      () => {
        if (!hasEnded() && !world.gate.isWaitedAt) throw new Error('ipcrm is not called');
      },
      { timeout: 20_000, interval: 5 },
    );
    if (!world.gate.isWaitedAt || world.underWay === null) return 0;
    const since = performance.now();
    const semids = this.#newCalls().flatMap((call) => call.semids);
    tell(`ipcrm waits ${place} ${semids.join(' ')}`);
    records.push(...this.#audit.read());
    const written = records.flatMap(({ event, semid = -1 }) => (event === 'remove' ? semid : []));
    if (!semids.every((semid) => written.includes(semid)))
      throw new Error(`NOT IN THE AUDIT YET: ${semids.join(' ')}`);
    if (semids.length > 0) world.planned = semids;
    world.underWay.held = new Set(semids);
    const second = await world.cleanUp({ dryRun: false });
    if (second.code !== 'cleanup_running') throw new Error(`A SECOND CLEANUP RAN: ${second.text}`);
    await act(place, since + HELD_MS);
    return performance.now() - since;
  }

  #newCalls(): readonly Call[] {
    return this.#world.gate.callsAfter(this.#calls);
  }

  async #listing(): Promise<Listing> {
    return { at: performance.now(), rows: await this.#world.namespace.kernelSets() };
  }
}

/** Whether nothing could be removed for a reason that lies in this machine. */
function isExcused(answer: CleanupAnswer | null, heldFor: number): boolean {
  if (answer === null) return false;
  return isUnprovable(answer) || (answer.code === 'cannot_become_owner' && heldFor > GIVEN_UP_MS);
}
