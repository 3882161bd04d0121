import { escapeHtml } from '../escape-html.ts';

/** A piece of HTML that is safe to send: what was interpolated into it is escaped. Made by {@link html} alone. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: text and numbers are escaped, HTML stands as it is, null is nothing. */
export type Content = Html | string | number | null | readonly Content[];

/**
 * A template tag: the literal parts are HTML, what is interpolated is content for an element or a *quoted*
 * attribute.
 */
export function html(literals: TemplateStringsArray, ...contents: readonly Content[]): Html {
  let text = literals[0] ?? '';
  contents.forEach((content, at) => {
    text += textOf(content) + (literals[at + 1] ?? '');
  });
  return new Html(text);
}

function textOf(content: Content): string {
  if (content === null) return '';
  if (content instanceof Html) return content.text;
  if (typeof content === 'string') return escapeHtml(content);
  if (typeof content === 'number') return String(content);
  return content.map(textOf).join('');
}
