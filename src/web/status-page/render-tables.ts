import { html } from '../html/html.ts';
import type { Html } from '../html/html.ts';
import type { OrphanList, OrphanRow } from './orphan-lists.ts';
import { STATE_WORDS } from './owners-table.ts';
import type { OwnerRow, OwnersTable } from './owners-table.ts';
import { swatch } from './render-tiles.ts';
import { momentTime } from './render-words.ts';

// On a phone each row becomes a block; the roles keep it a table for a screen reader all the same.

/** Who holds what. */
export function ownersSection(table: OwnersTable): Html {
  return html`<section aria-labelledby="owners">
    <h2 id="owners">Who holds what</h2>
    <div class="sheet">
      ${
        table.rows.length === 0
          ? html`<p class="nothing">There is no semaphore set.</p>`
          : html`<div class="table">
              <table class="stack" role="table">
                <caption>
                  Sets by owner and state, most sets first
                </caption>
                <thead role="rowgroup">
                  <tr role="row">
                    <th role="columnheader" scope="col">Owner</th>
                    <th role="columnheader" scope="col" class="number">Sets</th>
                    ${table.states.map((state) => html`<th role="columnheader" scope="col" class="number">${swatch(state)}${capital(STATE_WORDS[state])}</th>`)}
                    <th role="columnheader" scope="col" class="number">Semaphores</th>
                  </tr>
                </thead>
                <tbody role="rowgroup">
                  ${table.rows.map((row) => ownerRow(row, table))}
                  ${table.others === null ? null : ownerRow(table.others, table, 'others')}
                </tbody>
              </table>
            </div>`
      }
    </div>
  </section>`;
}

function ownerRow({ owner, uid, sets, semaphores, states }: OwnerRow, table: OwnersTable, kind = ''): Html {
  return html`<tr role="row" class="${kind}">
    <th role="rowheader" scope="row">
      <bdi>${owner}</bdi>${uid === null ? null : html` <span class="quiet">uid ${uid}</span>`}
    </th>
    <td role="cell" class="number inline" data-name="Sets">${sets}</td>
    ${states.map((cell, at) => {
      const name = capital(STATE_WORDS[table.states[at] ?? 'unknown']);
      return cell === null
        ? html`<td role="cell" class="number inline none quiet" data-name="${name}">0</td>`
        : html`<td role="cell" class="number inline" data-name="${name}">${cell}</td>`;
    })}
    <td role="cell" class="number inline" data-name="Semaphores">${semaphores}</td>
  </tr>`;
}

/** The orphans, or the sentence that says why none is shown. */
export function orphansSection(lists: readonly OrphanList[], none: string): Html {
  return html`<section aria-labelledby="orphans">
    <h2 id="orphans">Orphans</h2>
    <div class="sheet">
      ${lists.length === 0 ? html`<p class="nothing">${none}</p>` : lists.map(orphanTable)}
    </div>
  </section>`;
}

function orphanTable({ caption, rows }: OrphanList): Html {
  return html`<div class="table">
    <table class="stack fixed" role="table">
      <caption>
        ${caption}
      </caption>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">Set</th>
          <th role="columnheader" scope="col">Owner</th>
          <th role="columnheader" scope="col">Changed</th>
          <th role="columnheader" scope="col">Evidence</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${rows.map(orphanRow)}
      </tbody>
    </table>
  </div>`;
}

function orphanRow({ semid, owner, semaphores, changed, evidence }: OrphanRow): Html {
  return html`<tr role="row">
    <th role="rowheader" scope="row" class="inline">
      ${semid}${semaphores === '1' ? null : html` <span class="quiet">${semaphores} semaphores</span>`}
    </th>
    <td role="cell" class="inline"><bdi>${owner}</bdi></td>
    <td role="cell" class="inline">${changed === null ? 'unknown' : momentTime(changed)}</td>
    <td role="cell" class="evidence">${evidence}</td>
  </tr>`;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
