import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../src/web/runbooks/render-markdown.ts';
import { Runbooks } from '../../src/web/runbooks/runbooks.ts';
import { elements, words } from '../support/html-tree.ts';
import { ALERT_NAMES } from './rule-file.ts';

const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url));
const ALERTS_PAGE = readFileSync(join(DOCS, 'alerts.md'), 'utf8');

/** What the programs log when they find no semaphore; each must be found by searching for it. */
const SYMPTOMS = [
  "(28)No space left on device: AH00023: Couldn't create the mpm-accept mutex",
  'AH00015: Unable to open logs',
  'AH00016: Configuration Failed',
  'AH00020: Configuration Failed, exiting',
  'AH03282: could not create accept mutex',
  'rewrite-map',
  'ssl-cache',
  'authdigest-client',
  "(28)No space left on device: Couldn't create accept lock",
  "AH00144: couldn't grab the accept mutex",
  'AH00050: Child … returned a Fatal error... Apache is exiting!',
  'ORA-27300: … semget failed with status: 28',
  'could not create semaphores: No space left on device',
  'cannot create semaphore set: [28]',
  'sem_get(): failed for key …',
  'kernel not configured for semaphores',
];

/** SEMMSL SEMMNS SEMOPM SEMMNI. */
const OLD_DEFAULT = [250, 32_000, 32, 128];

const textOf = (name: string) => readFileSync(join(DOCS, 'runbooks', `${name}.md`), 'utf8');

describe('the runbooks', () => {
  it('are one for each alert, and no other', () => {
    expect(new Runbooks().names).toEqual(ALERT_NAMES);
  });

  describe.each(ALERT_NAMES)('for %s', (name) => {
    const { body, summary } = renderMarkdown(textOf(name), ALERT_NAMES);
    const page = elements(body.text);

    it('has its name, a sentence that says what happened, and the four parts in their order', () => {
      const headings = (tag: string) => page.filter(({ tagName }) => tagName === tag).map(words);
      expect(headings('h1')).toEqual([name]);
      expect(headings('h2')).toEqual(['Meaning', 'Impact', 'Diagnosis', 'Mitigation']);
      expect(summary).toMatch(/^[A-Z].{30,240}\.$/);
    });

    it('has commands to paste, and leaves nothing of Markdown or HTML as text', () => {
      expect(page.some(({ tagName }) => tagName === 'pre')).toBe(true);
      const prose = page.filter(({ tagName }) => ['p', 'li', 'td'].includes(tagName)).map(words);
      expect(prose.filter((text) => /```|^\||\]\(|<\w/.test(text))).toEqual([]);
    });

    it('links to files that are there, and to headings that they have', () => {
      for (const [, path = '', anchor] of textOf(name).matchAll(/\]\(([^)#]+\.md)(?:#([^)]+))?\)/g)) {
        const file = join(DOCS, 'runbooks', path);
        expect(existsSync(file), path).toBe(true);
        if (anchor !== undefined) expect(anchorsOf(readFileSync(file, 'utf8'))).toContain(anchor);
      }
    });

    it('has the columns of kernel.sem in the kernel’s order wherever it names them', () => {
      const lines = textOf(name).match(/^.*SEMM\w+ SEM\w+ SEM\w+ SEM\w+.*$/gm) ?? [];
      for (const line of lines) expect(line).toContain('SEMMSL SEMMNS SEMOPM SEMMNI');
      // As the old default has them or larger: a runbook that is pasted must not lower a limit.
      for (const [, ...values] of textOf(name).matchAll(/kernel\.sem ?= ?"?(\d+) (\d+) (\d+) (\d+)/g))
        expect(values.map(Number).filter((value, at) => value < (OLD_DEFAULT[at] ?? 0))).toEqual([]);
    });
  });
});

describe('docs/alerts.md', () => {
  it('has every alert, with a link to its runbook', () => {
    for (const name of ALERT_NAMES) expect(ALERTS_PAGE).toContain(`[${name}](runbooks/${name}.md)`);
  });

  it.each(SYMPTOMS)('leads from the symptom to the runbook: %s', (symptom) => {
    const row = ALERTS_PAGE.split('\n').find((line) => line.startsWith('|') && line.includes(symptom));
    expect(row).toMatch(/\]\(runbooks\/Sysvsem\w+\.md/);
  });

  it('links to headings that the runbooks have', () => {
    for (const [, name = '', anchor = ''] of ALERTS_PAGE.matchAll(/\(runbooks\/(\w+)\.md#([^)]+)\)/g))
      expect(anchorsOf(textOf(name))).toContain(anchor);
  });
});

function anchorsOf(markdown: string): string[] {
  return elements(renderMarkdown(markdown, []).body.text).flatMap(({ attributes }) => attributes['id'] ?? []);
}
