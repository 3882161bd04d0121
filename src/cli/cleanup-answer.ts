import { z } from 'zod';

import { SKIP_CODES } from '../cleanup/plan.ts';
import { SET_STATES } from '../orphans/vocabulary.ts';

const REMOVABLE = z.object({
  semid: z.number(),
  key: z.string(),
  owner: z.string(),
  uid: z.number(),
  semaphores: z.number(),
  state: z.enum(SET_STATES),
  changedAt: z.string(),
  evidence: z.string(),
});
const SKIPPED = z.object({ semid: z.number(), reason: z.string(), code: z.enum(SKIP_CODES) });
const TABLE = z.object({ sets: z.number(), limit: z.number().nullable() });

/** What an exporter answers where it is asked for a plan. */
export const PLAN_ANSWER = z.object({
  dryRun: z.literal(true),
  planId: z.string(),
  expiresAt: z.string(),
  planned: z.array(REMOVABLE),
  skipped: z.array(SKIPPED),
});

/** What an exporter answers where it has carried a plan out. */
export const APPLIED_ANSWER = z.object({
  dryRun: z.literal(false),
  planned: z.array(REMOVABLE),
  skipped: z.array(SKIPPED),
  removed: z.array(REMOVABLE),
  failed: z.array(z.object({ semid: z.number(), error: z.string() })),
  before: TABLE,
  after: TABLE,
});

/** A plan, as {@link PLAN_ANSWER} reads it. */
export type PlanAnswer = z.infer<typeof PLAN_ANSWER>;

/** What came of a plan, as {@link APPLIED_ANSWER} reads it. */
export type AppliedAnswer = z.infer<typeof APPLIED_ANSWER>;

/** A set that is left alone. */
export type SkippedAnswer = z.infer<typeof SKIPPED>;
