import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { packSnapshot, unpackSnapshot, type PackedSnapshot } from '../../src/collector/messages.ts';
import { judgedSet, type Snapshot } from '../../src/collector/snapshot.ts';
import { inventedSnapshot } from '../support/invented-status.ts';

/** The snapshot after a way through a real message port, as between two threads. */
function cross(snapshot: Snapshot): Snapshot {
  const { port1, port2 } = new MessageChannel();
  const { packed, transfer } = packSnapshot(snapshot);
  port1.postMessage(packed, transfer);
  const received = receiveMessageOnPort(port2)?.message as PackedSnapshot;
  port1.close();
  return unpackSnapshot(received);
}

describe('a snapshot that crosses between threads', () => {
  it('arrives whole', () => {
    const invented = () =>
      inventedSnapshot([
        { semid: 0, owner: 'root', uid: 0, state: 'keyed', key: 0xffff_ffff, semaphores: 3 },
        { semid: 32_768, owner: '?', uid: null, state: 'unknown' },
      ]);
    const arrived = cross(invented());
    expect(arrived).toEqual(invented());
    expect(judgedSet(arrived, 1)).toEqual(judgedSet(invented(), 1));
  });

  it('arrives also where there is no set', () => {
    expect(cross(inventedSnapshot([]))).toEqual(inventedSnapshot([]));
  });

  it('is handed over, not copied, in all blocks that grow with the sets', () => {
    const snapshot = inventedSnapshot([{ owner: 'root', uid: 0, state: 'keyed' }]);
    cross(snapshot);
    const { states, sentence, holders } = snapshot.judgements;
    for (const block of [snapshot.sets.cells, snapshot.ownerOf, states, sentence, holders])
      expect(block.byteLength).toBe(0);
  });
});
