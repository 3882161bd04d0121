import MarkdownIt from 'markdown-it';
import type { Token } from 'markdown-it';
import { Html } from '../html/html.ts';

/** A runbook as HTML. */
export interface RenderedRunbook {
  readonly body: Html;
  /** The first paragraph, in plain words; empty where there is none. */
  readonly summary: string;
}

/** A link to another file of the repository, with its fragment. */
const FILE_LINK = /^(?:\.\/)?([^:?#]+)\.md(#[^#]*)?$/;

/**
 * Markdown of a runbook as HTML. HTML in it is shown as text; only links that a browser can follow from here stay
 * links: those to the web, within the page, and to the other runbooks (`Name.md` becomes `Name`). Headings carry the
 * same anchors as on a forge.
 */
export function renderMarkdown(markdown: string, runbooks: readonly string[]): RenderedRunbook {
  const renderer = new MarkdownIt({ html: false, linkify: false, typographer: false }).disable('image');
  const tokens = renderer.parse(markdown, {});
  const anchors = new Map<string, number>();
  tokens.forEach((token, at) => {
    if (token.type === 'heading_open') token.attrSet('id', anchorOf(plainText(tokens[at + 1]), anchors));
    if (token.children !== null) token.children = followableLinks(token.children, runbooks);
  });
  const body = new Html(renderer.renderer.render(tokens, renderer.options, {}));
  return { body, summary: firstParagraph(tokens) };
}

/** The same inline tokens, where links that lead nowhere from here are plain text. */
function followableLinks(tokens: readonly Token[], runbooks: readonly string[]): Token[] {
  const open: boolean[] = [];
  return tokens.filter((token) => {
    if (token.type === 'link_open') {
      const target = followable(String(token.attrGet('href') ?? ''), runbooks);
      if (target !== null) token.attrSet('href', target);
      open.push(target !== null);
      return target !== null;
    }
    return token.type === 'link_close' ? open.pop() : true;
  });
}

function followable(href: string, runbooks: readonly string[]): string | null {
  if (/^(?:https?:\/\/|#)/.test(href)) return href;
  const [, name, fragment = ''] = FILE_LINK.exec(href) ?? [];
  return name !== undefined && runbooks.includes(name) ? `${name}${fragment}` : null;
}

function anchorOf(text: string, taken: Map<string, number>): string {
  const anchor = text
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
  const times = taken.get(anchor) ?? 0;
  taken.set(anchor, times + 1);
  return times === 0 ? anchor : `${anchor}-${times}`;
}

function firstParagraph(tokens: readonly Token[]): string {
  const at = tokens.findIndex(({ type, level }) => type === 'paragraph_open' && level === 0);
  return at === -1 ? '' : plainText(tokens[at + 1]);
}

function plainText(inline: Token | undefined): string {
  const parts = (inline?.children ?? []).map(({ type, content }) =>
    type === 'softbreak' || type === 'hardbreak' ? ' ' : content,
  );
  return parts.join('').trim();
}
