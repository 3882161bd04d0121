import { html } from '../html/html.ts';
import type { Html } from '../html/html.ts';
import { sign } from '../html/sign.ts';
import type { Gauge, Segment } from './gauge.ts';
import { phrase } from './render-words.ts';
import type { Tile } from './tile.ts';
import type { Measured } from './view.ts';

/** What is to be seen at once: how full, how many starts, how many orphans, whether the exporter is well. */
export function tiles(measured: Measured | null, exporter: Tile): Html {
  if (measured === null) {
    return html`<section class="tiles" aria-label="At a glance">${tile(exporter, 'only')}</section>`;
  }
  return html`<section class="tiles" aria-label="At a glance">
    ${measured.gauges.map(gaugeTile)} ${tile(measured.starts)} ${tile(measured.orphans)} ${tile(exporter)}
  </section>`;
}

/** What sets possible and proven orphans apart from sets in use for those who do not see the colour. */
export const STRIPES = html`<svg width="0" height="0" aria-hidden="true" focusable="false">
  <defs>
    ${(['suspected', 'orphaned'] as const).map(
      (state) =>
        html`<pattern
          id="stripes-${state}"
          width="7"
          height="7"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
          ><rect class="${state}" width="7" height="7" /><path class="stripe" d="M0 0v7"
        /></pattern>`,
    )}
  </defs>
</svg>`;

function gaugeTile(gauge: Gauge): Html {
  const { title, used, of, share, free, limitName, meter, segments } = gauge;
  const bar = html`<svg aria-hidden="true" focusable="false">
    <rect class="track" width="100%" height="100%" />
    ${segments.map(stretch)}
  </svg>`;
  return html`<div class="sheet wide">
    <h2>${title} in use <abbr title="the kernel’s name of the limit">(${limitName})</abbr></h2>
    <p class="figure">
      <b>${used}</b>
      ${of} ${free === null ? null : html`<span class="quiet">${free}</span>`}
      ${share === null ? null : html`<span class="share">${share}</span>`}
    </p>
    ${
      meter === null
        ? html`<div class="bar">${bar}</div>`
        : html`<div
            class="bar"
            role="meter"
            aria-label="${title} in use"
            aria-valuemin="0"
            aria-valuemax="${meter.max}"
            aria-valuenow="${meter.now}"
            aria-valuetext="${meter.text}"
          >
            ${bar}
          </div>`
    }
    <ul class="key">
      ${segments.map(({ state, text }) => html`<li>${swatch(state)}${text}</li>`)}
    </ul>
  </div>`;
}

/** Both a class, for the plain colours, and stripes by reference, which a class cannot make in every browser. */
function stretch({ state, from, length }: Segment): Html {
  const fill = striped(state) ? html`fill="url(#stripes-${state})"` : html`class="${state}"`;
  return html`<rect ${fill} x="${from.toFixed(3)}%" width="${length.toFixed(3)}%" height="100%" />`;
}

/** The colour of a state beside its name. */
export function swatch(state: Segment['state']): Html {
  const fill = striped(state) ? html`fill="url(#stripes-${state})"` : html`class="${state}"`;
  return html`<svg class="swatch" aria-hidden="true" focusable="false">
    <rect ${fill} width="100%" height="100%" />
  </svg>`;
}

function striped(state: Segment['state']): boolean {
  return state === 'suspected' || state === 'orphaned';
}

function tile({ title, value, unit, lines, severity }: Tile, extra = ''): Html {
  return html`<div class="sheet ${extra} ${severity}">
<h2>${title}</h2>
<p class="figure">${severity === null ? null : sign(severity)}<b${unit === null ? html` class="word"` : null}>${value}</b> ${unit}</p>
${lines.map((line) => html`<p class="lines">${phrase(line)}</p>`)}
</div>`;
}
