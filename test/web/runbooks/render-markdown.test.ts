import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../../src/web/runbooks/render-markdown.ts';
import { elements } from '../../support/html-tree.ts';
import { RUNBOOKS } from '../../support/pages.ts';

describe('renderMarkdown', () => {
  const { body, summary } = renderMarkdown(readFileSync(join(RUNBOOKS, 'TestDiskIsFull.md'), 'utf8'), [
    'TestOther',
  ]);
  const found = elements(body.text);

  it('makes headings with anchors that differ', () => {
    const headings = found.filter(({ tagName }) => tagName === 'h2');
    expect(headings.map(({ attributes }) => attributes['id'])).toEqual([
      'meaning',
      'diagnosis',
      'diagnosis-1',
    ]);
  });

  it('keeps the links that lead somewhere, and the words of those that do not', () => {
    const links = found.filter(({ tagName }) => tagName === 'a');
    expect(links.map(({ attributes, text }) => [attributes['href'], text])).toEqual([
      ['TestOther#what-to-do', 'TestOther'],
      ['https://prometheus.io/docs/', 'Prometheus'],
      // A picture would be stopped by the Content-Security-Policy.
      ['https://example.com/x.png', 'a picture'],
    ]);
    expect(body.text).toContain('the documents');
  });

  it('shows HTML as text', () => {
    expect(body.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(found.map(({ tagName }) => tagName)).not.toContain('script');
    expect(found.map(({ tagName }) => tagName)).not.toContain('img');
  });

  it('sums up with the first paragraph, in plain words', () => {
    expect(summary).toBe(
      'The disk is full, or df says so; it may be something else. See TestOther, the documents and Prometheus.',
    );
  });

  it('never lets anything run, whatever is written', () => {
    const piece = fc.constantFrom(
      '<script>',
      '[a](',
      'javascript:',
      ')',
      '<img onerror=x>',
      '`',
      '\n\n',
      '![',
      ']',
      '"',
      'x',
      '<',
      '#',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        for (const { tagName, attributes } of elements(renderMarkdown(pieces.join(''), []).body.text)) {
          expect(['script', 'img', 'iframe', 'style']).not.toContain(tagName);
          expect(Object.keys(attributes).filter((name) => name.startsWith('on'))).toEqual([]);
          expect(attributes['href'] ?? '#').toMatch(/^(?:#|https?:)/);
        }
      }),
    );
  });
});
