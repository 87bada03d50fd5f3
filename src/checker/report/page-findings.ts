// The findings on the page: for each condition that failed its meaning, and for each failure the
// sentence, figures of what happened around it, and the operations in a table. Without findings an
// excerpt from the middle of the run shows what overlapped. Bounded in number. Pure.

import { type Html, html } from '../../present/html.js';
import { formatCount, formatNumber, sanitize } from '../../present/text.js';
import type { CheckRun } from '../driver/check-run.js';
import { CONDITIONS, type Condition, type Finding } from '../judgement.js';
import { balanceOf, balanceSvg, balanceText } from './balance.js';
import { momentText, nameOf, type Relation, relationOf } from './operation-words.js';
import { evidenceTable } from './page-evidence.js';
import { type Excerpt, excerptOf, type Focus } from './timeline.js';
import { type Clock, clockOf } from './timeline-clock.js';
import { timelineFigure } from './timeline-figure.js';
import { busiest, lastAcknowledged, typicalAdd } from './timeline-focus.js';

/** Of one condition: more are only counted. */
const FINDINGS_MAX = 4;
const FIGURES_OF_CONDITION_MAX = 2;
const FIGURES_MAX = 12;
const SENTENCE_COLUMNS = 600;
const LAST_ADDS = 5;
const BALANCE_WIDE_PX = 560;
const BALANCE_NARROW_PX = 320;

/** The findings that the page shows, by condition, the gravest first. */
export function shownFindings({ judgement }: CheckRun): Finding[][] {
  const byCondition = new Map<Condition, Finding[]>();
  for (const finding of judgement.findings) {
    const findings = byCondition.get(finding.condition) ?? [];
    if (findings.length < FINDINGS_MAX) findings.push(finding);
    byCondition.set(finding.condition, findings);
  }
  return [...byCondition.values()];
}

export function findingsSection(run: CheckRun): Html | null {
  const clock = clockOf(run.history);
  const groups = shownFindings(run);
  if (groups.length === 0) return excerptSection(run, clock);
  let figures = 0;
  const sections = groups.map((findings, at) => {
    const parts = findings.map((finding, place) => {
      const hasFigure = place < FIGURES_OF_CONDITION_MAX && figures < FIGURES_MAX;
      if (hasFigure) figures += 1;
      return findingPart(run, clock, finding, hasFigure ? `figure-${at}-${place}` : null);
    });
    return conditionSection(run, findings, parts);
  });
  return html`${sections}`;
}

function conditionSection(run: CheckRun, findings: readonly Finding[], parts: Html[]): Html | null {
  const [first] = findings;
  if (first === undefined) return null;
  const { condition } = first;
  const meaning = CONDITIONS[condition];
  const isViolated = findings.some(({ verdict }) => verdict === 'violated');
  const times = Math.max(run.judgement.failures[condition] ?? 0, findings.length);
  const more = times - findings.length;
  const foreign = isViolated
    ? null
    : html`<p class="lead">Somebody else who added to this counter would explain it.</p>`;
  return html`<section class="condition ${isViolated ? 'violated' : 'unknown'}">
<p class="kicker"><span class="sign">${isViolated ? '✗' : '?'}</span>
<code>${condition}</code>${times === 1 ? '' : ` ${formatNumber(times)} times`}</p>
<h2>${capital(meaning)}</h2>
${foreign}${parts}
${more === 0 ? null : html`<p class="more">${formatCount(more, 'more failure')} of this kind.</p>`}
</section>`;
}

function findingPart(run: CheckRun, clock: Clock, finding: Finding, id: string | null): Html {
  return html`<article>
<p class="sentence">${sentence(sanitize(finding.text, SENTENCE_COLUMNS))}</p>
${id === null ? null : figures(run, clock, finding, id)}
${evidenceTable(run, finding)}
</article>`;
}

function figures(run: CheckRun, clock: Clock, finding: Finding, id: string): Html {
  const balance = balanceOf(run, finding);
  const focus = focusOf(run, clock, finding);
  const excerpt = excerptOf(run, clock, focus);
  const relation = relationBetween(run, focus);
  const title = `Timeline: ${sanitize(finding.text, SENTENCE_COLUMNS)}`;
  const description = excerpt === null ? '' : describe(excerpt, relation);
  const shown = finding.adds.length === 0 ? 'The last moments' : 'How one was lost, and the end';
  return html`${balance === null ? null : balanceFigure(balance, id)}
${relation === null ? null : html`<p class="relation">${sentence(relation.text)}</p>`}
${balance === null || excerpt === null ? null : html`<p class="relation">${shown}:</p>`}
${excerpt === null ? null : timelineFigure(excerpt, relation, { id, title, description })}`;
}

