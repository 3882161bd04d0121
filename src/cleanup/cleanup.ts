import { randomUUID } from 'node:crypto';

import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { UserNames } from '../kernel/user-names.ts';
import { applyPlan, type Application } from './apply.ts';
import type { Audit } from './audit.ts';
import { CleanupError } from './cleanup-error.ts';
import type { Batch, BatchResult, Proved, TableUse } from './messages.ts';
import { uidsOfOwners, type AllowedOwner } from './owners.ts';
import type { Question, Skipped } from './plan.ts';
import { PlanStore } from './plan-store.ts';
import type { Proof, RemovableState } from './proof.ts';
import { requestRecord, skippedRecord, type Asker, type RequestId } from './records.ts';
import type { RemovalPrograms } from './removal-programs.ts';
import type { CleanupRequest } from './request.ts';
import { afterApplied, afterRequest, noCleanups, type CleanupOutcome, type CleanupStatus } from './status.ts';

/** What an operator allows. */
export interface CleanupPolicy {
  readonly owners: readonly AllowedOwner[];
  readonly allowSuspected: boolean;
  readonly maxSets: number;
}

/** Where proofs come from, and who removes: in the exporter, the worker thread. */
export interface CleanupSource {
  prove(question: Question, programs: RemovalPrograms): Promise<Proved>;
  remove(batch: Batch): Promise<BatchResult>;
}

/** What cleanups work with. */
export interface CleanupOptions {
  readonly policy: CleanupPolicy;
  readonly source: CleanupSource;
  readonly programs: RemovalPrograms;
  readonly names: UserNames;
  readonly audit: Audit;
  readonly log: Log;
  /** Aborted when the exporter is told to end: no further batch is begun then. */
  readonly stop: AbortSignal;
  /** Collects once, so that what is published follows; called after a cleanup that was applied. */
  readonly collect: () => Promise<void>;
}

/** What a cleanup came to. */
export interface CleanupResult {
  readonly planned: readonly Proof[];
  readonly skipped: readonly Skipped[];
  readonly nameOf: (uid: number) => string;
  /** Of a dry run: how to apply it. */
  readonly plan: { readonly id: string; readonly lifetime: number } | null;
  /** Null for a dry run. */
  readonly applied: (Application & { readonly before: TableUse }) | null;
}

/** An owner or a state that may not be asked for. */
export class NotAllowed extends Error {
  override readonly name = 'NotAllowed';
  readonly code: 'owner_not_allowed' | 'state_not_allowed';

