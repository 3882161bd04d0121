import { defineConfig } from 'vitest/config';

/** Tests of one part that run real programs, TLS or processes for seconds: too slow for the quick loop (`npm run test:unit`). */
const PARTS_WITH_PROGRAMS = [
  'test/alerts/**/*.test.ts',
  'test/deploy/**/*.test.ts',
  'test/web/web-config/**/*.test.ts',
  'test/collector/collector-worker.test.ts',
  'test/cleanup/remove.test.ts',
  'test/kernel/{ipcs,preconditions,processes,semctl,user-names}.test.ts',
  'test/orphans/histories.test.ts',
];

export default defineConfig({
  test: {
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
          name: 'integration',
          include: ['test/integration/**/*.test.ts', 'test/e2e/**/*.test.ts'],
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
