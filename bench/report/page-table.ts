// A table of the report's page: it scrolls in a box of its own where the screen is narrow, and the
// page never does. Pure.

import { foreign, type Html, html, type Piece } from '../../src/present/html.js';
import type { Table } from './model.js';

const CELL_COLUMNS = 300;

/** The box can be scrolled by keys too, so it is a place to go to, and has a name. */
export function scrollBox(name: string, table: Html): Html {
  return html`<div class="scroll" role="region" aria-label="${name}" tabindex="0">${table}</div>`;
}

/** Its caption stands above the box: inside it would be cut off where the table is wide. */
export function tableOf(table: Table): Html {
  return html`<p class="caption">${table.caption}</p>
${bareTable(table)}`;
}

/** Without a caption, where what stands above says it. */
export function bareTable(table: Table): Html {
  return scrollBox(table.caption, html`<table>${headAndRows(table)}</table>`);
}

function headAndRows({ head, rows, numeric }: Table): Piece {
  const align = (at: number) => (numeric.includes(at) ? html` class="num"` : null);
  return html`
<thead><tr>${head.map((title, at) => html`<th scope="col"${align(at)}>${title}</th>`)}</tr></thead>
<tbody>${rows.map((row) => {
    return html`<tr>${row.map((cell, at) => {
      const text = foreign(cell, CELL_COLUMNS);
      return at === 0
        ? html`<th scope="row"${align(at)}>${text}</th>`
        : html`<td${align(at)}>${text}</td>`;
    })}</tr>
`;
  })}</tbody>`;
}
