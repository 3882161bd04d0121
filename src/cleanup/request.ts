import { z } from 'zod';

import { SET_STATES, type SetState } from '../orphans/vocabulary.ts';
import { parseDuration } from '../duration.ts';

const MOST_OWNERS = 1_000;

/** What the body of a request asks for; a plan is applied by its id alone. */
export type CleanupRequest =
  | {
      readonly dryRun: boolean;
      readonly planId: null;
      /** Names or uids; null for every allowed owner. */
      readonly owners: readonly string[] | null;
      readonly states: readonly SetState[];
      readonly minAgeSeconds: number;
      /** Null for the ceiling. */
      readonly maxSets: number | null;
    }
  | { readonly dryRun: false; readonly planId: string };

const FIELDS = z.strictObject({
  dryRun: z.boolean().optional(),
  owners: z.array(z.string().min(1).max(256)).min(1).max(MOST_OWNERS).optional(),
  states: z.array(z.enum(SET_STATES)).min(1).max(SET_STATES.length).optional(),
  minAge: z
    .string()
    .max(64)
    .transform((text, context) => {
      const milliseconds = parseDuration(text);
      if (milliseconds !== undefined) return milliseconds / 1000;
      context.addIssue({ code: 'custom', message: 'it is no duration such as 10m, 1m30s or 0' });
      return z.NEVER;
    })
    .optional(),
  maxSets: z.int().min(1).optional(),
  planId: z.string().min(1).max(256).optional(),
});

/** A body that is read; or what is wrong with it, one sentence. */
export type ReadRequest =
  | { readonly kind: 'request'; readonly request: CleanupRequest }
  | { readonly kind: 'bad'; readonly message: string };

/** Reads the parsed body of a request; `mostSets` is the ceiling of `maxSets`. */
export function readCleanupRequest(body: unknown, mostSets: number): ReadRequest {
  const bad = (message: string): ReadRequest => ({ kind: 'bad', message });
  const parsed = FIELDS.safeParse(body);
  if (!parsed.success) return bad(sentenceOf(parsed.error));
  const {
    dryRun = true,
    planId,
    owners = null,
    states = ['orphaned'],
    minAge = 0,
    maxSets = null,
  } = parsed.data;
  if (planId !== undefined) {
    const others = Object.keys(parsed.data).filter((name) => name !== 'planId' && name !== 'dryRun');
    if (others.length > 0) return bad(`planId: a plan is applied as it is, without ${others.join(', ')}.`);
    if (dryRun) return bad('planId: a plan is applied with "dryRun": false beside it.');
    return { kind: 'request', request: { dryRun, planId } };
  }
  if (maxSets !== null && maxSets > mostSets)
    return bad(`maxSets: at most ${mostSets} sets may be asked for (--cleanup.max-sets).`);
  const request = { dryRun, planId: null, owners, states, minAgeSeconds: minAge, maxSets };
  return { kind: 'request', request };
}

function sentenceOf({ issues }: z.ZodError): string {
  const [issue] = issues;
  if (issue === undefined) return 'The body cannot be understood.';
  const where = issue.path.length === 0 ? 'The body' : issue.path.join('.');
  return `${where}: ${issue.message}.`;
}
