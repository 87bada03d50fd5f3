// The verdict of a run in one sentence, with the gravest evidence in it. It claims no more than the
// run shows: it says what unanswered or third-party adds could hide. Pure; main thread.

import { formatCount, formatNumber } from '../../present/text.js';
import type { CheckRun } from '../driver/check-run.js';
import { sumValues } from '../history.js';
import type { Condition, Finding } from '../judgement.js';
import { createCellLookup } from '../linearizability/counters.js';

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
