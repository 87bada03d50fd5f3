// Parts that the page's sections share: scrolling tables, flags, lists and running text. Pure.

import { foreign, type Html, html, type Piece } from '../../src/present/html.js';
import { sanitize } from '../../src/present/text.js';
import type { Table } from './model.js';

const CELL_COLUMNS = 300;
const ITEM_COLUMNS = 600;
export const TEXT_COLUMNS = 2_000;

/** On a narrow screen the box scrolls instead of the page, also by keys. */
export function renderScrollBox(name: string, table: Html): Html {
  return html`<div class="scroll" role="region" aria-label="${name}" tabindex="0">${table}</div>`;
}

/** The caption is above the box, so that it does not scroll away with a wide table. */
export function renderTable(table: Table): Html {
  return html`<p class="caption">${table.caption}</p>
${renderBareTable(table)}`;
}

/** A table whose caption is elsewhere. */
export function renderBareTable({ caption, head, rows, numeric }: Table): Html {
  const align = (at: number) => (numeric.includes(at) ? html` class="num"` : null);
  const renderCell = (cell: string, at: number) => {
    const text = foreign(cell, CELL_COLUMNS);
    return at === 0 ? html`<th scope="row"${align(at)}>${text}</th>` : html`<td${align(at)}>${text}</td>`;
  };
  const table = html`<table>
<thead><tr>${head.map((title, at) => html`<th scope="col"${align(at)}>${title}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map(renderCell)}</tr>\n`)}</tbody></table>`;
  return renderScrollBox(caption, table);
}

export function renderList(texts: readonly string[]): Html {
  return html`<ul>${texts.map((text) => html`<li>${sanitize(text, ITEM_COLUMNS)}</li>`)}</ul>`;
}

/** A note that readers must see before the numbers, after its kind: `partial`. */
export function renderFlag(kind: string, text: string): Html | null {
  if (text === '') return null;
  return html`<p class="flag ${kind}"><strong>${kind}</strong> ${sanitize(text, ITEM_COLUMNS)}</p>`;
}

export function renderFolded(summary: string, content: Piece): Html {
  return html`<details><summary>${sanitize(summary, 200)}</summary>${content}</details>`;
}

const NO_BREAK_SPACE = '\u00a0';
const UNBREAKABLE = /\[[^[\]]{1,40}\]|\bn = \d+|\d (?:%|s|ms|us|µs|ns|kB|MB)(?![\w])/g;

/** Running text; an interval, `n = 7` and a number with its unit stay on one line. */
export function renderProse(text: string): string {
  const parts = sanitize(text, TEXT_COLUMNS);
  return parts.replace(UNBREAKABLE, (part) => part.replaceAll(' ', NO_BREAK_SPACE));
}
