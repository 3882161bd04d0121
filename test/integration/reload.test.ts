import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Exporter } from '../support/exporter.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('SIGHUP', () => {
  it('reads the profiles again; those from before stay where the file cannot be used', async () => {
    const file = join(temporaryFolder(onTestFinished), 'profiles.yml');
    const name = (profile: string) => `profiles: [{ name: ${profile}, images: [intranet-httpd] }]\n`;
    writeFileSync(file, name('before'));
    const exporter = await Exporter.start(onTestFinished, {
      flags: ['--collector.source=procfs', '--collector.interval=1s', `--orphans.profiles-file=${file}`],
    });
    const logged = (what: RegExp) => expect.poll(() => exporter.program.stderr).toMatch(what);
    writeFileSync(file, name('afterwards'));
    exporter.program.signal('SIGHUP');
    await logged(/level=INFO .*msg="Profiles read" profiles="?apache,afterwards/);
    writeFileSync(file, 'profiles: [{ name: nameless }]\n');
    exporter.program.signal('SIGHUP');
    await logged(/level=ERROR .*those from before stay.* err=".*profiles\.yml cannot be used.*images/);
    await exporter.nextCollection();
    await exporter.stop();
  });
});
