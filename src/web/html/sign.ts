import { html } from './html.ts';
import type { Html } from './html.ts';

/**
 * How grave something is. Each has a shape of its own, so that nobody needs to see the colour; the word stands
 * beside it, so that the shape is no more than a help.
 */
export type Gravity = 'ok' | 'notice' | 'warning' | 'critical';

/** A disc with a tick, a diamond, a triangle, an octagon; the inner mark is cut out. */
const SHAPES: Readonly<Record<Gravity, string>> = {
  ok: 'M12 1a11 11 0 1 0 0 22 11 11 0 0 0 0-22Zm-1.6 16.2L5.6 12.4l1.9-1.9 2.9 2.9 6.1-6.1 1.9 1.9Z',
  notice: 'M12 .5 23.5 12 12 23.5.5 12ZM10.7 6.2v2.6h2.6V6.2Zm0 4.4v7h2.6v-7Z',
  warning: 'M12 1.2 23.6 22H.4ZM10.7 8.6v6.6h2.6V8.6Zm0 8.2v2.6h2.6v-2.6Z',
  critical: 'M7.4 1h9.2L23 7.4v9.2L16.6 23H7.4L1 16.6V7.4Zm3.3 4.6v8h2.6v-8Zm0 10v2.6h2.6v-2.6Z',
};

/** The colours of the icon in a browser's tab, which knows nothing of the style sheet. */
const ICON_COLOURS: Readonly<Record<Gravity, string>> = {
  ok: '#1f9254',
  notice: '#2f7ad1',
  warning: '#d08100',
  critical: '#d3382e',
};

/** The sign of a severity, for the eye only: the words beside it say the same. */
export function sign(gravity: Gravity): Html {
  return html`<svg class="sign ${gravity}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path fill-rule="evenodd" d="${SHAPES[gravity]}" />
  </svg>`;
}

/** The same sign as an SVG document, for the browser's tab. */
export function signIcon(gravity: Gravity): Html {
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">
    <path fill="${ICON_COLOURS[gravity]}" fill-rule="evenodd" d="${SHAPES[gravity]}" />
  </svg>`;
}
