// The findings on the page: the meaning of each condition that failed, and for each failure its
// sentence, figures of what happened around it, and a table of its operations. Without findings, an
// excerpt from the middle of the run shows what overlapped. Bounded in number. Main thread.

import { foreign, type Html, html, type Piece } from '../../present/html.js';
import { formatCount, formatNumber, sanitize } from '../../present/text.js';
import type { CheckRun } from '../driver/check-run.js';
import { CONDITIONS, type Condition, type Finding } from '../judgement.js';
import { createBalanceFigure } from './balance-figure.js';
import {
  formatMoment,
  formatOutcome,
  formatTicket,
  formatValues,
  relateSpans,
  type TimeRelation,
} from './evidence-text.js';
import { buildExcerpt, type Excerpt, type Focus } from './timeline.js';
import { createTimelineFigure } from './timeline-svg.js';
import {
  countBusiest,
  findLastAcknowledged,
  findTypicalAdd,
  type RunTimes,
  readTimes,
} from './timeline-window.js';

/** Shown per condition; the page only counts the others. */
const FINDINGS_MAX = 4;
const FIGURES_PER_CONDITION_MAX = 2;
const FIGURES_MAX = 12;
const SENTENCE_COLUMNS = 600;
const LAST_ADDS = 5;
const ROWS_MAX = 10;

/** The findings that the page shows, by condition, the gravest first. */
export function selectFindings({ judgement }: CheckRun): Finding[][] {
  const byCondition = new Map<Condition, Finding[]>();
  for (const finding of judgement.findings) {
    const findings = byCondition.get(finding.condition) ?? [];
    if (findings.length < FINDINGS_MAX) findings.push(finding);
    byCondition.set(finding.condition, findings);
  }
  return [...byCondition.values()];
}

export function createFindingsSection(run: CheckRun): Html | null {
  const times = readTimes(run.history);
  const groups = selectFindings(run);
  if (groups.length === 0) return createExcerptSection(run, times);
  let figureCount = 0;
  return html`${groups.map((findings, group) => {
    const articles = findings.map((finding, index) => {
      const hasFigure = index < FIGURES_PER_CONDITION_MAX && figureCount < FIGURES_MAX;
      if (hasFigure) figureCount += 1;
      const figures = hasFigure ? createFigures(run, times, finding, `figure-${group}-${index}`) : null;
      return html`<article>
<p class="sentence">${toSentence(sanitize(finding.text, SENTENCE_COLUMNS))}</p>
${figures}
${createEvidenceTable(run, finding)}
</article>`;
    });
    return createConditionSection(run, findings, articles);
  })}`;
}

function createConditionSection(run: CheckRun, findings: readonly Finding[], articles: Html[]) {
  const [first] = findings;
  if (first === undefined) return null;
  const { condition } = first;
  const isViolated = findings.some(({ verdict }) => verdict === 'violated');
  const failures = Math.max(run.judgement.failures[condition] ?? 0, findings.length);
  const more = failures - findings.length;
  const lead = isViolated ? null : html`<p class="lead">Adds by a third party would explain it.</p>`;
  return html`<section class="condition ${isViolated ? 'violated' : 'unknown'}">
<p class="kicker"><span class="sign">${isViolated ? '✗' : '?'}</span>
<code>${condition}</code>${failures === 1 ? '' : ` ${formatNumber(failures)} times`}</p>
<h2>${capitalize(CONDITIONS[condition])}</h2>
${lead}${articles}
${more === 0 ? null : html`<p class="more">${formatCount(more, 'more failure')} of this kind.</p>`}
</section>`;
}

function createFigures(run: CheckRun, times: RunTimes, finding: Finding, id: string): Html {
  const balance = createBalanceFigure(run, finding, id);
  const { condition, adds, reads, cell } = finding;
  // A failure at rest is about the whole run, so the figure shows the last moments.
  const isAtRest = condition === 'lost-update' || condition === 'overcount';
  const context = isAtRest && adds.length === 0 ? findLastAcknowledged(run.history, times, LAST_ADDS) : [];
  const focus: Focus = { adds, reads, context, cell };
  const excerpt = buildExcerpt(run, times, focus);
  const relation = findRelation(run, focus);
  const title = `Timeline: ${sanitize(finding.text, SENTENCE_COLUMNS)}`;
  const description = excerpt === null ? '' : describeExcerpt(excerpt, relation);
  const shown = adds.length === 0 ? 'The last moments' : 'How one was lost, and the end';
  return html`${balance}
${relation === null ? null : html`<p class="relation">${toSentence(relation.text)}</p>`}
${balance === null || excerpt === null ? null : html`<p class="relation">${shown}:</p>`}
${excerpt === null ? null : createTimelineFigure(excerpt, relation, { id, title, description })}`;
}

