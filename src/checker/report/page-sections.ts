// The sections of the page besides the findings: how the run was made, what the history contains,
// remarks, and for every condition whether it held. Pure; main thread.

import { foreign, type Html, html, type Piece } from '../../present/html.js';
import { formatNumber, sanitize } from '../../present/text.js';
import type { CheckRun } from '../driver/check-run.js';
import { CONDITIONS, type Condition } from '../judgement.js';
import { formatDuration } from './evidence-text.js';

const NAMES_MAX = 12;
const REMARKS_MAX = 20;
const REMARK_COLUMNS = 400;
const PATH_COLUMNS = 200;

type ListEntry = readonly [name: string, value: Piece];

function createList(className: string, entries: readonly ListEntry[]): Html {
  return html`<dl class="${className}">${entries.map(([name, value]) => {
    return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  })}</dl>`;
}

export function createFactsSection({ judgement, history }: CheckRun): Html {
  const { facts } = judgement;
  const atRest = history.reads.filter(({ isAtRest }) => isAtRest).length;
  const tiles = createList('tiles', [
    ['acknowledged', formatNumber(facts.acknowledged)],
    ['failed', formatNumber(facts.failed)],
    ['unknown', formatNumber(facts.unknown)],
    [`reads, ${formatNumber(atRest)} at rest`, formatNumber(facts.reads)],
    ['tickets', formatNumber(facts.ticketed)],
    ['third-party adds', formatNumber(facts.strangers)],
  ]);
  const cellCount = facts.cells.length;
  const cells =
    cellCount === 0
      ? null
      : html`<p class="cells">The tickets name
${cellCount === 1 ? 'one cell' : `${formatNumber(cellCount)} cells`}: ${listNames(facts.cells)}.</p>`;
  return html`<section><h2>What happened</h2>
${tiles}
${cells}
<p class="note">The service did not count failed adds. It counted an unknown add, which got no answer,
at most once. Third-party adds are counted adds that no caller of this run requested.</p></section>`;
}

export function createRemarksSection({ remarks }: CheckRun): Html | null {
  if (remarks.length === 0) return null;
  const shown = remarks.slice(0, REMARKS_MAX);
  const more = remarks.length - shown.length;
  return html`<section><h2>Remarks</h2><ul class="remarks">${shown.map((remark) => {
    return html`<li>${sanitize(remark, REMARK_COLUMNS)}</li>`;
  })}${more === 0 ? null : html`<li>… and ${more} more.</li>`}</ul></section>`;
}

export function createSetupSection(run: CheckRun): Html {
  const { target, model, history } = run;
  const { add, read, sum } = target;
  const shownSum = sum === null ? null : html`; their sum in ${formatCode(sum)}`;
  const others = model.alone ? 'no other client adds' : 'other clients may add too';
  const start = model.start.slice(0, NAMES_MAX).map((value) => formatNumber(value));
  const statuses = target.okStatuses.join(', ');
  return html`<section><h2>How it was measured</h2>
${createList('rows', [
  ['service', formatCode(target.origin)],
  ['adds', html`${formatCode(`${add.method} ${add.path}`)}, acknowledged by ${statuses}`],
  [
    'reads',
    html`${formatCode(`${read.method} ${read.path}`)}: ${listNames(target.fields)}${shownSum}`,
  ],
  ['tickets', describeTicketPlace(target.ticket)],
  ['callers', `${formatNumber(run.callers)}, one connection each, one request at a time`],
  ['requests', formatNumber(history.adds.length)],
  ['counter at the start', html`${start.join(', ')}; ${others}`],
  ['time limit per request', formatDuration(target.timeoutMs)],
  ['seed', String(run.seed)],
  ['took', formatDuration(run.durationMs)],
  ['began', html`<time>${sanitize(run.startedAt, 40)}</time>`],
])}</section>`;
}

function describeTicketPlace(ticket: CheckRun['target']['ticket']): Piece {
  if (ticket === null) return 'none: the service does not return the number that an add produced';
  if ('header' in ticket) return html`in the header field ${formatCode(ticket.header)}`;
  return html`in the answer, at ${formatCode(ticket.field)}`;
}

function formatCode(text: string): Html {
  return html`<code>${foreign(text, PATH_COLUMNS)}</code>`;
}

function listNames(all: readonly string[]): Piece {
  const shown = all.slice(0, NAMES_MAX);
  const more = all.length - shown.length;
  const listed = shown.map((name, at) => {
    const text = name === '' ? 'an unnamed one' : formatCode(name);
    return html`${at === 0 ? '' : ', '}${text}`;
  });
  return more === 0 ? listed : html`${listed} and ${formatNumber(more)} more`;
}

/** The name is also the class on the page. */
type ConditionState = 'held' | 'failed' | 'open' | 'untested';

const SIGNS: Readonly<Record<ConditionState, readonly [sign: string, word: string]>> = {
  held: ['✓', 'not seen'],
  failed: ['✗', 'seen'],
  open: ['?', 'seen, but third-party adds could explain it'],
  untested: ['–', 'not checked'],
};

export function createConditionsSection(run: CheckRun): Html {
  const rows = (Object.keys(CONDITIONS) as Condition[]).map((condition) => {
    const state = findState(run, condition);
    const [sign, word] = SIGNS[state];
    const times = run.judgement.failures[condition] ?? 0;
    const often = times > 1 ? html` <small>${formatNumber(times)} times</small>` : null;
    return html`
<li class="${state}"><span class="sign" aria-hidden="true">${sign}</span>
<div><p>${word}${often} <code>${condition}</code></p><p>${CONDITIONS[condition]}</p></div></li>`;
  });
  return html`<section><h2>What was checked</h2>
<p class="lead">Each of these would show that the counter is wrong.</p>
<ul class="conditions">${rows}</ul></section>`;
}

/** A malformed history or a failure of the checker never counts as held. */
function findState(run: CheckRun, condition: Condition): ConditionState {
  const { verdict, findings, failures } = run.judgement;
  const own = findings.filter((finding) => finding.condition === condition);
  if (own.some((finding) => finding.verdict === 'violated')) return 'failed';
  if (own.length > 0) return 'open';
  if ((failures[condition] ?? 0) > 0) return 'failed';
  const isJudged = verdict === 'ok' || findings.length > 0;
  return isJudged && canFail(run, condition) ? 'held' : 'untested';
}

/** Whether the history holds the operations that this condition is about. */
function canFail({ history, judgement, model }: CheckRun, condition: Condition): boolean {
  const { reads } = history;
  const snapshotCount = reads.filter(({ isSnapshot }) => isSnapshot).length;
  switch (condition) {
    case 'duplicate-ticket':
    case 'ticket-order':
    case 'ticket-gap':
    case 'ticket-start':
      return judgement.facts.ticketed > 0;
    case 'stale-read':
    case 'phantom-count':
      return reads.length > 0;
    case 'non-monotonic-read':
      return reads.length > 1;
    case 'snapshot-order':
      return model.fields.length > 1 && snapshotCount > 1;
    case 'snapshot-sum':
      return reads.some(({ sum }) => sum !== null);
    default:
      return reads.some(({ isAtRest }) => isAtRest);
  }
}
