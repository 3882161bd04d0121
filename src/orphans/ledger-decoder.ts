import { z } from 'zod';
import type { SemaphoreSet } from '../kernel/set-table.ts';
import { checksum, LEDGER_VERSION } from './ledger-format.ts';
import type { Entry, Ledger } from './ledger.ts';

const MAX_SETS = 32_768;
const MAX_FAMILIES = 1_048_576;

const count = z.int().min(0);
const id = z.int().min(0).max(0xffff_ffff);
const time = z.number().min(-1e12).max(1e12);
const text = z.string().max(256);
const family = z.string().min(1).max(256);

const sight = z.strictObject({
  observation: count,
  at: time,
  wallTime: time,
  atFirstObservation: z.boolean(),
  imageAlive: z.boolean(),
  opaque: z.boolean(),
});

const profile = z.strictObject({
  name: text,
  images: z.array(text),
  libraries: z.array(text),
  owners: z.array(z.string()).nullable(),
});

const set = [id, id, id, count, id, id, id, id, time, time] as const;
const use = z.tuple([z.array(count), z.array(count), count]).nullable();

/** The fields of an entry in order, because 32 000 of them are written; lists and sights by their numbers. */
const entry = z.tuple([
  z.tuple(set),
  use,
  z.tuple([count, count, count.nullable()]),
  z.tuple([text.nullable(), text.nullable(), z.boolean()]),
  z.tuple([time, time]),
  time.nullable(),
  z.boolean(),
]);

const content = z.strictObject({
  bootId: text.min(1),
  ipcNamespace: count,
  observations: count.min(1),
  previous: z.strictObject({ startedAt: time, endedAt: time, bootedAt: time }),
  revision: count,
  families: z.array(z.tuple([family, time])).max(MAX_FAMILIES),
  executables: z.array(z.tuple([text, text])).max(MAX_FAMILIES),
  profiles: z.array(profile),
  sights: z.array(sight).max(MAX_SETS),
  candidates: z.array(z.array(family).max(MAX_FAMILIES)).max(MAX_SETS),
  entries: z.array(entry).max(MAX_SETS),
  startDemand: z
    .array(
      z.strictObject({
        profile: text,
        uid: id,
        sets: count,
        family,
        starting: z.array(id).max(MAX_SETS).nullable(),
      }),
    )
    .max(MAX_SETS),
});

type Content = z.infer<typeof content>;

const envelope = z.strictObject({ version: z.int(), sha256: z.string(), ledger: z.unknown() });

/** What a state file's text turned out to be. */
export type Decoded =
  | { readonly kind: 'ledger'; readonly ledger: Ledger }
  | { readonly kind: 'other-version'; readonly version: number }
  | { readonly kind: 'corrupt'; readonly why: string };

/** The ledger in a state file's text. Never throws. */
export function decodeLedger(text: string): Decoded {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { kind: 'corrupt', why: 'it is no JSON' };
  }
  const version = z.looseObject({ version: z.int() }).safeParse(parsed).data?.version;
  if (version !== undefined && version !== LEDGER_VERSION) return { kind: 'other-version', version };
  const outer = envelope.safeParse(parsed);
  if (!outer.success) return { kind: 'corrupt', why: 'it is no ledger' };
  if (checksum(JSON.stringify(outer.data.ledger)) !== outer.data.sha256) {
    return { kind: 'corrupt', why: 'its checksum does not fit' };
  }
  const inner = content.safeParse(outer.data.ledger);
  const ledger = inner.success ? ledgerOf(inner.data) : null;
  return ledger === null
    ? { kind: 'corrupt', why: 'its content is not what a ledger holds' }
    : { kind: 'ledger', ledger };
}

function ledgerOf(data: Content): Ledger | null {
  const entries = new Map<number, Entry>();
  for (const [row, use, numbers, notes, window, extinctSince, counted] of data.entries) {
    const sight = data.sights[numbers[0]];
    const candidates = data.candidates[numbers[1]];
    const user = numbers[2] === null ? null : data.candidates[numbers[2]]?.[0];
    const set = setOf(row);
    if (sight === undefined || candidates === undefined || user === undefined) return null;
    if (entries.has(set.semid)) return null;
    entries.set(set.semid, {
      set,
      use: use && { lastPids: use[0], values: use[1], waiters: use[2] },
      sight,
      candidates,
      user,
      imageUse: notes[0],
      foreignUse: notes[1],
      contested: notes[2],
      operation: { after: window[0], before: window[1] },
      extinctSince,
      counted,
    });
  }
  const { bootId, ipcNamespace, observations, previous, revision, profiles, startDemand } = data;
  return {
    bootId,
    ipcNamespace,
    observations,
    previous,
    revision,
    families: new Map(data.families),
    executables: new Map(data.executables),
    profiles,
    entries,
    startDemand,
  };
}

function setOf(row: z.infer<typeof entry>[0]): SemaphoreSet {
  const [key, semid, mode, semaphores, uid, gid, creatorUid, creatorGid, operatedAt, changedAt] = row;
  return { key, semid, mode, semaphores, uid, gid, creatorUid, creatorGid, operatedAt, changedAt };
}