/** How the two operations of the evidence lie in time; null for more than two. */
function findRelation(run: CheckRun, focus: Focus): TimeRelation | null {
  const { adds, reads } = run.history;
  const operations = [
    ...focus.adds.map((index) => ({ name: `add ${index}`, operation: adds[index] })),
    ...focus.reads.map((index) => ({ name: `read ${index}`, operation: reads[index] })),
  ].flatMap(({ name, operation }) => {
    if (operation === undefined) return [];
    const { beginMs, endMs } = operation;
    const isOpen = 'outcome' in operation && operation.outcome === 'unknown';
    return [{ name, beginMs, endMs, isOpen }];
  });
  const [one, other] = operations;
  const isPair = focus.context.length === 0 && operations.length === 2;
  return isPair && one !== undefined && other !== undefined ? relateSpans(one, other) : null;
}

/** The figure in words, for a reader who cannot see it. */
function describeExcerpt(excerpt: Excerpt, relation: TimeRelation | null): string {
  const operations = excerpt.lanes.flatMap(({ operations: own, caller }) =>
    own.map((operation) => ({ ...operation, caller })),
  );
  const evidence = operations.filter(({ isEvidence }) => isEvidence);
  const list = evidence.map(({ kind, index, caller, label, beginMs, endMs }) => {
    const who = caller === null ? '' : ` of caller ${caller}`;
    const got = label === '' ? '' : `, ${label}`;
    return `${kind} ${index}${who}, ${formatMoment(beginMs)} to ${formatMoment(endMs)} ms${got}; `;
  });
  const around = operations.reduce((sum, { count }) => sum + count, 0) - evidence.length;
  const callers = excerpt.lanes.filter(({ caller }) => caller !== null).length;
  const others = `${formatCount(around, 'other operation')} by ${formatCount(callers, 'caller')}`;
  return `${list.join('')}${others}.${relation === null ? '' : ` ${relation.text}`}`;
}

function createExcerptSection(run: CheckRun, times: RunTimes): Html | null {
  const context = findTypicalAdd(run.history);
  const excerpt = buildExcerpt(run, times, { adds: [], reads: [], context, cell: null });
  if (excerpt === null) return null;
  const most = formatCount(countBusiest(times, excerpt.stretches), 'request');
  const overlap = `Up to ${most} overlapped.`;
  const title = 'Timeline: an excerpt from the middle of the run';
  const description = `${describeExcerpt(excerpt, null)} ${overlap}`;
  return html`<section><h2>What overlapped</h2>
<p class="lead">An excerpt from the middle of the run. ${overlap}</p>
${createTimelineFigure(excerpt, null, { id: 'excerpt', title, description })}</section>`;
}

interface TableRow {
  readonly beginMs: number;
  /** In the order of the headings; null for an empty cell. */
  readonly cells: readonly Piece[];
}

/** Roles are explicit because the style shows the rows as cards on a phone. */
function createEvidenceTable(run: CheckRun, finding: Finding): Html | null {
  const { adds, reads } = finding;
  const rows = [...listAddRows(run, adds), ...listReadRows(run, reads)];
  if (rows.length === 0) return null;
  rows.sort((a, b) => a.beginMs - b.beginMs);
  const onlyOne = adds.length === 0 ? 'values' : 'ticket';
  const got = adds.length > 0 && reads.length > 0 ? 'ticket or values' : onlyOne;
  const heads = ['operation', 'caller', 'sent', 'begin, ms', 'end, ms', 'answer', got];
  const columns = [...heads.keys()].filter((at) => rows.some(({ cells }) => cells[at] !== null));
  const titles = columns.map((at) => html`<th role="columnheader" scope="col">${heads[at] ?? ''}</th>`);
  return html`<table role="table">
<thead role="rowgroup"><tr role="row">${titles}</tr></thead>
<tbody role="rowgroup">${rows.map(
    ({ cells }) => html`
<tr role="row">${columns.map((at) => {
      return html`<td role="cell" data-label="${heads[at] ?? ''}">${cells[at] ?? '–'}</td>`;
    })}</tr>`,
  )}
</tbody></table>`;
}

function listAddRows({ history }: CheckRun, adds: readonly number[]): TableRow[] {
  return adds.slice(0, ROWS_MAX).flatMap((index): TableRow[] => {
    const add = history.adds[index];
    if (add === undefined) return [];
    const { beginMs, endMs, ticket, name, caller } = add;
    const who = [`add ${index}`, String(caller), name === null ? null : foreign(name, 40)];
    const times = [formatMoment(beginMs), formatMoment(endMs)];
    const result = [formatOutcome(add), ticket === null ? null : formatTicket(ticket)];
    return [{ beginMs, cells: [...who, ...times, ...result] }];
  });
}

function listReadRows(run: CheckRun, reads: readonly number[]): TableRow[] {
  return reads.slice(0, ROWS_MAX).flatMap((index): TableRow[] => {
    const read = run.history.reads[index];
    if (read === undefined) return [];
    const { beginMs, endMs, isAtRest } = read;
    const times = [formatMoment(beginMs), formatMoment(endMs)];
    const result = [isAtRest ? 'answered, at rest' : 'answered', formatValues(run, read)];
    return [{ beginMs, cells: [`read ${index}`, null, null, ...times, ...result] }];
  });
}

function toSentence(text: string): string {
  return /[.!?…]$/.test(text) ? capitalize(text) : `${capitalize(text)}.`;
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
