import { defineConfig } from 'vitest/config';

/** Tests of one part that run real programs, TLS or processes for seconds: too slow for the quick loop (`npm run test:unit`). */
const PARTS_WITH_PROGRAMS = [
  'test/alerts/**/*.test.ts',
  'test/deploy/**/*.test.ts',
  'test/web/web-config/**/*.test.ts',
  'test/collector/collector-worker.test.ts',
  'test/cleanup/remove.test.ts',
  'test/dashboards/answers.test.ts',
  'test/kernel/{ipcs,preconditions,processes,semctl,user-names}.test.ts',
  'test/orphans/histories.test.ts',
];

/** Whole plays with many programs that mostly wait: they run beside what keeps the cores busy. */
const PLAYS = ['test/e2e/{drill,drill-command,demo}.test.ts'];

export default defineConfig({
  test: {
    // One more than the cores of a small machine: the plays mostly wait.
    maxWorkers: 3,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/integration/**', 'test/e2e/**', ...PARTS_WITH_PROGRAMS],
          globalSetup: ['test/support/programs.ts'],
        },
      },
      {
        test: {
          name: 'parts',
          include: PARTS_WITH_PROGRAMS,
          globalSetup: ['test/support/programs.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'plays',
          include: PLAYS,
          globalSetup: ['test/support/programs.ts', 'test/support/build.ts'],
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts', 'test/e2e/**/*.test.ts'],
          exclude: PLAYS,
          globalSetup: ['test/support/programs.ts', 'test/support/build.ts'],
          // Each of these files keeps both cores of a small machine busy, and some of them measure time.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