  constructor(code: NotAllowed['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** The cleanups of an exporter, one at a time. */
export class Cleanup {
  readonly #options: CleanupOptions;
  readonly #plans = new PlanStore<Question & { readonly only: readonly Proof[] }>();
  #running: Promise<unknown> | null = null;
  #status: CleanupStatus;

  constructor(options: CleanupOptions) {
    this.#options = options;
    this.#status = noCleanups(options.policy.owners.map(({ name }) => name));
  }

  /** What the cleanups came to so far; a new object after each, never changed. */
  get status(): CleanupStatus {
    return this.#status;
  }

  /** Most sets that one request may remove. */
  get maxSets(): number {
    return this.#options.policy.maxSets;
  }

  /** Counts a request that was refused before it came here. */
  count(outcome: CleanupOutcome): void {
    this.#status = afterRequest(this.#status, outcome);
  }

  /** Resolves when no cleanup runs. */
  async idle(): Promise<void> {
    await this.#running?.catch(() => undefined);
  }

  /**
   * Plans, or plans and removes. Rejects with a {@link NotAllowed} or a {@link CleanupError} where it is refused, and then
   * nothing was removed. It runs to its end whoever waits for it.
   */
  async run(request: CleanupRequest, asker: Asker): Promise<CleanupResult> {
    if (this.#running !== null)
      throw new CleanupError('cleanup_running', 'Another cleanup runs; try again when it has ended.');
    const running = this.#run(request, { request: randomUUID(), ...asker }).finally(() => {
      this.#running = null;
    });
    this.#running = running;
    return running;
  }

  async #run(request: CleanupRequest, by: RequestId): Promise<CleanupResult> {
    const { audit } = this.#options;
    const asked = { dryRun: request.dryRun, asked: request };
    try {
      if (this.#options.stop.aborted)
        throw new CleanupError('shutting_down', 'The exporter is about to end.');
      const question = await this.#questionOf(request);
      const proved = await this.#prove(question);
      const { planned, skipped } = proved.plan;
      const result = {
        planned,
        skipped,
        nameOf: (uid: number) => proved.names.get(uid) ?? String(uid),
      };
      const facts = { ...asked, planned: planned.length, skipped: skipped.length };
      if (request.dryRun) {
        await this.#record([requestRecord('plan', by, facts)]);
        return { ...result, plan: this.#plans.keep({ ...question, only: planned }), applied: null };
      }
      await this.#record([
        requestRecord('apply', by, facts),
        // Of a whole table only the plan's own sets are news.
        ...(question.only === null ? [] : skipped.map((each) => skippedRecord(by, each))),
      ]);
      const application = await applyPlan(planned, by, proved.table.sets, {
        ...this.#options,
        write: (records) => audit.write(records),
      });
      return await this.#applied(result, application, proved.table);
    } catch (error) {
      if (error instanceof CleanupError || error instanceof NotAllowed) {
        const { code, message } = error;
        // It is refused whether or not that can be written down.
        await audit.write([requestRecord('refused', by, { ...asked, code, message })]).catch(() => undefined);
      }
      throw error;
    }
  }

  async #applied(
    result: Pick<CleanupResult, 'planned' | 'skipped' | 'nameOf'>,
    application: Application,
    before: TableUse,
  ): Promise<CleanupResult> {
    const skipped = [...result.skipped, ...application.skipped];
    this.#status = afterApplied(this.#status, {
      removedOwners: application.removed.map(({ set }) => result.nameOf(set.uid)),
      skipped,
      failed: application.failed.length,
      endedAt: Date.now() / 1000,
    });
    if (!this.#options.stop.aborted) await this.#options.collect();
    return { ...result, skipped, plan: null, applied: { ...application, before } };
  }

  /** Before anything is removed. */
  async #record(records: Parameters<Audit['write']>[0]): Promise<void> {
    try {
      await this.#options.audit.write(records);
    } catch (error) {
      this.#options.log.error('The audit file cannot be written; nothing is removed', {
        err: messageOf(error),
      });
      throw new CleanupError('audit_unwritable', 'The audit cannot be written, so nothing is removed.', {
        cause: error,
      });
    }
  }

  async #prove(question: Question): Promise<Extract<Proved, { kind: 'plan' }>> {
    const { source, programs } = this.#options;
    let proved: Proved;
    try {
      proved = await source.prove(question, programs);
    } catch (error) {
      throw new CleanupError(
        'not_judged',
        'The sets could not be judged; the log of the exporter says why.',
        {
          cause: error,
        },
      );
    }
    if (proved.kind === 'plan') return proved;
    this.#options.log.warn('No cleanup is possible', { code: proved.code, err: proved.message });
    throw new CleanupError(proved.code, sentenceFor(proved));
  }

  async #questionOf(request: CleanupRequest): Promise<Question> {
    if (request.planId !== null) {
      const plan = this.#plans.take(request.planId);
      if (plan === undefined)
        throw new CleanupError('plan_unknown', 'There is no such plan (any more); ask for a new one.');
      return plan;
    }
    const { owners, states, minAgeSeconds, maxSets } = request;
    return {
      uids: await this.#uidsOf(owners),
      states: states.map((state) => this.#allowedState(state)),
      minAgeSeconds,
      maxSets: Math.min(maxSets ?? this.maxSets, this.maxSets),
      only: null,
    };
  }

  async #uidsOf(owners: readonly string[] | null): Promise<readonly number[]> {
    const allowed = this.#options.policy.owners;
    if (owners === null) return allowed.map(({ uid }) => uid);
    const byName = new Map(allowed.map(({ uid, name }) => [name, uid]));
    const others = owners.filter((owner) => !byName.has(owner));
    const uids = new Map([...(await uidsOfOwners(others, this.#options.names)), ...byName]);
    return owners.map((owner) => {
      const uid = uids.get(owner);
      if (uid !== undefined && allowed.some((each) => each.uid === uid)) return uid;
      throw new NotAllowed(
        'owner_not_allowed',
        `Sets of ${JSON.stringify(owner)} may not be removed (--cleanup.allow-owner).`,
      );
    });
  }

  #allowedState(state: string): RemovableState {
    if (state === 'orphaned' || (state === 'suspected' && this.#options.policy.allowSuspected)) return state;
    const flag = state === 'suspected' ? ' (--cleanup.allow-suspected)' : '';
    throw new NotAllowed('state_not_allowed', `Sets in state ${state} may not be removed${flag}.`);
  }
}

/** What a client may know: no path, no program. */
function sentenceFor({ code, message }: Extract<Proved, { kind: 'blocked' }>): string {
  if (code === 'not_judged') return 'The sets could not be judged; the log of the exporter says why.';
  if (code === 'cannot_become_owner')
    return 'The exporter cannot remove a set as its owner (CAP_SETUID, CAP_SETGID); its log says why.';
  return message;
}
