import { html } from '../html/html.ts';
import type { Content, Html } from '../html/html.ts';
import type { Moment, Phrase } from './words.ts';

/** A moment: relative to read, exact to hover and for programs. */
export function momentTime({ relative, iso, exact }: Moment): Html {
  return html`<time datetime="${iso}" title="${exact}">${relative}</time>`;
}

/** Sentences with their moments and code. */
export function phrase(parts: Phrase): Content {
  return parts.map((part) => {
    if (typeof part === 'string') return part;
    return 'code' in part ? html`<code>${part.code}</code>` : momentTime(part);
  });
}
