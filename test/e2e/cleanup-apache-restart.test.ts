import { expect, onTestFinished } from 'vitest';
import { Apache } from '../support/apache.ts';
import { APACHE_SETS } from '../support/apache-config.ts';
import type { ApacheModel } from '../support/apache-config.ts';
import { Cleaner, HeldIpcrm, semidsOf } from '../support/cleanup.ts';
import { leakOrphans } from '../support/leaky-apache.ts';
import { Namespace } from '../support/namespace.ts';
import { needs } from '../support/needs.ts';

const { describe, it } = needs('apache2', 'namespaces', 'nsenter', 'setpriv');

const ORPHANS = 20;
const PATIENCE = { timeout: 30_000, interval: 50 };
/** What an Apache says that lost a set which it needs. */
const LOST = /Identifier removed|Invalid argument|AH00144|AH00050/;

/** A way to restart an Apache. */
interface Restart {
  readonly how: (apache: Apache) => Promise<void> | void;
  /** Whether it leaves its sets behind. */
  readonly leaks: boolean;
}

const RESTARTS: readonly Restart[] = [
  {
    how: (apache) => {
      apache.signal('SIGUSR1');
    },
    leaks: false,
  },
  {
    how: (apache) => {
      apache.signal('SIGHUP');
    },
    leaks: false,
  },
  {
    how: async (apache) => {
      await apache.stop();
      await apache.start();
    },
    leaks: false,
  },
  {
    how: async (apache) => {
      await apache.crash();
      await apache.start();
    },
    leaks: true,
  },
];

/** An Apache beside orphans of others, and a cleaner. */
class Scene {
  readonly namespace: Namespace;
  readonly cleaner: Cleaner;
  readonly apache: Apache;
  readonly #model: ApacheModel;
  /** Sets that nobody uses: those of others, and of this Apache's crashes. */
  readonly #abandoned: number[];

  constructor(namespace: Namespace, cleaner: Cleaner, apache: Apache, model: ApacheModel, orphans: number[]) {
    this.namespace = namespace;
    this.cleaner = cleaner;
    this.apache = apache;
    this.#model = model;
    this.#abandoned = orphans;
  }

  /** Sets of the Apache that runs now. */
  async live(): Promise<number[]> {
    return semidsOf(await this.namespace.kernelSets()).filter((semid) => !this.#abandoned.includes(semid));
  }

  /** Restarts it, and waits until it serves with sets of its own: all of them, and not the same ones as before. */
  async restart({ how, leaks }: Restart): Promise<void> {
    const before = await this.live();
    await how(this.apache);
    if (leaks) this.#abandoned.push(...before);
    await expect.poll(() => this.#isRenewed(before), PATIENCE).toBe(true);
  }

  async #isRenewed(before: readonly number[]): Promise<boolean> {
    const sets = await this.live();
    if (sets.length !== APACHE_SETS[this.#model] || sets.every((semid) => before.includes(semid)))
      return false;
    return this.apache.isServing();
  }

  /** Expects it to be whole, and these to be none of its sets. */
  async expectUnharmed(removed: readonly number[]): Promise<void> {
    expect(this.#abandoned).toEqual(expect.arrayContaining([...removed]));
    expect(await this.live()).toHaveLength(APACHE_SETS[this.#model]);
    await this.apache.takeMutexes();
    expect(this.apache.log).not.toMatch(LOST);
  }
}

for (const model of ['prefork', 'event'] as const) {
  describe(`an Apache with ${model} that restarts while a cleanup runs`, () => {
    it('loses no set that its new generation uses, and goes on serving', async () => {
      const namespace = await Namespace.create(onTestFinished);
      const ipcrm = new HeldIpcrm(onTestFinished);
      const cleaner = await Cleaner.start(onTestFinished, namespace, { ipcrm: ipcrm.script });
      const orphans = await leakOrphans(onTestFinished, cleaner.exporter, namespace, { count: ORPHANS });
      const apache = await Apache.run(onTestFinished, namespace, { model, tls: true });
      const scene = new Scene(namespace, cleaner, apache, model, orphans);
      await apache.takeMutexes();

      // The whole of a restart falls between the last check and the removal.
      for (const restart of RESTARTS) {
        ipcrm.hold();
        const asked = cleaner.askPatiently({ dryRun: false, maxSets: 3 });
        await ipcrm.called();
        await scene.restart(restart);
        ipcrm.letGo();
        const { removed, failed, text } = await asked;
        expect([removed.length, failed.length], text).toEqual([3, 0]);
        await scene.expectUnharmed(semidsOf(removed));
      }

      // Wherever they meet, and whatever is there to remove.
      for (const restart of [...RESTARTS, ...RESTARTS]) {
        const [{ removed, status, text }] = await Promise.all([
          cleaner.askPatiently({ dryRun: false }),
          scene.restart(restart),
        ]);
        expect(status, text).toBe(200);
        await scene.expectUnharmed(semidsOf(removed));
      }
    }, 120_000);
  });
}
