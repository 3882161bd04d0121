import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import { Cleaner } from '../support/cleanup.ts';
import { LeakyApache } from '../support/leaky-apache.ts';
import { Namespace } from '../support/namespace.ts';
import { needs } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PROFILES = 'profiles: [{name: apache, images: [apache2], owners: [lp]}]\n';
/** The user `lp`, whose sets nobody asks for. */
const LP = 7;

needs('namespaces', 'nsenter', 'setpriv').it(
  'a cleanup of one owner goes by the names of all owners, where a profile names some: what it sees of their sets is kept',
  async () => {
    const namespace = await Namespace.create(onTestFinished);
    const profiles = join(temporaryFolder(onTestFinished), 'profiles.yml');
    writeFileSync(profiles, PROFILES);
    const cleaner = await Cleaner.start(onTestFinished, namespace, {
      flags: ['--collector.interval=0', '--cleanup.allow-owner=lp', `--orphans.profiles-file=${profiles}`],
    });
    const apache = LeakyApache.start(onTestFinished, namespace);
    await apache.make(1, LP);
    const madeAt = Date.now();
    const cleanUp = async () => {
      const answer = await cleaner.ask({ owners: ['www-data'] });
      expect([answer.status, answer.planned, answer.skipped], answer.text).toEqual([200, [], []]);
    };
    // No other look at the set is made while its Apache lives.
    await cleanUp();
    // Until then it might be a new one each time, of which no use is known.
    await vi.waitUntil(() => Date.now() > madeAt + 2000, { timeout: 5000 });
    await cleanUp();
    await apache.use();
    await cleanUp();
    await apache.crash();
    await expect
      .poll(
        async () => {
          const { text } = await cleaner.exporter.ask('/api/v1/sets');
          return (JSON.parse(text) as { sets: { state: string; evidence: string }[] }).sets;
        },
        { timeout: 20_000 },
      )
      .toMatchObject([
        { state: 'orphaned', evidence: expect.stringContaining('was seen using it') as string },
      ]);
  },
);
