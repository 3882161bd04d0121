import type { Readable } from 'node:stream';

import type { z } from 'zod';

import { messageOf } from '../errors.ts';
import { askYesNo } from './ask-yes-no.ts';
import { APPLIED_ANSWER, PLAN_ANSWER, type AppliedAnswer, type PlanAnswer } from './cleanup-answer.ts';
import { cleanupRefusal } from './cleanup-refusal.ts';
import {
  planRequest,
  refuseUnclearOrder,
  tokenOf,
  type CleanupRequestFlags,
} from './cleanup-request-flags.ts';
import { leftSomething, planSummary, renderApplied, renderPlan } from './cleanup-text.ts';
import { ExporterClient } from './exporter-client.ts';
import { ExporterError } from './exporter-error.ts';
import { exporterAccess, type ExporterAccess } from './exporter-flags.ts';
import type { Terminal } from './terminal.ts';

/** How long a plan may take: a whole observation of the machine, perhaps behind a collection that runs. */
const PLAN_PATIENCE = 60_000;
/** How long a removal may take: a full table of 32 000 sets needs less than a minute on an idle machine. */
const APPLY_PATIENCE = 10 * 60_000;

/** Standard input, as far as it matters here. */
export type Input = Readable & { readonly isTTY?: boolean };

/**
 * Asks the running exporter for a plan and prints it; with `--apply`, after a question, has it carried out. Resolves to the
 * exit status: 0, or 2 where something planned is still there. Throws a UsageError or an ExporterError.
 */
export async function cleanup(
  flags: CleanupRequestFlags,
  terminal: Terminal,
  input: Input,
  stop: AbortSignal,
): Promise<number> {
  refuseUnclearOrder(flags, input.isTTY === true);
  const request = planRequest(flags);
  const desk = { access: exporterAccess(flags), token: tokenOf(flags), stop };
  const plan = await askForPlan(desk, request);
  if (flags.json) {
    const answer = flags.apply ? await applyPlan(desk, plan.planId) : plan;
    terminal.out(`${JSON.stringify(answer, null, 2)}\n`);
    return answer.dryRun || !leftSomething(answer) ? 0 : 2;
  }
  terminal.out(renderPlan(plan, Date.now() / 1000));
  if (plan.planned.length === 0) return 0;
  terminal.out(`\n${planSummary(plan)}\n`);
  if (!flags.apply) {
    terminal.out('Nothing was removed; the same command with --apply removes them.\n');
    return 0;
  }
  if (!flags.yes && !(await askYesNo('Remove them?', { input, say: terminal.err, stop }))) {
    terminal.out('Nothing was removed.\n');
    return 0;
  }
  if (input.isTTY === true) terminal.err('Removing, each as its owner and after a last check …\n');
  const applied = await applyPlan(desk, plan.planId);
  terminal.out(`\n${renderApplied(applied)}`);
  return leftSomething(applied) ? 2 : 0;
}

/** Where orders go, and by what right. */
interface Desk {
  readonly access: ExporterAccess;
  readonly token: string;
  readonly stop: AbortSignal;
}

async function askForPlan(desk: Desk, request: object): Promise<PlanAnswer> {
  try {
    return await order(desk, request, PLAN_PATIENCE, PLAN_ANSWER);
  } catch (error) {
    if (!(error instanceof ExporterError) || error.code !== 'no_answer') throw error;
    throw new ExporterError(
      'no_answer',
      `${error.message}; systemctl status sysvsem-exporter tells whether it runs, and its log where it listens`,
      { cause: error },
    );
  }
}

async function applyPlan(desk: Desk, planId: string): Promise<AppliedAnswer> {
  const answer = { refused: false };
  try {
    return await order(desk, { dryRun: false, planId }, APPLY_PATIENCE, APPLIED_ANSWER, () => {
      answer.refused = true;
    });
  } catch (error) {
    if (answer.refused) throw error;
    // The exporter finishes what it has begun, whoever waits for it.
    throw new ExporterError(
      'refused',
      `${messageOf(error)}; it may have removed what was planned: sysvsem-exporter cleanup shows what is left, ` +
        'its --cleanup.audit-file what is gone',
      { cause: error },
    );
  }
}

/** Sends an order on a connection of its own: one that was kept during a question may have been closed. */
async function order<T>(
  { access, token, stop }: Desk,
  body: object,
  patience: number,
  shape: z.ZodType<T>,
  onRefusal: () => void = () => undefined,
): Promise<T> {
  const client = new ExporterClient(access, stop);
  // A login takes the field that the token has otherwise.
  const headers: Record<string, string> =
    access.authorization === undefined ? { Authorization: `Bearer ${token}` } : { 'X-Sysvsem-Token': token };
  try {
    return await client.post(
      {
        path: '/api/v1/cleanup',
        body,
        headers,
        patience,
        refusal: (...answer) => {
          onRefusal();
          return cleanupRefusal(...answer);
        },
      },
      shape,
    );
  } finally {
    client.close();
  }
}
