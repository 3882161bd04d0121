import { parse } from 'parse5';
import type { DefaultTreeAdapterTypes } from 'parse5';

/** An element of a page, as a browser understands it. */
export interface HtmlElement {
  readonly tagName: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** All text in it, white space as it stands; cells and items of lists end in a line break. */
  readonly text: string;
}

/** All elements of an HTML document, in the order of the page. */
export function elements(document: string): readonly HtmlElement[] {
  const found: HtmlElement[] = [];
  const visit = (node: DefaultTreeAdapterTypes.Node): string => {
    if (node.nodeName === '#text') return (node as DefaultTreeAdapterTypes.TextNode).value;
    const place = found.length;
    const element = 'tagName' in node;
    if (element) found.push({ tagName: node.tagName, attributes: {}, text: '' });
    const text = 'childNodes' in node ? node.childNodes.map(visit).join('') : '';
    if (element) {
      const attributes = Object.fromEntries(node.attrs.map(({ name, value }) => [name, value]));
      found[place] = { tagName: node.tagName, attributes, text };
    }
    return element && /^(?:t[dh]|d[td]|li)$/.test(node.tagName) ? `${text}\n` : text;
  };
  visit(parse(document));
  return found;
}

/** The text of an element with single spaces. */
export function words({ text }: HtmlElement): string {
  return text.replace(/\s+/g, ' ').trim();
}
