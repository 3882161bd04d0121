import { describe, expect, it } from 'vitest';
import { decodeLedger } from '../../src/orphans/ledger-decoder.ts';
import { encodeLedger } from '../../src/orphans/ledger-format.ts';
import { APACHE } from '../../src/orphans/profiles.ts';
import { apache, process, RULE, set, Watch } from './invented.ts';

// A service of root that gives its sets to another user, as Apache does, and that no profile names at first.
const service = process({
  pid: 70,
  family: 'service',
  comm: 'service',
  exe: '/opt/bin/service',
  startedAt: 5,
});
const server = apache({ startedAt: 20 });
const made = set({ changedAt: 112 });
const WITH_SERVICE = {
  ...RULE,
  profiles: [APACHE, { name: 'service', images: ['service'], libraries: [], owners: null }],
};

function watched(): Watch {
  return new Watch().see(100, [], [service, server]).see(115, [[made]], [service, server]);
}

/** The same ledger in an exporter that was started again. */
function restarted(watch: Watch): Watch {
  if (watch.ledger === null) throw new Error('a ledger was kept');
  const decoded = decodeLedger(encodeLedger(watch.ledger));
  if (decoded.kind !== 'ledger') throw new Error('the ledger survives');
  watch.ledger = decoded.ledger;
  return watch;
}

describe('a ledger of other profiles', () => {
  it.each([
    ['a reload', (watch: Watch) => watch],
    ['a restart', restarted],
  ])('takes the images that only the new ones name for candidates of every set, after %s', (_, next) => {
    const watch = next(watched());
    watch.rule = WITH_SERVICE;
    expect(watch.see(200, [[made]], [service]).state()).toBe('held');
    expect(watch.holders()).toEqual([70]);
    expect(watch.see(215, [[made]], []).state()).toBe('orphaned');
  });

  it('does so until every process could be read', () => {
    const watch = watched();
    watch.rule = WITH_SERVICE;
    watch.see(130, [[made]], [{ ...service, family: null, opaque: 'it could not be read' }, server]);
    expect(watch.see(200, [[made]], [service]).state()).toBe('held');
  });

  it('forgets no proof where the new ones name the same images', () => {
    const watch = watched().see(200, [[made]], [service]);
    watch.rule = { ...RULE, profiles: [{ ...APACHE, owners: ['www-data'] }] };
    expect(watch.see(215, [[made]], [service, apache({ family: 'apache-2', startedAt: 205 })]).state()).toBe(
      'orphaned',
    );
  });

  it('adds nobody to a set whose user is known', () => {
    const used = set({ changedAt: 112, operatedAt: 125 });
    const watch = watched().see(130, [[used, { lastPids: [200] }]], [service, server]);
    watch.rule = WITH_SERVICE;
    watch.see(145, [[used, { lastPids: [200] }]], [service, server]);
    expect(watch.entry().candidates).toEqual(['apache-1']);
  });
});
