import type { Snapshot } from '../../collector/snapshot.ts';
import type { CollectionStatus } from '../../collector/status.ts';
import type { BuildInfo } from '../../version.ts';
import { resources, startCapacities } from './capacity.ts';
import type { Resource, StartCapacity } from './capacity.ts';
import { collectionFinding } from './collection-finding.ts';
import { exporterFacts } from './exporter-facts.ts';
import type { Fact } from './exporter-facts.ts';
import { gravestFirst } from './finding.ts';
import type { Finding, Step } from './finding.ts';
import { gauge } from './gauge.ts';
import type { Gauge } from './gauge.ts';
import { limitFinding } from './limit-finding.ts';
import { namespaceFinding, orphanFinding, proofFinding, stateTotals } from './orphan-findings.ts';
import type { StateTotals } from './orphan-findings.ts';
import { orphanLists } from './orphan-lists.ts';
import type { OrphanList } from './orphan-lists.ts';
import { ownersTable } from './owners-table.ts';
import type { OwnersTable } from './owners-table.ts';
import { proofLimits } from './proof-limits.ts';
import type { ProofLimits } from './proof-limits.ts';
import type { Tile } from './tile.ts';
import { exporterTile, noOrphans, orphansTile, startsTile } from './tiles.ts';
import { counted, moment, plain } from './words.ts';
import type { Moment } from './words.ts';

/** What the page needs to know of the exporter besides its collections. */
export interface ExporterFacts {
  /** The machine's name. */
  readonly host: string;
  readonly build: BuildInfo;
  /** Start of the exporter, seconds since the epoch. */
  readonly startedAt: number;
  /** Period of the collection; 0 collects on every request. */
  readonly collectorIntervalMs: number;
  readonly telemetryPath: string;
  /** `--[no-]collector.orphans`. */
  readonly orphansEnabled: boolean;
  /** `--cleanup.enabled`. */
  readonly cleanupEnabled: boolean;
  /** Alerts that a runbook is shipped for. */
  readonly runbooks: readonly string[];
}

/** All that the page shows, decided and worded; nothing of it is HTML. */
export interface StatusView {
  readonly host: string;
  readonly at: Moment | null;
  /** What matters most. */
  readonly verdict: Finding;
  /** What else there is to say, the gravest first. */
  readonly also: readonly Finding[];
  readonly steps: readonly Step[];
  /** Runbooks for what is said. */
  readonly runbooks: readonly string[];
  /** The numbers; null while there are none that are current. */
  readonly measured: Measured | null;
  readonly exporterTile: Tile;
  readonly proof: ProofLimits;
  readonly exporter: readonly Fact[];
  readonly telemetryPath: string;
  readonly version: string;
  /** Seconds after which the page is out of date. */
  readonly refreshSeconds: number;
}

/** What was counted in the last collection. */
export interface Measured {
  readonly gauges: readonly Gauge[];
  readonly starts: Tile;
  readonly orphans: Tile;
  readonly owners: OwnersTable;
  readonly orphanLists: readonly OrphanList[];
  /** What stands in place of the lists where there is none. */
  readonly noOrphans: string;
}

/** Bounds of the period at which the page refreshes itself. */
const REFRESH_SECONDS = { least: 5, most: 60 } as const;

/**
 * What the status page shows at `now`, seconds since the epoch. Numbers are shown only while they are those of the
 * last collection, and it succeeded and is recent.
 */
export function statusView(status: CollectionStatus, facts: ExporterFacts, now: number): StatusView {
  const blind = collectionFinding(status, facts.collectorIntervalMs, now);
  const snapshot = blind === null ? status.snapshot : null;
  const counts = snapshot && countsOf(snapshot, facts);
  // In the order in which things are best done; said in the order of gravity.
  const findings = [blind, ...(counts?.findings ?? [])].filter((finding) => finding !== null);
  const graver = gravestFirst(findings);
  // What merely deserves notice does not lead: the first thing to know is that nothing is wrong.
  const verdict =
    blind ?? graver.find(({ severity }) => severity !== 'notice') ?? healthy(counts, findings.length > 0);
  const alerts = new Set(findings.map(({ alert }) => alert));
  return {
    host: plain(facts.host, 64),
    at: moment(now, now),
    verdict,
    also: graver.filter((finding) => finding !== verdict),
    steps: findings.flatMap(({ steps }) => steps),
    runbooks: facts.runbooks.filter((name) => alerts.has(name)),
    measured: snapshot && counts && measured(snapshot, counts, facts, now),
    exporterTile: exporterTile(status, snapshot, now),
    proof: proofLimits(status, snapshot, facts.orphansEnabled),
    exporter: exporterFacts(status, snapshot, facts, now),
    telemetryPath: facts.telemetryPath,
    version: facts.build.version,
    refreshSeconds: refreshSeconds(facts.collectorIntervalMs),
  };
}

/** What several parts of the page are made from. */
interface Counts {
  readonly both: readonly [Resource, Resource];
  readonly starts: readonly StartCapacity[];
  readonly totals: StateTotals;
  readonly findings: readonly (Finding | null)[];
}

function countsOf(snapshot: Snapshot, { orphansEnabled, cleanupEnabled }: ExporterFacts): Counts {
  const both = resources(snapshot);
  const starts = startCapacities(snapshot.startDemand, both);
  const totals = stateTotals(snapshot);
  const findings = [
    namespaceFinding(snapshot),
    orphanFinding(totals, cleanupEnabled),
    limitFinding(snapshot, both, starts),
    orphansEnabled ? proofFinding(snapshot) : null,
  ];
  return { both, starts, totals, findings };
}

function measured(
  snapshot: Snapshot,
  counts: Counts,
  { orphansEnabled }: ExporterFacts,
  now: number,
): Measured {
  return {
    gauges: counts.both.map((resource) => gauge(resource, snapshot.owners)),
    starts: startsTile(counts.starts, orphansEnabled),
    orphans: orphansTile(counts.totals, snapshot, orphansEnabled),
    owners: ownersTable(snapshot.owners),
    orphanLists: orphanLists(snapshot, now),
    noOrphans: noOrphans(counts.totals, snapshot, orphansEnabled),
  };
}

/** The verdict where nothing is wrong. */
function healthy(counts: Counts | null, noticed: boolean): Finding {
  const [scarcest] = counts?.starts ?? [];
  const free = Math.min(...(counts?.both ?? []).map((resource) => resource.free ?? 0));
  const room =
    scarcest === undefined || scarcest.remaining === null
      ? `Room for ${counted(free, 'more set')}`
      : `Room for ${counted(scarcest.remaining, 'more start')} of ${scarcest.service}`;
  const label = noticed ? 'Enough room' : 'Healthy';
  return { severity: 'ok', label, headline: room, detail: [], steps: [], alert: null };
}

function refreshSeconds(intervalMs: number): number {
  if (intervalMs === 0) return REFRESH_SECONDS.most / 2;
  return Math.min(Math.max(Math.ceil(intervalMs / 1000), REFRESH_SECONDS.least), REFRESH_SECONDS.most);
}
