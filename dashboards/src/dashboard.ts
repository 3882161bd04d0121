import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type {
  AnnotationQuery,
  DashboardLink,
  VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { laidOut } from './layout.ts';
import type { Placed, Section } from './layout.ts';

/** What differs from one dashboard to the other. */
export interface DashboardParts {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** Begin of the time range it opens with; the end is now. */
  readonly from: string;
  readonly refresh: string;
  readonly variables: readonly Builder<VariableModel>[];
  readonly links: readonly Builder<DashboardLink>[];
  readonly annotations: readonly Builder<AnnotationQuery>[];
  readonly sections: readonly Section[];
}

/** A dashboard in Grafana's classic format, which Grafana 10 to 13 read. The SDK's own builder of these is deprecated. */
export type ClassicDashboard = ReturnType<typeof dashboardOf>;

/** Of the classic format; Grafana brings older ones up to date, and reads newer ones as they are. */
const SCHEMA_VERSION = 42;

/** Puts a dashboard together. */
export function dashboardOf(parts: DashboardParts) {
  const panels: Placed[] = laidOut(parts.sections);
  return {
    id: null,
    uid: parts.uid,
    title: parts.title,
    description: parts.description,
    tags: ['sysvsem'],
    timezone: 'browser',
    editable: false,
    // The same moment is marked in all graphs.
    graphTooltip: 1,
    time: { from: parts.from, to: 'now' },
    refresh: parts.refresh,
    schemaVersion: SCHEMA_VERSION,
    version: 1,
    links: built(parts.links),
    annotations: { list: built(parts.annotations) },
    templating: { list: built(parts.variables) },
    panels,
  };
}

function built<T>(builders: readonly Builder<T>[]): T[] {
  return builders.map((builder) => builder.build());
}
