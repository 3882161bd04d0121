import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CONTENT_SECURITY_POLICY } from '../../../src/web/html/document.ts';
import { elements, words } from '../../support/html-tree.ts';
import { ask } from '../../support/http.ts';
import type { AtEnd } from '../../support/program.ts';
import { servePages } from '../../support/pages.ts';
import { suiteEnd } from '../../support/suite-end.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { SCENES } from '../status-page/scenes.ts';

const serve = (atEnd: AtEnd, runbooks?: string) =>
  servePages(atEnd, SCENES.healthy, runbooks === undefined ? {} : { runbooks });

describe('the runbook pages', () => {
  const atEnd = suiteEnd();

  it('list what is shipped, each with its first words', async () => {
    const { address } = await serve(atEnd);
    const { status, text, headers } = await ask(address, '/runbooks/');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toBe(CONTENT_SECURITY_POLICY);
    const links = elements(text).filter(({ tagName }) => tagName === 'dt');
    expect(links.map(words)).toEqual(['TestDiskIsFull', 'TestOther']);
  });

  it('show one runbook', async () => {
    const { address } = await serve(atEnd);
    const { status, text } = await ask(address, '/runbooks/TestOther');
    expect(status).toBe(200);
    expect(text).toContain('<h1 id="testother">TestOther</h1>');
    expect(elements(text).find(({ tagName }) => tagName === 'title')?.text).toBe(
      'TestOther – sysvsem-exporter',
    );
  });

  it.each([
    'TestUnknown',
    'README',
    'TestNotes',
    'TestNotes.txt',
    'testother',
    'TestOther.md',
    '__proto__',
    'constructor',
    '..%2fTestOther',
    '%2e%2e',
    '..%2f..%2f..%2fpackage',
    '%2fetc%2fpasswd',
    'TestOther%00',
    'a'.repeat(5000),
  ])('have nothing under the name %s', async (name) => {
    const { address } = await serve(atEnd);
    const { status, text } = await ask(address, `/runbooks/${name}`);
    expect(status).toBe(404);
    expect(text).toContain('No such runbook');
    expect(text).not.toContain('secret');
  });

  it('lead from the bare path to the list, relatively', async () => {
    const { address } = await serve(atEnd);
    const { status, headers } = await ask(address, '/runbooks');
    expect([status, headers.location]).toEqual([301, 'runbooks/']);
  });

  it('say so where none is shipped', async () => {
    for (const folder of [temporaryFolder(atEnd), join(temporaryFolder(atEnd), 'absent')]) {
      const { address } = await serve(atEnd, folder);
      const { status, text } = await ask(address, '/runbooks/');
      expect(status).toBe(200);
      expect(text).toContain('installed without runbooks');
    }
  });

  it('are files of the folder only, neither links nor folders', async () => {
    const folder = temporaryFolder(atEnd);
    symlinkSync('/etc/passwd', join(folder, 'TestLink.md'));
    mkdirSync(join(folder, 'TestFolder.md'));
    const { address } = await serve(atEnd, folder);
    for (const name of ['TestLink', 'TestFolder']) {
      expect((await ask(address, `/runbooks/${name}`)).status).toBe(404);
    }
  });

  it('are read once', async () => {
    const folder = temporaryFolder(onTestFinished);
    const file = join(folder, 'TestOnce.md');
    writeFileSync(file, '# Once\n');
    const { address } = await serve(onTestFinished, folder);
    expect((await ask(address, '/runbooks/TestOnce')).status).toBe(200);
    rmSync(file);
    expect((await ask(address, '/runbooks/TestOnce')).status).toBe(200);
  });

  it('answer a file that has gone with a sentence that gives nothing away, and find it when it is back', async () => {
    const folder = temporaryFolder(onTestFinished);
    const file = join(folder, 'TestGone.md');
    writeFileSync(file, '# Gone\n');
    const { address } = await serve(onTestFinished, folder);
    rmSync(file);
    const gone = await ask(address, '/runbooks/TestGone');
    expect(gone.status).toBe(500);
    expect(gone.text).not.toContain(folder);
    writeFileSync(file, '# Back\n');
    expect((await ask(address, '/runbooks/TestGone')).status).toBe(200);
  });
});
