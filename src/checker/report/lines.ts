// A run for people: the answer first, then each condition that failed with its smallest evidence,
// then what was done and what the verdict means. Makes lines and prints nothing; what came from the
// service is made printable.

import type { Colors, Paint } from '../../present/colours.js';
import { formatTable } from '../../present/table.js';
import { formatCount, formatNumber, sanitize } from '../../present/text.js';
import type { Verdict } from '../../verdict.js';
import type { Attempt, CheckRun, RunRead } from '../driver/check-run.js';
import { CONDITIONS, type Finding } from '../judgement.js';

/** Findings shown of each condition; the JSON and the page have all that were kept. */
const SHOWN_MAX = 3;

export function runLines(run: CheckRun, colors: Colors): string[] {
  const { judgement, verdict, remarks } = run;
  const partial = run.partial ? colors.yellow('partial: ') : '';
  const paint = painterOf(verdict, colors);
  const lines = [partial + paint(`${verdict}: ${run.answer}`), ''];
  // The findings stand from the gravest on, and so do their conditions.
  for (const condition of new Set(judgement.findings.map((one) => one.condition))) {
    const findings = judgement.findings.filter((one) => one.condition === condition);
    const meaning = CONDITIONS[condition];
    const failures = judgement.failures[condition] ?? findings.length;
    const times = failures > 1 ? `, ${formatNumber(failures)} times` : '';
    lines.push(`${colors.bold(condition)}${times}: ${meaning}`);
    for (const finding of findings.slice(0, SHOWN_MAX)) lines.push(...evidenceLines(finding, run));
    lines.push('');
  }
  lines.push(didLine(run), ...remarks, colors.dim(MEANING[verdict]));
  return lines;
}

/** What each verdict means, and what to do about it. */
const MEANING: Readonly<Record<Verdict, string>> = {
  ok:
    'Every condition that could be looked at held. A race that did not happen was not seen: ' +
    'more callers and more requests look harder.',
  violated:
    'This counter is refuted: in no order of the requests, each counted once, could it have ' +
    'shown what it showed.',
  unknown: 'Neither proved nor refuted: it says above what is missing.',
  unavailable: 'It could not be tested here.',
};

export function painterOf(verdict: Verdict, colors: Colors): Paint {
  if (verdict === 'ok') return colors.green;
  return verdict === 'violated' ? colors.red : colors.yellow;
}

/** What was done, in one line. */
function didLine({ target, judgement, callers, durationMs, history, seed }: CheckRun): string {
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
  const asked = sanitize(`${add.method} ${origin}${add.path}`, 120);
  const times = formatCount(history.adds.length, 'time');
  const seconds = `${formatNumber(durationMs / 1000, 2)} s`;
  const by = formatCount(callers, 'caller');
  const what = `${asked} ${times} by ${by} in ${seconds}, seed ${seed}`;
  return `${what}: ${outcomes.join(', ')}; ${reads}; ${tickets}`;
}

/** The sentence of a finding, and its operations under it with their times. */
export function evidenceLines(finding: Finding, { history, model }: CheckRun): string[] {
  const rows = [
    ...finding.adds.map((at) => addCells(at, history.adds[at])),
    ...finding.reads.map((at) => readCells(at, history.reads[at], model.fields)),
  ];
  const sentence = sanitize(finding.text, 300);
  return [`  ${sentence}`, ...formatTable([], rows, { indent: 4 })];
}

function addCells(at: number, add: Attempt | undefined): string[] {
  if (add === undefined) return [];
  const { ticket, status, error, caller, name, outcome } = add;
  const said = ticket === null ? (error ?? outcome) : `ticket ${shownTicket(ticket)}`;
  return [
    `add ${at}`,
    `caller ${caller}`,
    sanitize(name ?? '', 40),
    interval(add),
    `${status ?? 'no answer'}`,
    sanitize(said, 60),
  ];
}

function readCells(at: number, read: RunRead | undefined, fields: readonly string[]): string[] {
  if (read === undefined) return [];
  const values = fields.map((field, index) => `${field} ${formatNumber(read.values[index] ?? 0)}`);
  const sum = read.sum === null ? [] : [`sum ${formatNumber(read.sum)}`];
  const shown = sanitize([...values, ...sum].join(', '), 120);
  return [`read ${at}`, read.isAtRest ? 'at rest' : '', '', interval(read), '', shown];
}

export function shownTicket({ cell, value }: { cell: string; value: number }): string {
  return cell === '' ? `${value}` : `${cell}:${value}`;
}

function interval({ beginMs, endMs }: { beginMs: number; endMs: number }): string {
  return `${formatNumber(beginMs, 3)} to ${formatNumber(endMs, 3)} ms`;
}
