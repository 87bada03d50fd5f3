// Parts of the page: scrolling tables, flags, lists and running text; what two callers saw, and whether the
// checker finds seeded faults. Pure.

import { foreign, type Html, html, type Piece } from '../../src/present/html.js';
import { formatNumber, formatShare, sanitize } from '../../src/present/text.js';
import type { Verdict } from '../../src/verdict.js';
import type {
  OutcomeCell,
  OutcomeColumn,
  OutcomeLine,
  OutcomeTable,
  SelfTestCell,
  SelfTestTable,
} from './evidence-tables.js';
import type { Table } from './model.js';

const CELL_COLUMNS = 300;
const ITEM_COLUMNS = 600;
export const TEXT_COLUMNS = 2_000;

/** On a narrow screen the box scrolls instead of the page, also by keys. */
function renderScrollBox(name: string, table: Html): Html {
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

/** A word beside the sign and the colour says the same. */
const SIGNS: Readonly<Record<Verdict, string>> = { ok: '✓', violated: '✗', unknown: '?', unavailable: '–' };

export function renderOutcomes({ columns, outcomes, atRest }: OutcomeTable): Html {
  const width = columns.length + 3;
  const renderGroup = (name: string) =>
    html`<tr class="group"><th colspan="${width}" scope="colgroup">${name}</th></tr>`;
  const table = html`<table class="outcomes">
<thead><tr><th scope="col">outcome</th>${columns.map(renderColumnHead)}
<th scope="col">grade</th><th scope="col">meaning</th></tr></thead>
<tbody>${renderGroup('The values in the two responses')}${outcomes.map(renderLine)}</tbody>
<tbody>${renderGroup('The counter at rest, when no call is in flight')}${atRest.map(renderLine)}</tbody>
<tfoot>${renderGroup('How well the two calls overlapped')}
${OVERLAP_ROWS.map((row) => renderOverlapRow(row, columns))}
</tfoot></table>`;
  return html`<section id="outcomes"><h2>What two callers saw</h2>
<p class="lead">Two callers send a request at the same moment, many times. An outcome is the pair of
counter values that their responses carry, counted from the last known value: <code>1,2</code> means
that the service counted both. A forbidden outcome has a row even when no pair showed it.</p>
${renderScrollBox('What two callers saw', table)}
${columns.map(renderFailure)}</section>`;
}

function renderVerdict(verdict: Verdict): Html {
  return html`<span class="verdict ${verdict}">${SIGNS[verdict]} ${verdict}</span>`;
}

function renderColumnHead({ name, verdict, hasSeededFault }: OutcomeColumn): Html {
  const fault = hasSeededFault ? html`<small>seeded fault</small>` : null;
  return html`<th scope="col" class="num"><bdi>${sanitize(name, 60)}</bdi>${fault}
${renderVerdict(verdict)}</th>`;
}

function renderLine({ seen, meaning, grade, cells }: OutcomeLine): Html {
  const isSeen = cells.some((cell) => cell !== null && cell.samples > 0);
  return html`
<tr class="${grade}${isSeen ? '' : ' unseen'}"><th scope="row"><code>${sanitize(seen, 40)}</code></th>
${cells.map(renderCell)}
<td><span class="grade">${grade}</span></td><td class="words">${sanitize(meaning, 200)}</td></tr>`;
}

function renderCell(cell: OutcomeCell | null): Html {
  if (cell === null) return html`<td class="num none">–</td>`;
  const { samples, share } = cell;
  if (samples === 0) return html`<td class="num none">never</td>`;
  const count = html`<small>${formatNumber(samples)}</small>`;
  return html`<td class="num"><b>${formatShare(share)}</b> ${count}</td>`;
}

type OverlapRow = readonly [name: string, of: (column: OutcomeColumn) => string, meaning: string];

const OVERLAP_ROWS: readonly OverlapRow[] = [
  ['pairs', ({ pairs }) => formatNumber(pairs), 'one call of each caller'],
  ['overlapped', ({ together }) => formatShare(together), 'both calls were in flight at once'],
  ['overtook', ({ overtaken }) => formatShare(overtaken), 'sent second, counted first'],
];

function renderOverlapRow([name, format, meaning]: OverlapRow, columns: readonly OutcomeColumn[]) {
  return html`
<tr><th scope="row">${name}</th>${columns.map((one) => html`<td class="num">${format(one)}</td>`)}
<td></td><td class="words">${meaning}</td></tr>`;
}

function renderFailure(column: OutcomeColumn): Html | null {
  const { name, verdict, answer, evidence, partial, hasSeededFault } = column;
  if (verdict === 'ok' && partial === '') return null;
  const fault = hasSeededFault ? ' This tally has a seeded fault, which the checker must find.' : '';
  return html`<div class="said ${verdict}">
<p><strong><bdi>${sanitize(name, 60)}</bdi>: ${verdict}</strong> ${sanitize(answer, ITEM_COLUMNS)}.
${partial === '' ? null : html`<strong>partial</strong> ${partial}.`}${fault}</p>
${evidence.length === 0 ? null : renderList(evidence)}</div>`;
}

export function renderSelfTest(table: SelfTestTable, at: number): Html {
  const { verdict, says, topologies, rows, wrong, unavailable, partial } = table;
  const hasStar = rows.some(({ cells }) => cells.some((cell) => cell?.word === 'passed*'));
  const heads = topologies.map((name) => html`<th scope="col" class="num">${sanitize(name, 60)}</th>`);
  const matrix = html`<table class="matrix">
<thead><tr><th scope="col">tally</th>${heads}</tr></thead>
<tbody>${rows.map(({ tally, isCorrect, cells }) => {
    const kind = isCorrect ? 'correct' : 'seeded fault';
    return html`
<tr><th scope="row">${sanitize(tally, 60)}<small>${kind}</small></th>
${cells.map(renderMatrixCell)}</tr>`;
  })}</tbody></table>`;
  return html`<section id="${at === 0 ? 'self-test' : `self-test-${at + 1}`}">
<h2>Would the checker notice a lost count?</h2>
<p class="says">${renderVerdict(verdict)}
${says.join(' ')}</p>
${renderFlag('partial', partial)}${unavailable.map((why) => renderFlag('unavailable', why))}
${renderScrollBox('The checker on every tally, in every topology', matrix)}
<p class="note">The checker judges services whose tally is known. A cell shows the runs with a right
verdict, of all runs.
${hasStar ? '* The fault cannot show in this topology, so the checker must not report one.' : null}</p>
${wrong.length === 0 ? null : html`<div class="said violated">${renderList(wrong)}</div>`}</section>`;
}

function renderMatrixCell(cell: SelfTestCell | null): Html {
  if (cell === null) return html`<td class="num none">–</td>`;
  const { right, runs, word } = cell;
  const isRight = right === runs;
  return html`<td class="num ${isRight ? `right ${word.replace('*', '')}` : 'wrong'}"><b>${
    isRight ? '' : '✗ '
  }${right}/${runs}</b> <small>${word}</small></td>`;
}
