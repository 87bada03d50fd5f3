// A run as text. In one sentence: the verdict with the gravest evidence. For a terminal: the answer, each
// condition that failed with its smallest evidence, what the run did and what the verdict means.
// Makes lines and prints nothing; text from the service is sanitised. Main thread.

import type { Colors, Paint } from '../../present/colours.js';
import { formatTable } from '../../present/table.js';
import { formatCount, formatNumber, sanitize } from '../../present/text.js';
import type { Verdict } from '../../verdict.js';
import type { Attempt, CheckRun, RunRead } from '../driver/check-run.js';
import { sumValues, type TimeSpan } from '../history.js';
import { CONDITIONS, type Condition, type Finding } from '../judgement.js';
import { createCellLookup } from '../linearizability/counters.js';
import { formatTicket } from './evidence-text.js';

/** Findings shown per condition; the JSON and the page show more. */
const SHOWN_MAX = 3;

const MEANING: Readonly<Record<Verdict, string>> = {
  ok:
    'Every condition that could be checked held. The run cannot show a race that did not happen: ' +
    'more callers and more requests search harder.',
  violated: 'The counter is wrong: no order of the requests, each counted once, explains the reads.',
  unknown: 'Neither proved nor refuted: the lines above say what is missing.',
  unavailable: 'This service could not be tested here.',
};

export function formatRun(run: CheckRun, colors: Colors): string[] {
  const { judgement, verdict, remarks } = run;
  const partial = run.partial ? colors.yellow('partial: ') : '';
  const paint = pickPaint(verdict, colors);
  const lines = [partial + paint(`${verdict}: ${run.answer}`), ''];
  // Findings, and so their conditions, start with the gravest.
  for (const condition of new Set(judgement.findings.map((one) => one.condition))) {
    const findings = judgement.findings.filter((one) => one.condition === condition);
    const failures = judgement.failures[condition] ?? findings.length;
    const times = failures > 1 ? `, ${formatNumber(failures)} times` : '';
    lines.push(`${colors.bold(condition)}${times}: ${CONDITIONS[condition]}`);
    for (const finding of findings.slice(0, SHOWN_MAX)) lines.push(...formatEvidence(finding, run));
    lines.push('');
  }
  return [...lines, describeWork(run), ...remarks, colors.dim(MEANING[verdict])];
}

export function pickPaint(verdict: Verdict, colors: Colors): Paint {
  if (verdict === 'ok') return colors.green;
  return verdict === 'violated' ? colors.red : colors.yellow;
}

/** What the run did, in one line. */
function describeWork({ target, judgement, callers, durationMs, history, seed }: CheckRun) {
  const { acknowledged, failed, unknown, ticketed, cells } = judgement.facts;
  const { add, origin } = target;
  const outcomes = Object.entries({ acknowledged, failed, unknown }).map(
    ([name, count]) => `${formatNumber(count)} ${name}`,
  );
  const atRest = history.reads.filter(({ isAtRest }) => isAtRest).length;
  const reads = `${formatCount(history.reads.length, 'read')} (${formatNumber(atRest)} at rest)`;
  const tickets =
    ticketed === 0
      ? 'no tickets'
      : `${formatCount(ticketed, 'ticket')} in ${formatCount(cells.length, 'cell')}`;
  const request = sanitize(`${add.method} ${origin}${add.path}`, 120);
  const times = formatCount(history.adds.length, 'time');
  const seconds = `${formatNumber(durationMs / 1000, 2)} s`;
  const what = `${request} ${times} by ${formatCount(callers, 'caller')} in ${seconds}`;
  return `${what}, seed ${seed}: ${outcomes.join(', ')}; ${reads}; ${tickets}`;
}

/** The sentence of a finding, and below it its operations with their times. */
export function formatEvidence(finding: Finding, { history, model }: CheckRun): string[] {
  const rows = [
    ...finding.adds.map((index) => listAddCells(index, history.adds[index])),
    ...finding.reads.map((index) => listReadCells(index, history.reads[index], model.fields)),
  ];
  return [`  ${sanitize(finding.text, 300)}`, ...formatTable([], rows, { indent: 4 })];
}

function listAddCells(index: number, add: Attempt | undefined): string[] {
  if (add === undefined) return [];
  const { ticket, status, error, caller, name, outcome } = add;
  const result = ticket === null ? (error ?? outcome) : `ticket ${formatTicket(ticket)}`;
  const who = [`add ${index}`, `caller ${caller}`, sanitize(name ?? '', 40)];
  return [...who, formatSpan(add), `${status ?? 'no answer'}`, sanitize(result, 60)];
}

function listReadCells(index: number, read: RunRead | undefined, fields: readonly string[]) {
  if (read === undefined) return [];
  const values = fields.map((field, at) => `${field} ${formatNumber(read.values[at] ?? 0)}`);
  const sum = read.sum === null ? [] : [`sum ${formatNumber(read.sum)}`];
  const shown = sanitize([...values, ...sum].join(', '), 120);
  return [`read ${index}`, read.isAtRest ? 'at rest' : '', '', formatSpan(read), '', shown];
}

