import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resources, startCapacities } from '../../../src/web/status-page/capacity.ts';
import { limitFinding } from '../../../src/web/status-page/limit-finding.ts';
import { inventedSnapshot } from './invented.ts';

/** A machine with so much used of so much. */
function machine(used: { sets: number; semaphores: number }, most: { sets: number; semaphores: number }) {
  return inventedSnapshot([], {
    totals: used,
    limits: { semaphoresPerSet: 250, operationsPerCall: 32, ...most },
    startDemand: [{ profile: 'apache', owner: 'www-data', sets: 5 }],
  });
}

function judged(snapshot: ReturnType<typeof machine>) {
  const both = resources(snapshot);
  const starts = startCapacities(snapshot.startDemand, both);
  return { starts, finding: limitFinding(snapshot, both, starts) };
}

describe('starts that remain', () => {
  it('are what the scarcer of sets and semaphores allows', () => {
    const { starts } = judged(machine({ sets: 100, semaphores: 31_991 }, { sets: 128, semaphores: 32_000 }));
    expect(starts).toMatchObject([
      { service: 'apache (www-data)', demand: 5, remaining: 1, limitedBy: { kind: 'semaphores', free: 9 } },
    ]);
  });

  it('are never less than none, and never more than fit', () => {
    const amount = fc.integer({ min: -10, max: 40_000 });
    fc.assert(
      fc.property(
        fc.nat(40_000),
        fc.nat(40_000),
        amount,
        amount,
        (sets, semaphores, mostSets, mostSemaphores) => {
          const [start] = judged(
            machine({ sets, semaphores }, { sets: mostSets, semaphores: mostSemaphores }),
          ).starts;
          const fit = Math.max(0, Math.min(mostSets - sets, mostSemaphores - semaphores));
          expect(start?.remaining).toBe(Math.floor(fit / 5));
        },
      ),
    );
  });

  it('begin with the service that has the fewest; one that needs no set has no number', () => {
    const snapshot = {
      ...machine({ sets: 8, semaphores: 8 }, { sets: 128, semaphores: 32_000 }),
      startDemand: [
        { profile: 'apache', owner: 'small', sets: 0 },
        { profile: 'apache', owner: 'middle', sets: 5 },
        { profile: 'apache', owner: 'large', sets: 40 },
      ],
    };
    expect(judged(snapshot).starts.map(({ service, remaining }) => [service, remaining])).toEqual([
      ['apache (large)', 3],
      ['apache (middle)', 24],
      ['apache (small)', null],
    ]);
  });
});

describe('limitFinding', () => {
  const most = { sets: 1000, semaphores: 32_000 };

  it.each([
    [799, null, undefined],
    [800, 'warning', 'SysvsemSetsNearLimit'],
    [899, 'warning', 'SysvsemSetsNearLimit'],
    [900, 'critical', 'SysvsemSetsNearLimit'],
    [995, 'critical', 'SysvsemSetsNearLimit'],
    [996, 'critical', 'SysvsemApacheStartAtRisk'],
    [999, 'critical', 'SysvsemApacheStartAtRisk'],
    [1000, 'critical', 'SysvsemSetsNearLimit'],
  ])('of %d sets of 1000 is %s, as the alert %s', (sets, severity, alert) => {
    const { finding } = judged(machine({ sets, semaphores: sets }, most));
    expect(finding?.severity ?? null).toBe(severity);
    expect(finding?.alert).toBe(alert);
  });

  it('warns below three starts, but not while half the limit is free', () => {
    const demanding = (sets: number) => ({
      ...machine({ sets, semaphores: sets }, { sets: 100, semaphores: 32_000 }),
      startDemand: [{ profile: 'apache', owner: 'www-data', sets: 30 }],
    });
    expect(judged(demanding(50)).finding).toBeNull();
    expect(judged(demanding(51)).finding).toMatchObject({
      severity: 'warning',
      headline: '1 start of apache (www-data) remains',
    });
    expect(judged(demanding(71)).finding).toMatchObject({
      severity: 'critical',
      headline: 'The next start of apache (www-data) would fail',
    });
  });

  it('does not ask for more sets than the kernel takes', () => {
    const finding = (sets: number, limit: number) =>
      judged(machine({ sets, semaphores: sets }, { sets: limit, semaphores: 1_024_000_000 })).finding;
    expect(finding(31_000, 32_000)?.steps.at(-1)?.command).toBe(
      'sysctl -w kernel.sem="250 1024000000 32 32768"',
    );
    expect(finding(32_768, 32_768)?.steps.at(-1)?.command).toBeNull();
  });
});
