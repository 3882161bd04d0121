import { stateOf } from '../collector/snapshot.ts';
import type { Snapshot } from '../collector/snapshot.ts';
import type { MetricDefinition, Sample } from './definition.ts';
import { ABSENT_WHEN_DOWN, uidLabel } from './definition.ts';
import { freshRegistry, register } from './registry.ts';
import { OWNER_LABELS, STATE_LABEL } from './owners.ts';

function setInfo(snapshot: Snapshot): readonly Sample[] {
  return Array.from({ length: snapshot.sets.length }, (_, row) => {
    const { semid, key, uid, mode, semaphores } = snapshot.sets.at(row);
    return {
      labels: {
        semid: String(semid),
        key: `0x${key.toString(16).padStart(8, '0')}`,
        owner: snapshot.owners[snapshot.ownerOf[row] ?? -1]?.owner ?? '',
        uid: uidLabel(uid),
        perms: mode.toString(8).padStart(3, '0'),
        state: stateOf(snapshot, row),
      },
      value: semaphores,
    };
  });
}

/** One series for each set; apart from the other metrics because a full table makes 32 000 of them. */
export const SET_INFO_METRIC: MetricDefinition<Snapshot> = {
  name: 'sysvsem_set_info',
  type: 'gauge',
  help: 'One semaphore set; the value is the number of its semaphores.',
  labels: {
    semid: "the set's identifier",
    key: 'its key in hexadecimal, `0x00000000` for a private set',
    ...OWNER_LABELS,
    perms: 'its permissions in octal, such as `600`',
    state: STATE_LABEL,
  },
  absent: `\`--collector.per-set\` is not given, ${ABSENT_WHEN_DOWN}, or there is no set`,
  samples: setInfo,
};

/**
 * The whole text of `sysvsem_set_info`, empty where there is no set. It reads the same in both formats, so
 * that it can be made once, in the worker thread; the array owns its memory and may be transferred.
 */
export async function renderSetInfo(snapshot: Snapshot): Promise<Uint8Array<ArrayBuffer>> {
  const registry = freshRegistry('text');
  const registered = register(registry, SET_INFO_METRIC, snapshot);
  return new TextEncoder().encode(registered ? await registry.metrics() : '');
}
