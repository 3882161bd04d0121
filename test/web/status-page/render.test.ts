import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderDocument } from '../../../src/web/html/document.ts';
import { statusPage } from '../../../src/web/status-page/render.ts';
import { statusView } from '../../../src/web/status-page/view.ts';
import { plain } from '../../../src/web/status-page/words.ts';
import { elements, words } from '../../support/html-tree.ts';
import { FACTS, NOW, inventedSnapshot, inventedStatus } from './invented.ts';
import { SCENES } from './scenes.ts';
import type { Scene } from './scenes.ts';

function rendered({ status, facts }: Scene): string {
  return renderDocument(statusPage(statusView(status, facts, NOW)));
}

/** A page about one owner, whose name stands wherever a name can stand. */
function pageAbout(owner: string): string {
  const snapshot = inventedSnapshot(
    [{ owner, uid: 33, state: 'orphaned', sets: 1, evidence: `Made by ${owner}.` }],
    { startDemand: [{ profile: owner, owner, sets: 3 }] },
  );
  const facts = { ...FACTS, host: owner, build: { ...FACTS.build, version: owner } };
  return rendered({ status: inventedStatus(snapshot), facts });
}

const skeleton = (page: string) =>
  elements(page).map(({ tagName, attributes }) => [tagName, ...Object.keys(attributes)]);

describe.each(Object.entries<Scene>(SCENES))('the page of "%s"', (_name, scene) => {
  const page = rendered(scene);
  const found = elements(page);

  it('is small', () => {
    expect(Buffer.byteLength(page)).toBeLessThan(60_000);
  });

  it('has one heading of the first order, and ids that are unique', () => {
    expect(found.filter(({ tagName }) => tagName === 'h1')).toHaveLength(1);
    const ids = found.flatMap(({ attributes }) => attributes['id'] ?? []);
    expect(ids).toEqual([...new Set(ids)]);
    for (const { attributes } of found) {
      const label = attributes['aria-labelledby'];
      if (label !== undefined) expect(ids).toContain(label);
    }
  });

  it('links only into itself and relatively, so that a proxy may put it anywhere', () => {
    const ids = found.flatMap(({ attributes }) => attributes['id'] ?? []);
    for (const { attributes } of found.filter(({ tagName }) => tagName === 'a')) {
      const href = attributes['href'] ?? '';
      if (href.startsWith('#')) expect(ids).toContain(href.slice(1));
      else expect(href).toMatch(/^[a-z-][\w/-]*$/i);
    }
  });

  it('has nothing that its Content-Security-Policy would stop', () => {
    for (const { tagName, attributes } of found) {
      expect(Object.keys(attributes).filter((name) => /^(?:on|style$|src$)/.test(name))).toEqual([]);
      expect(['img', 'iframe', 'form', 'object', 'base']).not.toContain(tagName);
    }
  });

  it('gives every time its exact value', () => {
    for (const { attributes } of found.filter(({ tagName }) => tagName === 'time')) {
      expect(attributes['datetime']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(attributes['title']).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
    }
  });
});

describe('statusPage', () => {
  it('keeps any name in its place', () => {
    const expected = skeleton(pageAbout('harmless'));
    const name = fc.string({
      unit: fc.oneof(
        fc.constantFrom('<', '>', '&', '"', "'", ' ', '/', '=', '\n', '\u202e', 'script', '</td>', '<!--'),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      ),
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(name, (owner) => {
        const page = pageAbout(owner);
        expect(skeleton(page)).toEqual(expected);
        const shown = elements(page).filter(({ tagName }) => tagName === 'bdi');
        expect(shown.map(({ text }) => text)).toEqual([plain(owner, 64), plain(owner, 48), plain(owner, 48)]);
      }),
      { numRuns: 40 },
    );
  }, 30_000);

  it('shows usage, starts, owners, orphans and the collection in words', () => {
    const found = elements(rendered(SCENES.exhausted));
    const text = words(
      found.find(({ tagName }) => tagName === 'main') ?? { tagName: '', attributes: {}, text: '' },
    );
    for (const expected of [
      'Sets in use (SEMMNI) 128 of 128 0 free 100% 3 in use 3 held 4 keyed 118 orphaned',
      'Semaphores in use (SEMMNS) 745 of 32,000',
      'Starts remaining 0 of apache (www-data)',
      'www-data uid 33 123 2 3 0 118 123',
      'Oldest 5 of 118',
      'Newest 5 of 118',
      'Collected 4 seconds ago',
      'What limits proof Nothing',
    ]) {
      expect(text).toContain(expected);
    }
  });

  it('tells a screen reader how full a meter is', () => {
    const [sets] = elements(rendered(SCENES['a lowered limit'])).filter(
      ({ attributes }) => attributes['role'] === 'meter',
    );
    expect(sets?.attributes).toMatchObject({
      'aria-label': 'Sets in use',
      'aria-valuenow': '20',
      'aria-valuemax': '20',
      'aria-valuetext': '37 of 20, 185%',
    });
  });

  it('is made in milliseconds of 31,000 sets', () => {
    const scene = SCENES['31,000 sets'];
    rendered(scene);
    const times = Array.from({ length: 5 }, () => {
      const before = performance.now();
      rendered(scene);
      return performance.now() - before;
    });
    expect(Math.min(...times)).toBeLessThan(50);
  });
});
