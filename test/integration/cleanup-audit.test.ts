import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { Cleaner } from '../support/cleanup.ts';
import { leakOrphans } from '../support/leaky-apache.ts';
import { Namespace } from '../support/namespace.ts';
import { needs } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { describe, it } = needs('namespaces', 'nsenter', 'setpriv');

describe('where the audit cannot be written', () => {
  it('nothing is removed: not on a full disk, not on a read-only one; and all is once it can', async () => {
    const namespace = await Namespace.create(onTestFinished);
    const folder = temporaryFolder(onTestFinished);
    chmodSync(folder, 0o755);
    const inside = async (command: string): Promise<string> => {
      const { stdout, stderr, code } = await namespace.run(['sh', '-c', command, folder]);
      expect(code, stderr).toBe(0);
      return stdout;
    };
    await inside('mount -t tmpfs -o size=16k tmpfs "$0"');
    const cleaner = await Cleaner.start(onTestFinished, namespace, {
      auditFile: join(folder, 'audit.jsonl'),
    });
    await leakOrphans(onTestFinished, cleaner.exporter, namespace, { count: 3 });

    await inside('dd if=/dev/zero of="$0/full" bs=1k count=64 2>/dev/null; ls -l "$0/full"');
    const full = await cleaner.ask({ dryRun: false });
    expect([full.status, full.code], full.text).toEqual([503, 'audit_unwritable']);
    expect(await namespace.kernelSets()).toHaveLength(3);

    await inside('rm "$0/full" && mount -o remount,ro "$0"');
    const readOnly = await cleaner.ask({ dryRun: false });
    expect([readOnly.status, readOnly.code]).toEqual([503, 'audit_unwritable']);
    expect(await namespace.kernelSets()).toHaveLength(3);

    await inside('mount -o remount,rw "$0"');
    expect((await cleaner.ask({ dryRun: false })).removed).toHaveLength(3);
    const lines = (await inside('cat "$0/audit.jsonl"')).trimEnd().split('\n');
    const events = lines.map((line) => (JSON.parse(line) as { event: string }).event);
    expect(events.slice(0, 7)).toEqual([
      'apply',
      'remove',
      'remove',
      'remove',
      'removed',
      'removed',
      'removed',
    ]);
    expect(events.at(-1)).toBe('applied');
  });
});
