import { z } from 'zod';

import { SET_STATES } from '../orphans/vocabulary.ts';
import type { SetJson } from '../web/set-json.ts';
import type { SetsJson } from '../web/sets-page.ts';
import type { ExporterClient } from './exporter-client.ts';
import { strangerError } from './exporter-error.ts';
import type { SetFilter } from './set-filter.ts';

/** What a running exporter lists. */
export interface ListedSets {
  readonly sets: readonly SetJson[];
  /** When its last page was collected, seconds since the epoch. */
  readonly collectedAt: number;
}

/** Sets on one page: few requests for a full table, and an answer that stays small beside what may be read. */
const PAGE = 5000;

const NUMBER_OR_NULL = z.number().nullable();
const SET: z.ZodType<SetJson> = z.object({
  semid: z.number(),
  key: z.string(),
  owner: z.string(),
  uid: NUMBER_OR_NULL,
  gid: NUMBER_OR_NULL,
  creatorUid: NUMBER_OR_NULL,
  creatorGid: NUMBER_OR_NULL,
  perms: z.string(),
  semaphores: z.number(),
  operatedAt: z.string().nullable(),
  changedAt: z.string().nullable(),
  state: z.enum(SET_STATES),
  evidence: z.string(),
  holders: z.array(z.number()),
});
const SETS: z.ZodType<SetsJson> = z.object({
  collectedAt: z.string().nullable(),
  sets: z.array(SET),
  nextCursor: z.string().nullable(),
});

/** All sets that pass the filter, page by page. Throws an ExporterError. */
export async function listedSets(
  client: Pick<ExporterClient, 'get'>,
  { owners, states }: SetFilter,
  address: string,
): Promise<ListedSets> {
  const sets: SetJson[] = [];
  let cursor: string | null = null;
  for (;;) {
    const query = new URLSearchParams({ limit: String(PAGE) });
    for (const owner of owners) query.append('owner', owner);
    for (const state of states) query.append('state', state);
    if (cursor !== null) query.set('cursor', cursor);
    const page: SetsJson = await client.get(`/api/v1/sets?${query.toString()}`, SETS);
    // Semids ascend from page to page; pages that did not would never end.
    let before = sets.at(-1)?.semid ?? -1;
    for (const set of page.sets) {
      if (set.semid <= before) throw strangerError(address, 'lists a set twice');
      before = set.semid;
      sets.push(set);
    }
    if (page.nextCursor === null) {
      return { sets, collectedAt: Date.parse(page.collectedAt ?? '') / 1000 };
    }
    if (page.sets.length === 0) throw strangerError(address, 'lists pages without end');
    cursor = page.nextCursor;
  }
}
