import type { MetricDefinition } from './definition.ts';

/** What the exporter itself is. */
export const EXPORTER_METRICS: readonly MetricDefinition[] = [
  {
    name: 'sysvsem_exporter_build_info',
    type: 'gauge',
    help: 'The build of the exporter that runs, always 1.',
    labels: {
      version: 'version of the exporter',
      revision: 'commit it was built from; `unknown` where it was built outside a checkout',
      nodeversion: 'version of Node.js that runs it',
    },
    absent: null,
    samples: ({ build }) => [
      {
        labels: { version: build.version, revision: build.revision, nodeversion: build.nodeVersion },
        value: 1,
      },
    ],
  },
];
