import { createHash } from 'node:crypto';
import { Html, html } from './html.ts';
import type { Content } from './html.ts';
import { REFRESH_SCRIPT } from './refresh-script.ts';
import { STYLESHEET } from './stylesheet.ts';

/** A whole page. */
export interface Page {
  readonly title: string;
  /** An SVG document for the browser's tab. */
  readonly icon: Html;
  readonly body: Content;
  /** Seconds between two refreshes in place; null for a page that stays as it is. */
  readonly refreshSeconds: number | null;
}

/**
 * What the pages may do: have this one style sheet, run this one script, ask the exporter itself, show the icon
 * that stands in them; nothing else, and nobody may frame them.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src '${hashOf(STYLESHEET)}'`,
  `script-src '${hashOf(REFRESH_SCRIPT)}'`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

// Made apart from the templates: the hashes are those of these texts, to the last white space.
const STYLE = new Html(`<style>${STYLESHEET}</style>`);
const SCRIPT = new Html(`<script>${REFRESH_SCRIPT}</script>`);

/** The HTML document of a page. */
export function renderDocument({ title, icon, body, refreshSeconds }: Page): string {
  return html`<!doctype html>
    <html lang="en" data-refresh="${refreshSeconds}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon.text)}" />
        ${STYLE}
      </head>
      <body>
        ${body} ${refreshSeconds === null ? null : SCRIPT}
      </body>
    </html> `.text;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
