// A run for a terminal: the answer first, then each condition that failed with its smallest
// evidence, then what the run did and what the verdict means. Makes lines and prints nothing; text
// from the service is sanitised. Main thread.

import type { Colors, Paint } from '../../present/colours.js';
import { formatTable } from '../../present/table.js';
import { formatCount, formatNumber, sanitize } from '../../present/text.js';
import type { Verdict } from '../../verdict.js';
import type { Attempt, CheckRun, RunRead } from '../driver/check-run.js';
import type { TimeSpan } from '../history.js';
import { CONDITIONS, type Finding } from '../judgement.js';
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
  const outcomes = [
    `${formatNumber(acknowledged)} acknowledged`,
    `${formatNumber(failed)} failed`,
    `${formatNumber(unknown)} unknown`,
  ];
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
  return [
    `add ${index}`,
    `caller ${caller}`,
    sanitize(name ?? '', 40),
    formatSpan(add),
    `${status ?? 'no answer'}`,
    sanitize(result, 60),
  ];
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
