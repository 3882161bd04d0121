import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CONTENT_SECURITY_POLICY, renderDocument } from '../../../src/web/html/document.ts';
import { html } from '../../../src/web/html/html.ts';
import { signIcon } from '../../../src/web/html/sign.ts';
import { elements } from '../../support/html-tree.ts';

const PAGE = { title: '</title><script>', icon: signIcon('ok'), body: html`<main>words</main>` };

describe('renderDocument', () => {
  it('has no style and no script but those that the policy names by their hashes', () => {
    const found = elements(renderDocument({ ...PAGE, refreshSeconds: 15 }));
    for (const [tag, directive] of [
      ['style', 'style-src'],
      ['script', 'script-src'],
    ] as const) {
      const inline = found.filter(({ tagName }) => tagName === tag);
      expect(inline).toHaveLength(1);
      const hash = createHash('sha256')
        .update(inline[0]?.text ?? '')
        .digest('base64');
      expect(CONTENT_SECURITY_POLICY).toContain(`${directive} 'sha256-${hash}';`);
    }
    expect(CONTENT_SECURITY_POLICY).toMatch(/^default-src 'none';/);
    expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe|\*|https?:/);
  });

  it('has no script where nothing is refreshed', () => {
    const found = elements(renderDocument({ ...PAGE, refreshSeconds: null }));
    expect(found.filter(({ tagName }) => tagName === 'script')).toEqual([]);
  });

  it('keeps a title in its place, whatever it says', () => {
    const title = elements(renderDocument({ ...PAGE, refreshSeconds: null })).find(
      ({ tagName }) => tagName === 'title',
    );
    expect(title?.text).toBe('</title><script>');
  });
});
