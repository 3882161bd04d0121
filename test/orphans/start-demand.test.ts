import { describe, expect, it } from 'vitest';
import type { SemaphoreSet } from '../../src/kernel/set-table.ts';
import { apache, observation, process, RULE, set, Watch } from './invented.ts';

const server = apache({ startedAt: 111, uids: [0, 33] });

/** Sets with these semids, made at `changedAt`. */
function sets(changedAt: number, ...semids: number[]): [SemaphoreSet][] {
  return semids.map((semid) => [set({ semid, changedAt })]);
}

describe('the start demand', () => {
  it('is what a start under watch made', () => {
    const watch = new Watch().see(100, [], []).see(115, sets(112, 1, 2, 3), [server]);
    expect(watch.ledger?.startDemand).toMatchObject([{ profile: 'apache', uid: 33, sets: 3 }]);
    watch.see(130, sets(112, 1, 2, 3), [server]);
    expect(watch.demand()).toBe(3);
  });

  it('grows while the server still starts', () => {
    const watch = new Watch().see(100, [], []).see(112, sets(111, 1), [server]);
    expect(watch.demand()).toBe(1);
    watch.see(113, [...sets(111, 1), ...sets(112, 2, 3)], [server]);
    expect(watch.demand()).toBe(3);
    watch.see(128, [...sets(111, 1), ...sets(112, 2, 3), ...sets(117, 4)], [server]);
    expect(watch.demand()).toBe(4);
  });

  it('is known while the service is down, and learned anew from the next start', () => {
    const watch = new Watch().see(100, [], []).see(115, sets(112, 1, 2, 3), [server]);
    watch.see(130, sets(112, 1, 2, 3), []).see(200, sets(112, 1, 2, 3), []);
    expect(watch.demand()).toBe(3);
    const next = apache({ pid: 300, family: 'apache-2', startedAt: 205 });
    watch.see(215, [...sets(112, 1, 2, 3), ...sets(206, 4, 5)], [next]);
    expect(watch.demand()).toBe(3);
    watch.see(230, [...sets(112, 1, 2, 3), ...sets(206, 4, 5)], [next]);
    expect(watch.demand()).toBe(2);
  });

  it('leaves out what another user makes beside the server', () => {
    const neighbours = [4, 5, 6, 7].map((semid): [SemaphoreSet] => [
      set({ semid, uid: 54_321, creatorUid: 54_321, changedAt: 120 }),
    ]);
    const watch = new Watch().see(100, [], []).see(115, sets(112, 1, 2, 3), [server]);
    const neighbour = process({ pid: 400, family: 'neighbour', uids: [54_321], startedAt: 116 });
    watch.see(130, [...sets(112, 1, 2, 3), ...neighbours], [server, neighbour]);
    watch.see(145, [...sets(112, 1, 2, 3), ...neighbours], [server]);
    expect(watch.ledger?.startDemand).toMatchObject([{ profile: 'apache', uid: 33, sets: 3 }]);
  });

  it('leaves out what crashed servers left before the exporter was there', () => {
    const leaked = [...sets(20, 1, 2, 3), ...sets(60, 4, 5, 6)];
    const watch = new Watch().see(120, [...leaked, ...sets(110, 7), ...sets(111, 8, 9)], [server]);
    expect(watch.demand()).toBe(3);
  });

  it.each([15, 1.5])('does not grow with reloads that leak, every %d s', (interval) => {
    const watch = new Watch().see(100, [], []).see(112, sets(111, 1, 2, 3), [server]);
    const leaked: [SemaphoreSet][] = [];
    let live = sets(111, 1, 2);
    const kept = sets(111, 3);
    for (let reload = 1; reload < 30; reload++) {
      const at = 112 + reload * interval;
      leaked.push(...live.slice(0, 1));
      live = sets(Math.floor(at - 0.1), reload * 10, reload * 10 + 1);
      watch.see(at, [...kept, ...leaked, ...live], [server]);
      expect(watch.demand()).toBe(3);
    }
  });

  it('grows by no more than one generation where reloads leaked before the exporter was there', () => {
    const leaked = Array.from({ length: 50 }, (_, reload) => sets(200 + reload * 60, 100 + reload));
    const watch = new Watch().see(
      9000,
      [...sets(111, 1, 2), ...leaked.flat(), ...sets(8000, 3, 4)],
      [server],
    );
    expect(watch.demand()).toBe(4);
    watch.see(9015, [...sets(111, 1, 2), ...leaked.flat(), ...sets(8000, 3), ...sets(9010, 5, 6)], [server]);
    expect(watch.demand()).toBe(4);
  });

  it('follows a reload that makes more sets than the start did', () => {
    const watch = new Watch()
      .see(100, [], [])
      .see(115, sets(112, 1, 2), [server])
      .see(130, sets(112, 1, 2), [server]);
    watch.see(145, sets(140, 3, 4, 5, 6), [server]);
    expect(watch.demand()).toBe(4);
  });

  it('is that of the newest of two instances', () => {
    const second = apache({ pid: 300, family: 'apache-2', startedAt: 205 });
    const watch = new Watch().see(100, [], []).see(115, sets(112, 1, 2, 3), [server]);
    for (const at of [215, 230]) watch.see(at, [...sets(112, 1, 2, 3), ...sets(205, 4)], [server, second]);
    expect(watch.demand()).toBe(1);
  });

  it('is not learned from a control program that is there for a moment, nor from tools with the same libraries', () => {
    const watch = new Watch().see(100, [], []).see(115, sets(112, 1, 2, 3), [server]);
    const control = apache({ pid: 300, family: 'apachectl', startedAt: 128 });
    const logger = apache({
      pid: 301,
      family: 'rotatelogs',
      startedAt: 128,
      comm: 'rotatelogs',
      exe: '/usr/bin/rotatelogs',
      exeId: '8:9',
      libraries: ['libapr-1.so.0.7.2'],
    });
    watch.see(130, [...sets(112, 1), ...sets(129, 5, 6)], [server, control, logger]);
    watch.see(145, [...sets(112, 1), ...sets(129, 5, 6)], [server, logger]);
    expect(watch.demand()).toBe(3);
  });

  it('is told for each owner and profile apart', () => {
    const zabbix = { name: 'zabbix', images: ['zabbix_server'], libraries: [], owners: ['44'] };
    const watch = new Watch({ ...RULE, profiles: [...RULE.profiles, zabbix] });
    const other = process({ pid: 400, family: 'z', uids: [44], comm: 'zabbix_server', startedAt: 111 });
    const theirs = [9, 10].map((semid): [SemaphoreSet] => [
      set({ semid, changedAt: 112, uid: 44, creatorUid: 44 }),
    ]);
    watch.see(100, [], []).see(115, [...sets(112, 1), ...theirs], [server, other]);
    expect(watch.ledger?.startDemand).toContainEqual(
      expect.objectContaining({ profile: 'zabbix', uid: 44, sets: 2 }),
    );
    expect(watch.demand(33)).toBe(1);
  });

  it('stays as it is while nothing can be proved', () => {
    const watch = new Watch().see(100, [], []).see(115, sets(112, 1, 2), [server]);
    watch.see(130, [], [], { blockers: ['no_ptrace'] });
    expect(watch.demand()).toBe(2);
    expect(observation(1, [], []).blockers).toEqual([]);
  });
});
