// Compares what the client knows it did with what the service says it counted, both at rest: the
// counters read before the first request and after the last. Pure: ledger and reads in, a verdict
// with evidence in plain words out. It proves nothing about moments in between (the checker
// does).

import { formatCount, formatNumber } from '../../present/text.js';
import { type Verdict, worst } from '../../verdict.js';
import { LEVELS } from './answer.js';
import { acknowledgedByLevel, type Ledger, sumOfLevels } from './ledger.js';
import type { Stats } from './stats.js';
import { judgeTickets } from './tickets.js';

export interface ReconcileOptions {
  /** Nobody else posts to this service, for instance because we started it for this run. */
  readonly alone: boolean;
}

export const RECONCILE_DEFAULTS: ReconcileOptions = { alone: false };

export interface Reconciliation {
  readonly verdict: Verdict;
  /** The gravest first; never empty. */
  readonly evidence: readonly string[];
}

interface Finding {
  readonly verdict: Verdict;
  readonly text: string;
}

/**
 * Sound whoever else is counting: more acknowledged than counted is a loss, since others only add;
 * and so is every fault of a ticket. More counted than was sent has two explanations, another
 * caller or a request counted twice, and no ticket tells them apart: a second add of one request
 * looks like a stranger's. So that is `unknown`, unless the caller knows to be alone: then it is
 * `violated`. With requests of unknown fate the bounds widen upwards only, by one each.
 */
export function reconcile(
  before: Stats,
  after: Stats,
  ledger: Ledger,
  options: ReconcileOptions = RECONCILE_DEFAULTS,
): Reconciliation {
  const findings: Finding[] = [];
  const add = (verdict: Verdict, ...texts: readonly string[]): void => {
    for (const text of texts) findings.push({ verdict, text });
  };
  add('violated', ...sumFaults(before, 'first'), ...sumFaults(after, 'last'));
  const backwards = backwardsFaults(before, after);
  add('violated', ...backwards);
  // After a step back no difference between the two reads means anything.
  if (backwards.length === 0) {
    add('violated', ...lossFaults(before, after, ledger));
    const surplus = surplusOf(before, after, ledger);
    if (surplus > 0)
      add(options.alone ? 'violated' : 'unknown', surplusText(surplus, ledger, options.alone));
    add('violated', ...judgeTickets(before, after, ledger).faults);
  }
  if (ledger.malformed > 0) {
    const answers = formatCount(ledger.malformed, 'answer was', 'answers were');
    add('unknown', `${answers} no assessment of what was sent, so what they counted is not known`);
  }
  if (ledger.acknowledged.length === 0) {
    add('unknown', 'no request was acknowledged, so nothing was tested');
  }
  if (findings.length === 0) add('ok', ...agreement(before, after, ledger));
  const verdict = worst(findings.map((finding) => finding.verdict));
  const evidence = [
    ...findings.filter((finding) => finding.verdict === verdict),
    ...findings.filter((finding) => finding.verdict !== verdict),
  ].map((finding) => finding.text);
  return { verdict, evidence };
}

/** Within one read: total is the sum of its levels, and high that of the two gravest. */
function sumFaults(stats: Stats, which: string): string[] {
  const faults: string[] = [];
  const sum = sumOfLevels(stats.levels);
  if (stats.total !== sum) {
    const said = `the ${which} read says total ${formatNumber(stats.total)}`;
    faults.push(`${said}, but its levels add up to ${formatNumber(sum)}`);
  }
  const high = stats.levels.HIGH + stats.levels.CRITICAL;
  if (stats.high !== high) {
    const said = `the ${which} read says high ${formatNumber(stats.high)}`;
    faults.push(`${said}, but HIGH and CRITICAL add up to ${formatNumber(high)}`);
  }
  return faults;
}

function backwardsFaults(before: Stats, after: Stats): string[] {
  const from = { total: before.total, ...before.levels };
  const to = { total: after.total, ...after.levels };
  const why = 'a restart, or counters that are not shared';
  return (['total', ...LEVELS] as const)
    .filter((name) => to[name] < from[name])
    .map((name) => {
      const fall = `from ${formatNumber(from[name])} to ${formatNumber(to[name])}`;
      return `${name} went backwards, ${fall}: ${why}`;
    });
}

function lossFaults(before: Stats, after: Stats, ledger: Ledger): string[] {
  const acknowledged = acknowledgedByLevel(ledger);
  const faults: string[] = [];
  for (const level of LEVELS) {
    const growth = after.levels[level] - before.levels[level];
    const lost = acknowledged[level] - growth;
    if (lost <= 0) continue;
    const answered = `${formatNumber(acknowledged[level])} acknowledged`;
    faults.push(
      `${formatNumber(lost)} lost at ${level}: ${answered}, ${formatNumber(growth)} counted`,
    );
  }
  return faults;
}

/**
 * Counts that neither an acknowledged nor an unknown request explains. Summed over the levels that
 * have more, so that a loss at one level cannot hide a surplus at another.
 */
function surplusOf(before: Stats, after: Stats, ledger: Ledger): number {
  const acknowledged = acknowledgedByLevel(ledger);
  let surplus = -ledger.unknown;
  for (const level of LEVELS) {
    surplus += Math.max(0, after.levels[level] - before.levels[level] - acknowledged[level]);
  }
  return surplus;
}

function surplusText(surplus: number, ledger: Ledger, alone: boolean): string {
  const acknowledged = formatNumber(ledger.acknowledged.length);
  const sent = `${acknowledged} acknowledged and ${formatNumber(ledger.unknown)} unanswered`;
  const refused = ledger.refused > 0 ? ', or refused requests were counted' : '';
  const more = formatNumber(surplus);
  return alone
    ? `${more} counted twice: more than the ${sent}, with nobody else counting${refused}`
    : `${more} more counted than the ${sent}: someone else is counting too, or requests are ` +
        `counted twice${refused}`;
}

/**
 * The words for a ledger that agrees. Without unknown requests the tickets, where each answer has
 * one, are then known to be dense too: distinct, and proving no more adds than were counted.
 */
function agreement(before: Stats, after: Stats, ledger: Ledger): string[] {
  const acknowledged = ledger.acknowledged.length;
  const growth = sumOfLevels(after.levels) - sumOfLevels(before.levels);
  const account = `${formatNumber(acknowledged)} acknowledged, ${formatNumber(growth)} counted`;
  const { ticketed } = judgeTickets(before, after, ledger);
  const lines: string[] = [];
  if (ledger.unknown === 0) {
    lines.push(`${account}: every acknowledged request was counted exactly once`);
  } else {
    const most = `at most ${formatNumber(growth - acknowledged)} of the`;
    const unanswered = `${formatCount(ledger.unknown, 'request')} without an answer`;
    lines.push(`${account}: every acknowledged request was counted, and ${most} ${unanswered}`);
  }
  if (ticketed > 0) {
    const dense = ledger.unknown === 0 && ticketed === acknowledged ? ' and leave no gap' : '';
    const all = formatCount(ticketed, 'ticket');
    lines.push(`${all}: they are distinct${dense}, and agree with both reads`);
  }
  return lines;
}