function balanceFigure(balance: NonNullable<ReturnType<typeof balanceOf>>, id: string): Html {
  const title = 'What was acknowledged, and what is counted';
  const drawn = (size: string, widthPx: number) => {
    const told = { id: `${id}-balance-${size}`, title, description: balanceText(balance) };
    return html`<div class="${size}">${balanceSvg(balance, told, widthPx)}</div>`;
  };
  return html`<figure class="balance">${drawn('wide', BALANCE_WIDE_PX)}
${drawn('narrow', BALANCE_NARROW_PX)}
<figcaption>${balanceText(balance)}</figcaption></figure>`;
}

/** A failure at rest is about the whole run: its last moments are shown. */
function focusOf(run: CheckRun, clock: Clock, { condition, adds, reads, cell }: Finding): Focus {
  const isAtRest = condition === 'lost-update' || condition === 'overcount';
  const context =
    isAtRest && adds.length === 0 ? lastAcknowledged(run.history, clock, LAST_ADDS) : [];
  return { adds, reads, context, cell };
}

/** Of a pair; of more it would be a riddle. */
function relationBetween(run: CheckRun, focus: Focus): Relation | null {
  const { adds, reads } = run.history;
  if (focus.context.length > 0) return null;
  const named = [
    ...focus.adds.map((index) => ({ kind: 'add' as const, index, operation: adds[index] })),
    ...focus.reads.map((index) => ({ kind: 'read' as const, index, operation: reads[index] })),
  ].flatMap(({ kind, index, operation }) => {
    if (operation === undefined) return [];
    const { beginMs, endMs } = operation;
    const isOpen = 'outcome' in operation && operation.outcome === 'unknown';
    return [{ name: nameOf({ kind, index }), beginMs, endMs, isOpen }];
  });
  const [one, other] = named;
  return one === undefined || other === undefined || named.length > 2
    ? null
    : relationOf(one, other);
}

function describe(excerpt: Excerpt, relation: Relation | null): string {
  const operations = excerpt.lanes.flatMap(({ operations: all, caller }) => {
    return all.map((operation) => ({ ...operation, caller }));
  });
  const evidence = operations.filter(({ isEvidence }) => isEvidence);
  const said = evidence.map((operation) => {
    const who = operation.caller === null ? '' : ` of caller ${operation.caller}`;
    const got = operation.label === '' ? '' : `, ${operation.label}`;
    const times = `${momentText(operation.beginMs)} to ${momentText(operation.endMs)} ms`;
    return `${nameOf(operation)}${who}, ${times}${got}`;
  });
  const around = operations.reduce((sum, { count }) => sum + count, 0) - evidence.length;
  const callers = excerpt.lanes.filter(({ caller }) => caller !== null).length;
  const others = `${formatCount(around, 'other operation')} in ${formatCount(callers, 'lane')} of callers`;
  const list = said.length === 0 ? '' : `${said.join('; ')}; `;
  return `${list}${others}.${relation === null ? '' : ` ${relation.text}`}`;
}

function excerptSection(run: CheckRun, clock: Clock): Html | null {
  const adds = typicalAdd(run.history);
  const excerpt = excerptOf(run, clock, { adds: [], reads: [], context: adds, cell: null });
  if (excerpt === null) return null;
  const most = busiest(clock, excerpt.stretches);
  const title = 'Timeline: an excerpt from the middle of the run';
  const were = `${formatCount(most, 'request')} ${most === 1 ? 'was' : 'were'}`;
  const together = `At one moment of it ${were} under way.`;
  const description = `${describe(excerpt, null)} ${together}`;
  return html`<section><h2>What overlapped</h2>
<p class="lead">An excerpt from the middle of the run. ${together}</p>
${timelineFigure(excerpt, null, { id: 'excerpt', title, description })}</section>`;
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? capital(text) : `${capital(text)}.`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