function formatSpan({ beginMs, endMs }: TimeSpan): string {
  return `${formatNumber(beginMs, 3)} to ${formatNumber(endMs, 3)} ms`;
}

/** A run that does not have its sentence yet. */
type UnsummarizedRun = Omit<CheckRun, 'answer'>;

/** The condition that a reader wants to know first. */
const PRIORITY: readonly Condition[] = [
  'lost-update',
  'duplicate-ticket',
  'overcount',
  'ticket-gap',
  'non-monotonic-read',
  'stale-read',
  'snapshot-sum',
  'snapshot-order',
];

/** Claims no more than the run shows: it says what unanswered or third-party adds could hide. */
export function summarizeRun(run: UnsummarizedRun): string {
  return summarizeVerdict(run) + (run.partial ? '; the run was stopped before its end' : '');
}

function summarizeVerdict(run: UnsummarizedRun): string {
  const { verdict, judgement } = run;
  const { acknowledged, strangers } = judgement.facts;
  const requests = formatCount(acknowledged, 'acknowledged request');
  if (acknowledged === 0) return 'the service acknowledged no request, so nothing was tested';
  const gravest = findGravest(judgement.findings);
  if (verdict === 'violated' && gravest !== undefined) return summarizeFailure(gravest, run);
  if (verdict === 'ok') return `${requests}: ${summarizeCount(run)}`;
  if (strangers > 0) {
    const more = `the counter shows ${formatNumber(strangers)} more than this run requested`;
    const why = 'another client adds too, or requests are counted twice; --alone tells which';
    return isEachPlaced(run)
      ? `none of ${requests} was lost, but ${more}: ${why}`
      : `${requests}, but ${more}, and a loss could hide behind them: ${why}`;
  }
  const why = gravest?.text ?? run.remarks.at(-1) ?? 'no evidence';
  return `no conclusion about ${requests}: ${why}`;
}

function summarizeCount(run: UnsummarizedRun): string {
  const { acknowledged, unknown, ticketed } = run.judgement.facts;
  const hidden = countHiddenLosses(run);
  if (hidden > 0) {
    const open = formatCount(unknown, 'unanswered request');
    return `no loss is visible, but ${open} may hide a loss of up to ${formatNumber(hidden)}`;
  }
  const how = unknown === 0 ? 'exactly once' : 'exactly once, and no unanswered request was counted twice';
  if (ticketed === acknowledged) return `each was counted ${how}; no two hold one ticket`;
  // Without tickets, counts of this run look like counts of others.
  const unless = run.model.alone ? '' : ', unless other clients hid a loss (see --alone)';
  return `each was counted ${how}${unless}`;
}

/** Whether each acknowledged add has its own number in what the reads show: none can be missing. */
function isEachPlaced({ judgement, model }: UnsummarizedRun): boolean {
  const { ticketed, acknowledged, cells } = judgement.facts;
  const findPlace = createCellLookup(model.fields);
  return ticketed === acknowledged && cells.every((cell) => findPlace(cell)?.isPart === false);
}

/** How many acknowledged adds may be missing at rest, with unanswered adds in their place. */
function countHiddenLosses(run: UnsummarizedRun): number {
  const { acknowledged, unknown } = run.judgement.facts;
  const last = run.history.reads.at(-1);
  if (last === undefined || isEachPlaced(run)) return 0;
  const growth = sumValues(last.values) - sumValues(run.model.start);
  return Math.min(acknowledged, unknown, Math.max(0, acknowledged + unknown - growth));
}

function findGravest(findings: readonly Finding[]): Finding | undefined {
  const rank = ({ condition, verdict }: Finding) => {
    const at = PRIORITY.indexOf(condition);
    return (at === -1 ? PRIORITY.length : at) + (verdict === 'violated' ? 0 : 100);
  };
  return findings.toSorted((a, b) => rank(a) - rank(b))[0];
}

/** For some conditions, the total says more than a single finding. */
function summarizeFailure(finding: Finding, { judgement }: UnsummarizedRun): string {
  const { condition, text } = finding;
  const { failures, facts } = judgement;
  const all = judgement.findings.filter((one) => one.condition === condition);
  const sum = all.reduce((total, { count }) => total + count, 0);
  const requests = formatCount(facts.acknowledged, 'acknowledged request');
  if (condition === 'lost-update') {
    // With very many fields, the judgement does not keep every loss.
    const least = all.length < (failures[condition] ?? 0) ? 'at least ' : '';
    return `${least}${formatNumber(sum)} of ${requests} ${sum === 1 ? 'is' : 'are'} lost`;
  }
  if (condition === 'overcount') {
    return `the counter shows ${formatNumber(sum)} too many for ${requests}`;
  }
  if (condition === 'duplicate-ticket') {
    const times = formatCount(failures[condition] ?? 1, 'time');
    return `two callers got the same ticket ${times} in ${requests}`;
  }
  return `${text} (${requests})`;
}
