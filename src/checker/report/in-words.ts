// The verdict of a run in one sentence: what a person wanted to know, with the gravest evidence in
// it. Pure; lines.ts and page.ts show it.

import { formatCount, formatNumber } from '../../present/text.js';
import type { CheckRun } from '../driver/check-run.js';
import { sumValues } from '../history.js';
import type { Condition, Finding } from '../judgement.js';
import { createCellLookup } from '../linearizability/counters.js';

/** What is known of a run before it has its sentence. */
type Told = Omit<CheckRun, 'answer'>;

/** What people want to hear of first. */
const ORDER: readonly Condition[] = [
  'lost-update',
  'duplicate-ticket',
  'overcount',
  'ticket-gap',
  'non-monotonic-read',
  'stale-read',
  'snapshot-sum',
  'snapshot-order',
];

export function answerOf(run: Told): string {
  const { verdict, judgement } = run;
  const { acknowledged, strangers } = judgement.facts;
  const part = run.partial ? ', as far as it went' : '';
  const asked = formatCount(acknowledged, 'acknowledged request');
  if (acknowledged === 0) return `no request was acknowledged, so nothing was tested${part}`;
  const gravest = gravestOf(judgement.findings);
  if (verdict === 'violated' && gravest !== undefined) {
    return `${sentenceOf(gravest, run)}${part}`;
  }
  if (verdict === 'ok') return `${asked}: ${countedHow(run)}${part}`;
  if (strangers > 0) {
    const more = `${formatNumber(strangers)} more counted than was asked for`;
    const why = 'someone else is counting, or requests are counted twice: --alone tells them apart';
    if (isEachPlaced(run)) return `nothing of the ${asked} was lost, but ${more}: ${why}${part}`;
    return `${asked}, but ${more}, behind which a loss could hide: ${why}${part}`;
  }
  const why = gravest?.text ?? run.remarks.at(-1) ?? 'no conclusion';
  return `no conclusion on ${asked}: ${why}${part}`;
}

/** Of a run that is ok: no more than it shows. */
function countedHow(run: Told): string {
  const { acknowledged, unknown, ticketed } = run.judgement.facts;
  const hidden = hiddenLosses(run);
  if (hidden > 0) {
    const open = formatCount(unknown, 'unanswered one');
    return `none is seen to be lost, but ${open} may hide a loss of up to ${formatNumber(hidden)}`;
  }
  const open = unknown === 0 ? 'exactly once' : 'once, and no unanswered one twice';
  if (ticketed === acknowledged) return `each was counted ${open}; no two hold one ticket`;
  // Without tickets nobody can tell our counts from those of others.
  const unless = run.model.alone ? '' : ', unless others made up for some (see --alone)';
  return `each was counted ${open}${unless}`;
}

/** Every acknowledged add has its own number in what the reads show: none can be missing. */
function isEachPlaced({ judgement, model }: Told): boolean {
  const { ticketed, acknowledged, cells } = judgement.facts;
  const place = createCellLookup(model.fields);
  return ticketed === acknowledged && cells.every((cell) => place(cell)?.isPart === false);
}

/** So many acknowledged adds may be missing at rest, with unanswered ones in their place. */
function hiddenLosses(run: Told): number {
  const { acknowledged, unknown } = run.judgement.facts;
  const last = run.history.reads.at(-1);
  if (last === undefined || isEachPlaced(run)) return 0;
  const growth = sumValues(last.values) - sumValues(run.model.start);
  return Math.min(acknowledged, unknown, Math.max(0, acknowledged + unknown - growth));
}

function gravestOf(findings: readonly Finding[]): Finding | undefined {
  const rank = ({ condition, verdict }: Finding) => {
    const at = ORDER.indexOf(condition);
    return (at === -1 ? ORDER.length : at) + (verdict === 'violated' ? 0 : 100);
  };
  return findings.toSorted((a, b) => rank(a) - rank(b))[0];
}

/** The failure as a whole: of some conditions their number says more than one of them. */
function sentenceOf(finding: Finding, { judgement }: Told): string {
  const { condition, text } = finding;
  const all = judgement.findings.filter((one) => one.condition === condition);
  const sum = all.reduce((total, { count }) => total + count, 0);
  const of = `of ${formatCount(judgement.facts.acknowledged, 'acknowledged request')}`;
  if (condition === 'lost-update') {
    // Of very many fields not each loss is kept.
    const least = all.length < (judgement.failures['lost-update'] ?? 0) ? 'at least ' : '';
    return `${least}${formatNumber(sum)} ${of} ${sum === 1 ? 'is' : 'are'} lost`;
  }
  if (condition === 'overcount') return `${formatNumber(sum)} too many are counted ${of}`;
  if (condition === 'duplicate-ticket') {
    const times = judgement.failures[condition] ?? 1;
    return `${formatCount(times, 'number')} given to two callers ${of}`;
  }
  return `${text} (${formatCount(judgement.facts.acknowledged, 'acknowledged request')})`;
}
