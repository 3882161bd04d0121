import type { Page } from '../html/document.ts';
import { html } from '../html/html.ts';
import type { Content, Html } from '../html/html.ts';
import { sign, signIcon } from '../html/sign.ts';
import type { Finding, Step } from './finding.ts';
import { orphansSection, ownersSection } from './render-tables.ts';
import { STRIPES, tiles } from './render-tiles.ts';
import { phrase } from './render-words.ts';
import type { StatusView } from './view.ts';

/** The status page. All its links are relative, so that it works behind a proxy's prefix. */
export function statusPage(view: StatusView): Page {
  const { verdict, host, measured } = view;
  return {
    title: `${verdict.label}: ${verdict.headline} – ${host}`,
    icon: signIcon(verdict.severity),
    refreshSeconds: view.refreshSeconds,
    body: html`${STRIPES}<a class="skip" href="#main">Skip to the verdict</a>
      ${header(view)}
      <div class="lost" id="lost" role="status"></div>
      <main id="main" tabindex="-1">
        ${verdictSection(view)} ${tiles(measured, view.exporterTile)} ${stepsSection(view)}
        ${measured === null ? null : [ownersSection(measured.owners), '\n', orphansSection(measured.orphanLists, measured.noOrphans)]}
        ${proofSection(view)} ${exporterSection(view)}
      </main>
      ${footer(view)}`,
  };
}

function header({ host, at }: StatusView): Html {
  return html`<header class="top">
    <p><span class="name">sysvsem-exporter</span> <span class="quiet">on</span> <bdi>${host}</bdi></p>
    <p class="at" id="at">
      As of
      ${at === null ? 'an unknown time' : html`<time datetime="${at.iso}" title="${at.exact}">${at.exact}</time>`}
    </p>
    <button type="button" id="pause" aria-pressed="false" hidden>Pause refresh</button>
    <p class="quiet" id="reload">Reload the page for newer numbers.</p>
  </header>`;
}

function verdictSection({ verdict, also }: StatusView): Html {
  return html`<section class="sheet verdict ${verdict.severity}" aria-labelledby="verdict">
    <p class="label">${sign(verdict.severity)}${verdict.label}</p>
    <h1 id="verdict">${verdict.headline}</h1>
    ${verdict.detail.length === 0 ? null : html`<p class="detail">${phrase(verdict.detail)}</p>`}
    ${
      also.length === 0
        ? null
        : html`<ul class="also">
            ${also.map(alsoItem)}
          </ul>`
    }
  </section>`;
}

function alsoItem({ severity, headline, detail }: Finding): Html {
  return html`<li>
    ${sign(severity)}
    <p><strong>${headline}.</strong> <span class="quiet">${phrase(detail)}</span></p>
  </li>`;
}

function stepsSection({ steps, runbooks }: StatusView): Html {
  return html`<section aria-labelledby="next">
    <h2 id="next">What to do next</h2>
    <div class="sheet">
      ${
        steps.length === 0
          ? html`<p class="nothing">Nothing.</p>`
          : html`<ol class="steps" role="list">
              ${steps.map(stepItem)}
            </ol>`
      }
    </div>
    ${runbooks.length === 0 ? null : html`<p class="after">${runbooks.length === 1 ? 'Runbook' : 'Runbooks'}: ${separated(runbooks.map((name) => html`<a href="runbooks/${name}">${name}</a>`))}</p>`}
  </section>`;
}

function stepItem({ text, command, anchor }: Step): Html {
  return html`<li>
    <p>${phrase(text)}${anchor === null ? null : html` <a href="#${anchor}">What limits proof</a>`}</p>
    ${command === null ? null : html`<pre><code>${command}</code></pre>`}
  </li>`;
}

function proofSection({ proof }: StatusView): Html {
  return html`<section aria-labelledby="proof">
    <h2 id="proof" tabindex="-1">What limits proof</h2>
    <div class="sheet">
      <p class="nothing">${phrase(proof.text)}</p>
      ${
        proof.missing.length === 0
          ? null
          : html`<ul class="missing" role="list">
              ${proof.missing.map(
                ({ reason, why, mend }) =>
                  html`<li>
                    <p><code>${reason}</code></p>
                    <p>${why}</p>
                    <p class="quiet">${phrase(mend)}</p>
                  </li>`,
              )}
            </ul>`
      }
    </div>
  </section>`;
}

function exporterSection({ exporter }: StatusView): Html {
  return html`<section aria-labelledby="exporter">
    <h2 id="exporter">The exporter itself</h2>
    <div class="sheet">
      <dl class="facts">
        ${exporter.map(
          ({ name, value }) =>
            html`<dt>${name}</dt>
              <dd>${phrase(value)}</dd>`,
        )}
      </dl>
    </div>
  </section>`;
}

function footer({ telemetryPath }: StatusView): Html {
  const links = [
    [telemetryPath.slice(1), 'Metrics'],
    ['runbooks/', 'Runbooks'],
    ['api/v1/status', 'Usage and limits, as JSON'],
    ['api/v1/sets', 'Sets, as JSON'],
    ['-/ready', 'Readiness'],
    ['-/healthy', 'Health'],
  ] as const;
  return html`<footer class="foot" id="foot">
    <nav aria-label="Elsewhere in this exporter">
      <ul role="list">
        ${links.map(([href, text]) => html`<li><a href="${href}">${text}</a></li>`)}
      </ul>
    </nav>
    <p>A set is what <code>ipcs</code> calls an array: one or more System V semaphores with one id.</p>
  </footer>`;
}

function separated(items: readonly Html[]): Content {
  return items.map((item, at) => (at === 0 ? item : [', ', item]));
}
