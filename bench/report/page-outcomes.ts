// The part of the page that answers the question itself: what two callers saw, in all topologies
// side by side, and what the checker made of tallies that are known. Pure.

import { type Html, html, type Piece } from '../../src/present/html.js';
import { formatNumber, sanitize } from '../../src/present/text.js';
import type { Verdict } from '../../src/verdict.js';
import type { OutcomeCell, OutcomeColumn, OutcomeLine, OutcomeTable } from './outcomes.js';
import { scrollBox } from './page-table.js';
import { percentOf } from './percent.js';
import type { SelfTestCell, SelfTestTable } from './self-tests.js';

/** The word says the same as the colour and the sign. */
const SIGNS: Readonly<Record<Verdict, string>> = {
  ok: '✓',
  violated: '✗',
  unknown: '?',
  unavailable: '–',
};
const TEXT_COLUMNS = 600;

export function outcomesSection(table: OutcomeTable): Html {
  const { columns, outcomes, atRest } = table;
  const width = columns.length + 3;
  const group = (says: string) =>
    html`<tr class="group"><th colspan="${width}" scope="colgroup">${says}</th></tr>`;
  const body = html`<table class="outcomes">
<thead><tr><th scope="col">saw</th>${columns.map(columnHead)}
<th scope="col">verdict</th><th scope="col">which means</th></tr></thead>
<tbody>${group('What the two were told, and how often')}${outcomes.map(lineOf)}</tbody>
<tbody>${group('What the counter showed at rest, while nobody called')}${atRest.map(lineOf)}</tbody>
<tfoot>${group('How well they met')}
${FOOT.map((row) => footRow(row, columns))}
</tfoot></table>`;
  return html`<section id="outcomes"><h2>What two callers saw</h2>
<p class="lead">Two callers call at the same moment, many times. The numbers are what the
two were told, counted from the last known one: <code>1,2</code> is what two counted calls are told.
What is forbidden has a row although it was never seen.</p>
${scrollBox('What two callers saw', body)}
${saidOf(columns)}</section>`;
}

function columnHead({ name, verdict, isPlanted }: OutcomeColumn): Html {
  const planted = isPlanted ? html`<small>broken on purpose</small>` : null;
  return html`<th scope="col" class="num"><bdi>${sanitize(name, 60)}</bdi>${planted}
<span class="verdict ${verdict}">${SIGNS[verdict]} ${verdict}</span></th>`;
}

function lineOf({ seen, meaning, grade, cells }: OutcomeLine): Html {
  const isSeen = cells.some((cell) => cell !== null && cell.samples > 0);
  const classes = `${grade}${isSeen ? '' : ' unseen'}`;
  return html`
<tr class="${classes}"><th scope="row"><code>${sanitize(seen, 40)}</code></th>
${cells.map(cellOf)}
<td><span class="grade">${grade}</span></td><td class="words">${sanitize(meaning, 200)}</td></tr>`;
}

function cellOf(cell: OutcomeCell | null): Html {
  if (cell === null) return html`<td class="num none">–</td>`;
  const { samples, share } = cell;
  if (samples === 0) return html`<td class="num none">never</td>`;
  const often = html`<small>${formatNumber(samples)}</small>`;
  return html`<td class="num"><b>${percentOf(share)}</b> ${often}</td>`;
}

type FootRow = readonly [name: string, of: (column: OutcomeColumn) => string, meaning: string];

const FOOT: readonly FootRow[] = [
  ['pairs', ({ pairs }) => formatNumber(pairs), 'of calls, one of each caller'],
  ['met', ({ together }) => percentOf(together), 'both calls were on their way at once'],
  ['overtook', ({ overtaken }) => percentOf(overtaken), 'released second, counted first'],
];

function footRow([name, of, meaning]: FootRow, columns: readonly OutcomeColumn[]): Html {
  return html`
<tr><th scope="row">${name}</th>${columns.map((one) => html`<td class="num">${of(one)}</td>`)}
<td></td><td class="words">${meaning}</td></tr>`;
}

/** What did not come out well says why; of the others the table says it. */
function saidOf(columns: readonly OutcomeColumn[]): Piece {
  return columns
    .filter(({ verdict, partial }) => verdict !== 'ok' || partial !== '')
    .map(({ name, verdict, answer, evidence, partial, isPlanted }) => {
      const planted = isPlanted ? ' This tally is broken on purpose, and that was to be seen.' : '';
      return html`<div class="said ${verdict}">
<p><strong><bdi>${sanitize(name, 60)}</bdi>: ${verdict}</strong> ${sanitize(answer, TEXT_COLUMNS)}.
${partial === '' ? null : html`<strong>partial</strong> ${partial}.`}${planted}</p>
${evidence.length === 0 ? null : listOf(evidence)}</div>`;
    });
}

export function listOf(texts: readonly string[]): Html {
  return html`<ul>${texts.map((text) => html`<li>${sanitize(text, TEXT_COLUMNS)}</li>`)}</ul>`;
}

export function selfTestSection(table: SelfTestTable, at: number): Html {
  const { verdict, says, topologies, rows, wrong, unavailable, partial } = table;
  const body = html`<table class="matrix">
<thead><tr><th scope="col">tally</th>${topologies.map((name) => {
    return html`<th scope="col" class="num">${sanitize(name, 60)}</th>`;
  })}</tr></thead>
<tbody>${rows.map(({ tally, isHonest, cells }) => {
    const kind = isHonest ? 'honest' : 'broken on purpose';
    return html`
<tr><th scope="row">${sanitize(tally, 60)}<small>${kind}</small></th>
${cells.map(matrixCell)}</tr>`;
  })}</tbody></table>`;
  const hasStar = rows.some(({ cells }) => cells.some((cell) => cell?.word === 'passed*'));
  return html`<section id="${at === 0 ? 'self-test' : `self-test-${at + 1}`}">
<h2>Would a lost count have been noticed?</h2>
<p class="says"><span class="verdict ${verdict}">${SIGNS[verdict]} ${verdict}</span>
${says.join(' ')}</p>
${flag('partial', partial)}${unavailable.map((reason) => flag('unavailable', reason))}
${scrollBox('The checker on every tally, in every topology', body)}
<p class="note">The checker on services whose tally is known: right runs of all runs.
${hasStar ? '* a fault that cannot show in that topology, so it must pass.' : null}</p>
${wrong.length === 0 ? null : html`<div class="said violated">${listOf(wrong)}</div>`}</section>`;
}

function matrixCell(cell: SelfTestCell | null): Html {
  if (cell === null) return html`<td class="num none">–</td>`;
  const { right, runs, word } = cell;
  const isRight = right === runs;
  return html`<td class="num ${isRight ? `right ${word.replace('*', '')}` : 'wrong'}"><b>${
    isRight ? '' : '✗ '
  }${right}/${runs}</b> <small>${word}</small></td>`;
}

/** What is to be known before the numbers are read, with its word in front. */
export function flag(word: string, says: string): Html | null {
  if (says === '') return null;
  return html`<p class="flag ${word}"><strong>${word}</strong> ${sanitize(says, TEXT_COLUMNS)}</p>`;
}
