/**
 * The look of every page: system fonts, one colour for each severity, light or dark as the reader has it. It stands
 * inline and is allowed by its hash, so that a page needs no second request and works behind any prefix. Nothing
 * moves, so that there is nothing to reduce.
 */
export const STYLESHEET = `
:root {
  color-scheme: light dark;
  --ground: #f7f7f5; --sheet: #ffffff; --ink: #1c2127; --quiet: #58616b; --line: #dfe1e0; --track: #e7e8e7;
  --ok: #14713f; --notice: #1f5fa8; --warning: #8a5200; --critical: #b3231b;
  --in_use: #2c6a97; --held: #6ea3c7; --keyed: #83809f; --suspected: #d99a5b; --orphaned: #c2570c; --unknown: #a3a9af;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "Roboto Mono", "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #121518; --sheet: #1a1e22; --ink: #e6e9ec; --quiet: #a3abb4; --line: #2e343a; --track: #2a3036;
    --ok: #62c894; --notice: #84b7f0; --warning: #eeb45c; --critical: #ff8b80;
    --in_use: #4f97cc; --held: #2f6187; --keyed: #8f8bb3; --suspected: #a8703a; --orphaned: #ef8a45; --unknown: #6b737b;
  }
}
* { box-sizing: border-box; }
html { background: var(--ground); color: var(--ink); -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto; max-width: 68rem; padding: 1.25rem clamp(1rem, 4vw, 2.5rem) 3rem;
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, Cantarell, "Noto Sans", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
h1, h2, h3, p, ol, ul, dl, dd, figure { margin: 0; padding: 0; }
h2 { font-size: 1.0625rem; font-weight: 650; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1rem; font-weight: 650; }
a { color: var(--notice); text-underline-offset: .18em; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--notice); outline-offset: 3px; border-radius: 3px; }
code, pre, kbd { font-family: var(--mono); font-size: .875em; }
pre {
  margin: .375rem 0 0; padding: .5rem .75rem; white-space: pre-wrap;
  background: var(--ground); border: 1px solid var(--line); border-radius: 6px;
}
p code, dd code { white-space: nowrap; }
.prose code { white-space: inherit; }
time { text-decoration: underline dotted var(--quiet) 1px; text-underline-offset: .22em; cursor: help; }
svg { display: block; }
.quiet { color: var(--quiet); }
.skip { position: absolute; left: -100vw; }
.skip:focus { position: static; display: inline-block; margin-bottom: .75rem; }
.ok { --tone: var(--ok); } .notice { --tone: var(--notice); }
.warning { --tone: var(--warning); } .critical { --tone: var(--critical); }
.tone { color: var(--tone); }
.sign { flex: none; width: 1.125em; height: 1.125em; fill: var(--tone); }

.top { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; align-items: baseline; margin-bottom: 1rem; }
.top .name { font-weight: 650; }
.top .at { margin-left: auto; color: var(--quiet); font-size: .875rem; }
.top time { text-decoration: none; cursor: auto; }
button {
  font: inherit; font-size: .875rem; color: var(--ink); background: var(--sheet); padding: .125rem .625rem;
  border: 1px solid var(--quiet); border-radius: 6px; cursor: pointer;
}
button[aria-pressed=true] { background: var(--ink); color: var(--ground); }
.lost:not(:empty) {
  position: sticky; top: 0; margin-bottom: 1rem; padding: .625rem 1rem; border-radius: 8px;
  background: var(--critical); color: var(--ground); font-weight: 600;
}

.sheet { background: var(--sheet); border: 1px solid var(--line); border-radius: 12px; }
.verdict {
  padding: 1.5rem clamp(1.125rem, 3vw, 2rem) 1.625rem;
  background: color-mix(in srgb, var(--tone) 8%, var(--sheet));
  border-color: color-mix(in srgb, var(--tone) 35%, var(--sheet));
}
.verdict .label { display: flex; align-items: center; gap: .5rem; color: var(--tone); font-weight: 650; }
.verdict h1 {
  font-size: clamp(1.5rem, 1.1rem + 2.1vw, 2.375rem); line-height: 1.2; font-weight: 650; letter-spacing: -.015em;
  margin: .375rem 0 0; text-wrap: balance;
}
.verdict .detail { margin-top: .625rem; max-width: 46rem; color: var(--quiet); }
.also { list-style: none; margin-top: 1.25rem; padding-top: .25rem; border-top: 1px solid color-mix(in srgb, var(--tone) 25%, var(--sheet)); }
.also li { display: flex; gap: .625rem; margin-top: .875rem; }
.also .sign { margin-top: .25rem; }

.tiles { display: grid; gap: 1rem; margin-top: 1rem; grid-template-columns: repeat(6, 1fr); }
.tiles > * { padding: 1rem 1.25rem 1.125rem; grid-column: span 2; }
.tiles > .wide { grid-column: span 3; }
.tiles > .only { grid-column: 1 / -1; }
.tiles h2 { margin: 0; font-size: .875rem; font-weight: 600; color: var(--quiet); }
.tiles h2 abbr { text-decoration: none; font-weight: 400; }
.figure { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 .625rem; }
.figure b { font-variant-numeric: normal; font-size: 1.875rem; line-height: 1.3; font-weight: 600; letter-spacing: -.015em; }
.figure .word { font-size: 1.375rem; line-height: 1.773; }
.figure .share { margin-left: auto; font-size: 1.25rem; color: var(--quiet); }
.figure .sign { align-self: center; width: 1.25rem; height: 1.25rem; }
.lines { font-size: .875rem; color: var(--quiet); }

.bar { margin: .375rem 0 .625rem; }
.bar svg { width: 100%; height: 14px; border-radius: 4px; }
.bar .track { fill: var(--track); }
.key { display: flex; flex-wrap: wrap; gap: .125rem 1rem; list-style: none; font-size: .875rem; color: var(--quiet); }
.key li { display: flex; align-items: center; gap: .375rem; }
.swatch { width: 11px; height: 11px; border-radius: 2px; flex: none; }
.in_use { fill: var(--in_use); } .held { fill: var(--held); } .keyed { fill: var(--keyed); }
.suspected { fill: var(--suspected); } .orphaned { fill: var(--orphaned); } .unknown { fill: var(--unknown); }
.stripe { stroke: var(--sheet); stroke-width: 2.5; }

.steps { list-style: none; counter-reset: step; padding: .25rem clamp(1.125rem, 3vw, 2rem) 1.25rem; }
.steps li { counter-increment: step; position: relative; padding: 1rem 0 0 2.25rem; }
.steps li::before {
  content: counter(step); position: absolute; left: 0; top: 1rem; width: 1.5rem; height: 1.5rem; border-radius: 50%;
  background: var(--track); text-align: center; font-size: .875rem; line-height: 1.5rem; font-weight: 600;
}
.nothing { padding: 1rem clamp(1.125rem, 3vw, 2rem); }
.after { margin-top: .75rem; font-size: .875rem; color: var(--quiet); }

table { width: 100%; border-collapse: collapse; }
.table { padding: .25rem clamp(1.125rem, 3vw, 2rem) .625rem; }
.table + .table { margin-top: 1rem; }
caption { text-align: left; font-weight: 600; padding: .75rem 0 .25rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem 1rem .5rem 0; border-top: 1px solid var(--line); font-weight: 400; }
thead th { border: 0; font-size: .8125rem; color: var(--quiet); white-space: nowrap; overflow-wrap: normal; }
th:last-child, td:last-child { padding-right: 0; }
.number { text-align: right; white-space: nowrap; overflow-wrap: normal; }
tbody th { font-weight: 600; }
tbody th .quiet { font-weight: 400; font-size: .875rem; white-space: nowrap; }
.others th { font-weight: 400; color: var(--quiet); }
.evidence { color: var(--quiet); font-size: .875rem; }
thead .swatch { display: inline-block; margin-right: .375rem; }

.facts { display: grid; grid-template-columns: minmax(9rem, max-content) 1fr; padding: .5rem clamp(1.125rem, 3vw, 2rem) .75rem; }
.facts dt, .facts dd { padding: .5rem 1.5rem .5rem 0; border-top: 1px solid var(--line); }
.facts dt:first-of-type, .facts dd:first-of-type { border: 0; }
.facts dt { color: var(--quiet); }
.missing { padding: 0 clamp(1.125rem, 3vw, 2rem) .75rem; list-style: none; }
.missing li { padding: .75rem 0; border-top: 1px solid var(--line); }
.foot { margin-top: 2.5rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: .875rem; color: var(--quiet); }
.foot ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; margin-bottom: .5rem; }

.prose { max-width: 46rem; padding: .5rem clamp(1.125rem, 3vw, 2rem) 2rem; }
.prose > * { margin-top: 1rem; }
.prose h1 { font-size: clamp(1.375rem, 1.1rem + 1.4vw, 2rem); line-height: 1.2; letter-spacing: -.015em; margin-top: 1.25rem; }
.prose h2 { font-size: 1.1875rem; margin-top: 2rem; }
.prose h3 { margin-top: 1.5rem; }
.prose ul, .prose ol { padding-left: 1.5rem; }
.prose li + li { margin-top: .375rem; }
.prose li > p + * { margin-top: .5rem; }
.prose blockquote { margin-inline: 0; padding-left: 1rem; border-left: 3px solid var(--line); color: var(--quiet); }
.list dt { margin-top: 1rem; font-weight: 600; }
.prose table { margin-top: 1rem; }
.prose hr { border: 0; border-top: 1px solid var(--line); }

@media (min-width: 46.0625rem) {
  .fixed { table-layout: fixed; }
  .fixed th:nth-child(1) { width: 8rem; } .fixed th:nth-child(2) { width: 20%; } .fixed th:nth-child(3) { width: 8.5rem; }
}
@media (min-width: 60rem) {
  .steps li { display: grid; grid-template-columns: 1fr 1.2fr; gap: 0 2rem; align-items: start; }
  .steps pre { margin: -.3125rem 0 0; }
  .steps li > :only-child { grid-column: 1 / -1; }
}
@media (max-width: 46rem) {
  .tiles { grid-template-columns: repeat(2, 1fr); }
  .tiles > *, .tiles > .wide { grid-column: 1 / -1; }
  .top .at { margin-left: 0; flex-basis: 100%; }
  .facts { display: block; }
  .facts dt { padding-bottom: 0; }
  .facts dd, .facts dd:first-of-type { border: 0; padding-top: 0; }
  .stack, .stack caption, .stack tbody, .stack tr, .stack th, .stack td { display: block; }
  .stack thead { position: absolute; left: -100vw; }
  .stack tr { border-top: 1px solid var(--line); padding: .625rem 0; }
  .stack th, .stack td { border: 0; padding: 0; width: auto; text-align: left; white-space: normal; }
  .stack td[data-name]::before { content: attr(data-name) " "; color: var(--quiet); }
  .stack .inline { display: inline-block; margin-right: 1rem; }
  .stack .number { font-size: .875rem; }
  .stack .none { display: none; }
}
`;
