// The rest of the page: how it was measured, what the history held, remarks, and every condition
// with whether it held. Pure.

import { foreign, type Html, html, type Piece } from '../../present/html.js';
import { formatNumber, sanitize } from '../../present/text.js';
import type { CheckRun } from '../driver/check-run.js';
import { CONDITIONS, type Condition } from '../judgement.js';
import { durationText } from './operation-words.js';

const NAMES_MAX = 12;
const REMARKS_MAX = 20;
const REMARK_COLUMNS = 400;
const PATH_COLUMNS = 200;

type Row = readonly [name: string, value: Piece];

export function factsSection({ judgement, history }: CheckRun): Html {
  const { facts } = judgement;
  const atRest = history.reads.filter(({ isAtRest }) => isAtRest).length;
  const tiles: readonly Row[] = [
    ['acknowledged', formatNumber(facts.acknowledged)],
    ['failed', formatNumber(facts.failed)],
    ['unknown', formatNumber(facts.unknown)],
    [`reads, ${formatNumber(atRest)} at rest`, formatNumber(facts.reads)],
    ['tickets', formatNumber(facts.ticketed)],
    ['strangers', formatNumber(facts.strangers)],
  ];
  const cells =
    facts.cells.length === 0
      ? null
      : html`<p class="cells">The tickets name
${facts.cells.length === 1 ? 'one cell' : `${formatNumber(facts.cells.length)} cells`}:
${names(facts.cells)}.</p>`;
  return html`<section><h2>What happened</h2>
<dl class="tiles">${tiles.map(([name, value]) => {
    return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  })}</dl>
${cells}
<p class="note">Failed adds were not counted; an unknown one, without an answer, was counted at most
once. Strangers are adds that were counted and that nobody here asked for.</p></section>`;
}

export function remarksSection({ remarks }: CheckRun): Html | null {
  if (remarks.length === 0) return null;
  const shown = remarks.slice(0, REMARKS_MAX);
  const more = remarks.length - shown.length;
  return html`<section><h2>Remarks</h2><ul class="remarks">${shown.map((remark) => {
    return html`<li>${sanitize(remark, REMARK_COLUMNS)}</li>`;
  })}${more === 0 ? null : html`<li>… and ${more} more.</li>`}</ul></section>`;
}

export function measuredSection(run: CheckRun): Html {
  const { target, model, history } = run;
  const { add, read, sum, ticket } = target;
  const shownSum = sum === null ? null : html`; their sum in ${code(sum)}`;
  const others = model.alone ? 'nobody else adds' : 'others may add too';
  const start = model.start.slice(0, NAMES_MAX).map((value) => formatNumber(value));
  const rows: readonly Row[] = [
    ['service', code(target.origin)],
    [
      'adds',
      html`${code(`${add.method} ${add.path}`)}, acknowledged by ${target.okStatuses.join(', ')}`,
    ],
    ['reads', html`${code(`${read.method} ${read.path}`)}: ${names(target.fields)}${shownSum}`],
    ['tickets', ticketPiece(ticket)],
    [
      'callers',
      `${formatNumber(run.callers)}, each on a connection of its own, one request at a time`,
    ],
    ['requests', formatNumber(history.adds.length)],
    ['counter at the start', html`${start.join(', ')}; ${others}`],
    ['time limit of a request', durationText(target.timeoutMs)],
    ['seed', String(run.seed)],
    ['took', durationText(run.durationMs)],
    ['began', html`<time>${sanitize(run.startedAt, 40)}</time>`],
  ];
  return html`<section><h2>How it was measured</h2>
<dl class="rows">${rows.map(([name, value]) => {
    return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  })}</dl></section>`;
}

function ticketPiece(ticket: CheckRun['target']['ticket']): Piece {
  if (ticket === null) return 'none: the service does not say which count an add produced';
  if ('header' in ticket) return html`in the header field ${code(ticket.header)}`;
  return html`in the answer, at ${code(ticket.field)}`;
}

function code(text: string): Html {
  return html`<code>${foreign(text, PATH_COLUMNS)}</code>`;
}

function names(all: readonly string[]): Piece {
  const shown = all.slice(0, NAMES_MAX);
  const more = all.length - shown.length;
  const listed = shown.map((name, at) => {
    const text = name === '' ? 'one without a name' : code(name);
    return html`${at === 0 ? '' : ', '}${text}`;
  });
  return more === 0 ? listed : html`${listed} and ${formatNumber(more)} more`;
}

type Held = 'held' | 'failed' | 'open' | 'untested';

const SIGNS: Readonly<Record<Held, readonly [sign: string, word: string]>> = {
  held: ['✓', 'not seen'],
  failed: ['✗', 'seen'],
  open: ['?', 'seen, and could be explained'],
  untested: ['–', 'not looked at'],
};

export function conditionsSection(run: CheckRun): Html {
  const rows = (Object.keys(CONDITIONS) as Condition[]).map((condition) => {
    const held = heldOf(run, condition);
    const [sign, word] = SIGNS[held];
    const times = run.judgement.failures[condition] ?? 0;
    const often = times > 1 ? html` <small>${formatNumber(times)} times</small>` : null;
    return html`
<li class="${held}"><span class="sign" aria-hidden="true">${sign}</span>
<div><p>${word}${often} <code>${condition}</code></p><p>${CONDITIONS[condition]}</p></div></li>`;
  });
  return html`<section><h2>What was looked for</h2>
<p class="lead">Each of these would show that the counter is wrong.</p>
<ul class="conditions">${rows}</ul></section>`;
}

/** An error inside the checker, or a history that is none, never counts as held. */
function heldOf(run: CheckRun, condition: Condition): Held {
  const { verdict, findings, failures } = run.judgement;
  const own = findings.filter((finding) => finding.condition === condition);
  if (own.some((finding) => finding.verdict === 'violated')) return 'failed';
  if (own.length > 0) return 'open';
  if ((failures[condition] ?? 0) > 0) return 'failed';
  const isJudged = verdict === 'ok' || findings.length > 0;
  return isJudged && wasLookedAt(run, condition) ? 'held' : 'untested';
}

function wasLookedAt({ history, judgement, model }: CheckRun, condition: Condition): boolean {
  const { reads } = history;
  if (condition.includes('ticket')) return judgement.facts.ticketed > 0;
  if (condition === 'snapshot-order') {
    return model.fields.length > 1 && reads.filter(({ isSnapshot }) => isSnapshot).length > 1;
  }
  if (condition === 'snapshot-sum') return reads.some(({ sum }) => sum !== null);
  if (condition === 'non-monotonic-read') return reads.length > 1;
  if (condition === 'stale-read' || condition === 'phantom-count') return reads.length > 0;
  return reads.some(({ isAtRest }) => isAtRest);
}
