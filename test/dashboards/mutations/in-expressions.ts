import type { CheckName } from '../all-checks.ts';
import { drop, rewrite, set, target, variable } from './mutation.ts';
import type { Mutation } from './mutation.ts';

const VOCABULARY: CheckName = 'asks for metrics, labels and values that exist';

/** Mistakes in expressions. */
export const IN_EXPRESSIONS: readonly Mutation[] = [
  {
    mistake: 'a metric that there is not',
    refusedBy: VOCABULARY,
    make: (d) => {
      rewrite(d, /sysvsem_sets\b/, 'sysvsem_set');
    },
  },
  {
    mistake: 'a label that there is not',
    refusedBy: VOCABULARY,
    make: (d) => {
      rewrite(d, /sysvsem_sets\{/, 'sysvsem_sets{host="a",');
    },
  },
  {
    mistake: 'a value that a label never has',
    refusedBy: VOCABULARY,
    make: (d) => {
      rewrite(d, /state="orphaned"/, 'state="orphan"');
    },
  },
  {
    mistake: 'a grouping by a label that there is not',
    refusedBy: VOCABULARY,
    make: (d) => {
      const found = target(d);
      found.expr = `sum by (host) (${found.expr})`;
    },
  },
  {
    mistake: 'a metric that there is not, in a variable',
    refusedBy: VOCABULARY,
    make: (d) => {
      set(variable(d, 'job'), 'query', { query: 'label_values(sysvsem_upp, job)', refId: 'A' });
    },
  },
  {
    mistake: 'a bracket too few',
    refusedBy: 'asks in PromQL (target-promql-rule)',
    make: (d) => {
      rewrite(d, /\)\s*$/, '');
    },
  },
  {
    mistake: 'no matcher for the job',
    refusedBy: 'selects the chosen jobs only (target-job-rule)',
    make: (d) => {
      rewrite(d, /job=~"\$job",\s*/, '');
    },
  },
  {
    mistake: 'a fixed job',
    refusedBy: 'selects the chosen jobs only (target-job-rule)',
    make: (d) => {
      rewrite(d, /job=~"\$job"/, 'job="sysvsem"');
    },
  },
  {
    mistake: 'no matcher for the instance',
    refusedBy: 'selects the chosen instances only (target-instance-rule)',
    make: (d) => {
      rewrite(d, /,\s*instance=~"\$instance"/, '');
    },
  },
  {
    mistake: 'one instance compared for equality',
    refusedBy: 'selects the chosen instances only (target-instance-rule)',
    make: (d) => {
      rewrite(d, /instance=~"\$instance"/, 'instance="$instance"');
    },
  },
  {
    mistake: 'a rate over a fixed window',
    refusedBy: 'takes rates over $__rate_interval (target-rate-interval-rule)',
    make: (d) => {
      rewrite(d, /\[\$__rate_interval\]/, '[5m]');
    },
  },
  {
    mistake: 'a range that only Loki fills in',
    refusedBy: 'takes no range over what only Loki fills in (target-logql-auto-rule)',
    make: (d) => {
      rewrite(d, /\[\$__rate_interval\]/, '[$__auto]');
    },
  },
  {
    mistake: 'a counter without a rate',
    refusedBy: 'shows counters as rates or increases only (target-counter-agg-rule)',
    make: (d) => {
      target(d).expr = 'sysvsem_collections_total{job=~"$job",instance=~"$instance"}';
    },
  },
  {
    mistake: 'a highest value of a counter',
    refusedBy: 'shows counters as rates or increases only (target-counter-agg-rule)',
    make: (d) => {
      rewrite(d, /\b(?:rate|increase)\(/, 'max_over_time(');
    },
  },
  {
    mistake: 'a query that says neither instant nor range',
    refusedBy: 'says of every query whether it is for an instant or a range',
    make: (d) => {
      const found = target(d);
      drop(found, 'instant');
      drop(found, 'range');
    },
  },
  {
    mistake: 'a legend of a label that is summed away',
    refusedBy: 'names labels in legends that the series have',
    make: (d) => {
      target(d).legendFormat = '{{alertname}}';
    },
  },
];

/** What only the host's dashboard can get wrong: it alone has annotations. */
export const IN_HOST: readonly Mutation[] = [
  {
    mistake: 'a metric that there is not, in an annotation',
    refusedBy: VOCABULARY,
    make: (d) => {
      for (const annotation of d.annotations.list ?? [])
        for (const query of [annotation, annotation.target ?? {}])
          if ('expr' in query) set(query, 'expr', 'sysvsem_cleanups{job=~"$job",instance=~"$instance"}');
    },
  },
];

/** What only the fleet's can get wrong. */
export const IN_FLEET: readonly Mutation[] = [
  {
    mistake: 'a series for each instance',
    refusedBy: 'asks for no series of each instance where there may be thousands',
    make: (d) => {
      target(d).expr = 'sysvsem_sets{job=~"$job",instance=~"$instance"}';
    },
  },
];
