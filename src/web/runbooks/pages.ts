import type { Page } from '../html/document.ts';
import { html } from '../html/html.ts';
import type { Html } from '../html/html.ts';
import { signIcon } from '../html/sign.ts';
import type { Runbook } from './runbooks.ts';

/** Longest summary in the list, characters. */
const SUMMARY = 240;

/** The list of the shipped runbooks. */
export function listPage(runbooks: readonly Runbook[]): Page {
  return page(
    'Runbooks',
    html`<main id="main">
      <div class="sheet prose">
        <h1>Runbooks</h1>
        ${
          runbooks.length === 0
            ? html`<p>This exporter was installed without runbooks: there is none to show.</p>`
            : html`<p>What to do when one of the alerts fires.</p>
                <dl class="list">${runbooks.map(item)}</dl>`
        }
      </div>
    </main>`,
  );
}

function item({ name, summary }: Runbook): Html {
  const text = summary.length > SUMMARY ? `${summary.slice(0, SUMMARY - 1)}…` : summary;
  return html`<dt><a href="${name}">${name}</a></dt>
    <dd class="quiet">${text}</dd>`;
}

/** One runbook. */
export function runbookPage({ name, body }: Runbook): Page {
  return page(
    name,
    html`<main id="main">
      <article class="sheet prose">${body}</article>
    </main>`,
  );
}

/** The answer where there is no runbook of that name. */
export function noRunbookPage(): Page {
  return page(
    'No such runbook',
    html`<main id="main">
      <div class="sheet prose">
        <h1>No such runbook</h1>
        <p>This exporter has no runbook of that name. <a href="./">The list</a> has all that it ships.</p>
      </div>
    </main>`,
  );
}

function page(title: string, main: Html): Page {
  return {
    title: `${title} – sysvsem-exporter`,
    icon: signIcon('notice'),
    refreshSeconds: null,
    body: html`<a class="skip" href="#main">Skip to the text</a>
      <header class="top">
        <nav aria-label="In this exporter">
          <a class="name" href="../">sysvsem-exporter</a> <span class="quiet">/</span>
          <a href="./">Runbooks</a>
        </nav>
      </header>
      ${main}`,
  };
}
