import fc from 'fast-check';
import { parseFragment } from 'parse5';
import { describe, expect, it } from 'vitest';
import { html } from '../../../src/web/html/html.ts';
import type { Html } from '../../../src/web/html/html.ts';

const nasty = fc.string({
  unit: fc.oneof(
    fc.constantFrom('<', '>', '&', '"', "'", ' ', '=', '/', '`'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  ),
});

describe('html', () => {
  it('lets no text leave its element or its attribute', () => {
    fc.assert(
      fc.property(nasty, nasty, (attribute, text) => {
        const { childNodes } = parseFragment(html`<p title="${attribute}">${text}</p>`.text);
        expect(childNodes).toHaveLength(1);
        expect(childNodes[0]).toMatchObject({
          tagName: 'p',
          attrs: [{ name: 'title', value: attribute }],
          childNodes: text === '' ? [] : [{ nodeName: '#text', value: text }],
        });
      }),
    );
  });

  it('escapes once where templates stand in one another', () => {
    const inner = html`<b>${'<&>'}</b>`;
    expect(html`<p>${[inner, ' ', 3, null]}</p>`.text).toBe('<p><b>&lt;&amp;&gt;</b> 3</p>');
  });

  it('takes only its own class for HTML, not what looks like it', () => {
    const fake = { text: '<b>' } as unknown as Html;
    expect(() => html`<p>${fake}</p>`).toThrow(TypeError);
  });
});
