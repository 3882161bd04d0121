import { COLLECTORS } from '../../collector/snapshot.ts';
import type { Snapshot } from '../../collector/snapshot.ts';
import type { CollectionStatus } from '../../collector/status.ts';
import type { BuildInfo } from '../../version.ts';
import { count, counted, moment, plain, took } from './words.ts';
import type { Phrase } from './words.ts';

/** One line about the exporter. */
export interface Fact {
  readonly name: string;
  readonly value: Phrase;
}

/** What the exporter says of itself, however the last collection went. */
export function exporterFacts(
  status: CollectionStatus,
  snapshot: Snapshot | null,
  { build, startedAt }: { readonly build: BuildInfo; readonly startedAt: number },
  now: number,
): readonly Fact[] {
  const facts: (Fact | null)[] = [
    { name: 'Last good collection', value: lastCollection(status, now) },
    snapshot && { name: 'Its parts', value: [parts(snapshot)] },
    { name: 'Collections', value: [collections(status)] },
    { name: 'Orphans found', value: [orphansFound(status)] },
    snapshot && { name: 'IPC namespace', value: [namespace(snapshot)] },
    snapshot !== null && snapshot.truncatedOwners > 0
      ? { name: 'Names cut short', value: [counted(snapshot.truncatedOwners, 'owner')] }
      : null,
    snapshot !== null && snapshot.notices.length > 0
      ? { name: 'Not read', value: [`${counted(snapshot.notices.length, 'thing')}; the log names them`] }
      : null,
    { name: 'Running', value: running(startedAt, now) },
    {
      name: 'Version',
      value: [plain(`${build.version} (revision ${build.revision}), Node.js ${build.nodeVersion}`, 120)],
    },
  ];
  return facts.filter((fact) => fact !== null);
}

function lastCollection({ lastSuccessAt }: CollectionStatus, now: number): Phrase {
  return [moment(lastSuccessAt, now) ?? 'none yet'];
}

function parts({ collectors }: Snapshot): string {
  return COLLECTORS.flatMap((name) => {
    const result = collectors[name];
    if (result === undefined) return [];
    return `${name} ${result.success ? took(result.durationSeconds) : 'failed'}`;
  }).join(', ');
}

function collections({ collections: all, failures }: CollectionStatus): string {
  const failed = Object.entries(failures).filter(([, times]) => times > 0);
  if (failed.length === 0) return `${count(all)} since start, none failed`;
  const reasons = failed.map(([reason, times]) => `${count(times)} ${reason}`).join(', ');
  return `${count(all)} since start; failed: ${reasons}`;
}

function orphansFound({ orphansDetected }: CollectionStatus): string {
  const sets = orphansDetected.reduce((sum, owner) => sum + owner.sets, 0);
  return sets === 0 ? 'none since start' : `${counted(sets, 'set')} since start`;
}

function namespace({ ipcNamespace }: Snapshot): string {
  if (ipcNamespace === null) return 'unknown';
  return `${ipcNamespace.inode}, ${ipcNamespace.initial ? 'the host’s' : 'not the host’s'}`;
}

function running(startedAt: number, now: number): Phrase {
  const at = moment(startedAt, now);
  return at === null ? ['unknown'] : ['started ', at];
}
