// A check as one self-contained HTML page: the question, the answer, the evidence with timelines,
// how the run was made, what it checked, and the command that repeats it. Makes a string of a run and
// does no I/O. The size of the page is bounded, however long the run. Main thread.

import { foreign, type Html, html, type Piece, renderDocument } from '../../present/html.js';
import { buildStyle } from '../../present/page-style.js';
import { formatCount, formatNumber, sanitize } from '../../present/text.js';
import type { Verdict } from '../../verdict.js';
import type { CheckRun } from '../driver/check-run.js';
import { CONDITIONS, type Condition } from '../judgement.js';
import { formatDuration } from './evidence-text.js';
import { createFindingsSection, selectFindings } from './page-findings.js';
import { collectPageData, formatCommand } from './run-data.js';

const ANSWER_COLUMNS = 600;
const PATH_COLUMNS = 200;
const NAMES_MAX = 12;
const REMARKS_MAX = 20;
const REMARK_COLUMNS = 400;

/** Shape and word say the same as the colour. */
const BADGES: Readonly<Record<Verdict, readonly [word: string, outline: string, sign: string]>> = {
  ok: ['ok', 'M20 3a17 17 0 1 0 .01 0z', 'M12 20.5l5.5 5.5L28.5 15'],
  violated: ['violated', 'M13 3h14l10 10v14L27 37H13L3 27V13z', 'M14 14l12 12M26 14L14 26'],
  unknown: ['unknown', 'M20 1l19 19-19 19L1 20z', 'M15.5 16a4.5 4.5 0 1 1 6.5 4q-2 1-2 3.5M20 27.5v1'],
  unavailable: ['unavailable', 'M4 4h32v32H4z', 'M12 20h16'],
};

/** `command` repeats the run; the default is built from the run. */
export function createPage(run: CheckRun, command = formatCommand(run)): string {
  const request = `${run.target.add.method} ${sanitize(run.target.add.path, PATH_COLUMNS)}`;
  return renderDocument({
    title: `${run.verdict}: ${request} · two-callers check`,
    style: buildStyle('src/checker/report/check.css'),
    script: '',
    main: html`${createHeader(run, request)}
${createFindingsSection(run)}
${createSetupSection(run)}
${createFactsSection(run)}
${createRemarksSection(run)}
${createConditionsSection(run)}
${createCommandSection(command)}`,
    data: collectPageData(run, selectFindings(run).flat()),
  });
}

function createHeader(run: CheckRun, request: string): Html {
  const [word, outline, sign] = BADGES[run.verdict];
  const partial = run.partial
    ? html`<p class="partial"><strong>partial</strong> The run was stopped before its end.</p>`
    : null;
  return html`<header>
<p class="kicker">${formatCount(run.callers, 'caller')} called <code>${foreign(request)}</code> at
<code>${foreign(run.target.origin, PATH_COLUMNS)}</code>${run.callers === 1 ? '' : ' at the same time'}</p>
<h1>Was every acknowledged request counted exactly once?</h1>
<div class="answer ${run.verdict}">
<p class="badge"><svg aria-hidden="true" viewBox="0 0 40 40"><path class="outline"
 d="${outline}"/><path class="sign" d="${sign}"/></svg><strong>${word}</strong></p>
<p class="said">${sanitize(run.answer, ANSWER_COLUMNS)}</p>
${partial}
</div>
</header>`;
}

function createCommandSection(command: string): Html {
  return html`<section><h2>Run it again</h2>
<pre tabindex="0"><code dir="ltr">${command}</code></pre>
<p><a id="save" class="save" download="two-callers-check.json" hidden>Save the evidence as
JSON</a></p>
</section>
<footer><p>Made by <code>two-callers check</code>. Times are milliseconds since the run began, on
one monotonic clock of the callers.</p></footer>`;
}

type ListEntry = readonly [name: string, value: Piece];

function createList(className: string, entries: readonly ListEntry[]): Html {
  const items = entries.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`);
  return html`<dl class="${className}">${items}</dl>`;
}

function createFactsSection({ judgement, history }: CheckRun): Html {
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

function createRemarksSection({ remarks }: CheckRun): Html | null {
  if (remarks.length === 0) return null;
  const shown = remarks
    .slice(0, REMARKS_MAX)
    .map((remark) => html`<li>${sanitize(remark, REMARK_COLUMNS)}</li>`);
  const more = remarks.length - shown.length;
  const rest = more === 0 ? null : html`<li>… and ${more} more.</li>`;
  return html`<section><h2>Remarks</h2><ul class="remarks">${shown}${rest}</ul></section>`;
}

function createSetupSection(run: CheckRun): Html {
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
  ['reads', html`${formatCode(`${read.method} ${read.path}`)}: ${listNames(target.fields)}${shownSum}`],
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

function createConditionsSection(run: CheckRun): Html {
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
