import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../src/orphans/judge.ts';
import type { Judged } from '../../src/orphans/judge.ts';
import { decodeLedger } from '../../src/orphans/ledger-decoder.ts';
import { encodeLedger } from '../../src/orphans/ledger-format.ts';
import type { Ledger } from '../../src/orphans/ledger.ts';
import type { Observation } from '../../src/orphans/observation.ts';
import { SetTable } from '../../src/kernel/set-table.ts';
import { RULE } from './invented.ts';
import { Machine } from './machine.ts';

const HISTORIES = Number(process.env['ORPHAN_HISTORIES'] ?? 200);
const rule = { ...RULE, minAgeSeconds: 2 };

/** Lives through a random history; throws at the first proof that is false. Each set's semaphores are `unreadable` with that probability. */
function live(
  seed: number,
  observations: number,
  unreadable: number,
): { machine: Machine; ledger: Ledger | null; proofs: number } {
  const machine = new Machine(seed);
  let ledger: Ledger | null = null;
  let written = null as Ledger | null;
  let proofs = 0;
  for (let number = 0; number < observations; number++) {
    const events = Math.floor(Math.abs(Math.sin(seed + number)) * 8);
    for (let event = 0; event < events; event++) machine.step();
    const observation = disturbed(machine, unreadable);
    if (observation === null) continue;
    const judged: Judged = judge(ledger, observation, rule);
    if (judged.ledger?.revision !== written?.revision) written = judged.ledger;
    ledger = machine.chance(0.05) ? restarted(written) : judged.ledger;
    for (const [semid, { verdict }] of judged.sets) {
      if (verdict.state !== 'orphaned' && verdict.state !== 'suspected') continue;
      proofs++;
      if (machine.isKnown(semid))
        throw new Error(`observation ${number}: set ${semid} is ${verdict.state}, but known`);
    }
  }
  return { machine, ledger, proofs };
}

/** Now and then an observation fails, lacks a precondition, finds `ipcs` alone, a process or a set that cannot be read. */
function disturbed(machine: Machine, unreadable: number): Observation | null {
  const observation = machine.observe(true);
  if (machine.chance(0.05)) return null;
  if (machine.chance(0.05)) return { ...observation, blockers: ['no_ptrace'] };
  if (machine.chance(0.05)) return { ...observation, before: asPrinted(observation.before) };
  const processes = observation.processes.map((process) =>
    machine.chance(0.003) ? { ...process, family: null, opaque: 'it could not be read' } : process,
  );
  const uses = observation.uses.map((use) => (machine.chance(unreadable) ? null : use));
  return { ...observation, processes, uses };
}

function asPrinted(table: SetTable): SetTable {
  const unknown = { gid: null, creatorUid: null, creatorGid: null, operatedAt: null, changedAt: null };
  return SetTable.of(Array.from({ length: table.length }, (_, row) => ({ ...table.at(row), ...unknown })));
}

/** The ledger as an exporter that is started again finds it. */
function restarted(ledger: Ledger | null): Ledger | null {
  if (ledger === null) return null;
  const decoded = decodeLedger(encodeLedger(ledger));
  if (decoded.kind !== 'ledger') throw new Error(`the ledger did not survive: ${decoded.kind}`);
  return decoded.ledger;
}

describe('random histories of a machine', () => {
  it('never prove an orphan while a process knows its id', { timeout: 600_000 }, () => {
    let proofs = 0;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        proofs += live(seed, 60, 0.02).proofs;
      }),
      { numRuns: HISTORIES },
    );
    expect(proofs).toBeGreaterThan(HISTORIES);
  });

  it(
    'prove every orphan that was seen while its maker lived, three observations after its last holder died',
    { timeout: 60_000 },
    () => {
      let orphans = 0;
      fc.assert(
        fc.property(fc.integer(), (seed) => {
          const { machine, ledger } = live(seed, 20, 0);
          machine.processes.clear();
          machine.now += 5;
          // Innocents, which get the numbers of the dead.
          for (let number = 0; number < 20; number++) machine.spawn(0, false);
          let judged: Judged | null = null;
          let next = ledger;
          for (let number = 0; number < 4; number++) {
            machine.now += 3;
            judged = judge(next, machine.observe(false), rule);
            next = judged.ledger;
          }
          for (const [semid, { verdict }] of judged?.sets ?? []) {
            const entry = next?.entries.get(semid);
            if (entry?.sight.imageAlive !== true || entry.sight.atFirstObservation || entry.contested)
              continue;
            if (entry.sight.opaque) continue;
            // What only the last interval made was not watched while its maker lived.
            if (entry.sight.observation > (ledger?.observations ?? 0)) continue;
            orphans++;
            expect(verdict.state, `seed ${seed}, set ${semid}: ${verdict.evidence}`).toBe('orphaned');
          }
        }),
        { numRuns: 100 },
      );
      expect(orphans).toBeGreaterThan(100);
    },
  );
});
