// The result of a pair test: the observations, the verdict, which is the worst grade seen, the answer in
// a sentence, and the document of `ask --json`. Pure.

import { formatCount, formatNumber } from '../../present/text.js';
import type { Verdict } from '../../verdict.js';
import type { CheckTarget } from '../driver/target.js';
import { OTHERS, type OutcomeRow } from './outcome-table.js';
import type { ObservationMode } from './pair-outcome.js';
import type { OverlapReport, SynchronizerReport } from './synchronizer.js';

/** What the pairs showed; the names are those of `ask --json`. */
export interface PairTestObservations {
  readonly target: CheckTarget;
  readonly way: ObservationMode;
  readonly alone: boolean;
  readonly seed: number;
  /** Pairs requested, pairs made, and pairs in which both calls have a number. */
  readonly asked: number;
  readonly pairs: number;
  readonly judged: number;
  readonly outcomes: readonly OutcomeRow[];
  /** Reads with no call of ours in flight, each compared with the one before. */
  readonly atRest: readonly OutcomeRow[];
  readonly acknowledged: number;
  readonly failed: number;
  readonly unknown: number;
  /** Missing adds at the last read at rest. */
  readonly lost: number;
  readonly surplus: number;
  readonly overlap: OverlapReport;
  readonly release: SynchronizerReport;
  /** Adds after whose answer the service closed the connection. */
  readonly closed: number;
  /** The test ended before all pairs were made. */
  readonly partial: boolean;
  /** Why the test could not continue; null when it is complete or interrupted. */
  readonly broken: string | null;
  /** When it began: ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
}

export interface PairTestResult extends PairTestObservations {
  readonly verdict: Verdict;
  /** The verdict in a sentence. */
  readonly answer: string;
}

export function concludePairTest(seen: PairTestObservations): PairTestResult {
  const verdict = judgePairs(seen);
  return { ...seen, verdict, answer: formatAnswer(seen, verdict) };
}

function judgePairs({ outcomes, atRest, judged, broken }: PairTestObservations): Verdict {
  const rows = [...outcomes, ...atRest].filter(({ samples }) => samples > 0);
  if (rows.some(({ grade }) => grade === 'forbidden')) return 'violated';
  const isOpen = judged === 0 || broken !== null || rows.some(({ grade }) => grade === 'unknown');
  return isOpen ? 'unknown' : 'ok';
}

function formatAnswer(seen: PairTestObservations, verdict: Verdict): string {
  if (verdict === 'violated') return describeWrong(seen, 'forbidden');
  const { judged, way, unknown, failed, pairs } = seen;
  if (judged === 0) return 'in no pair did both calls get a number, so nothing was tested';
  const times = `two callers called at the same moment ${formatCount(judged, 'time')}`;
  const rest = pairs - judged;
  const left = rest === 0 ? '' : `; ${formatCount(rest, 'more pair')} had no answer or a refusal`;
  if (verdict === 'ok') {
    const found = way === 'tickets' ? 'they never got the same number' : 'both were counted every time';
    return `${times}; ${found}${unknown + failed > 0 ? left : ''}`;
  }
  if (seen.broken !== null && !hasWrong(seen, 'unknown')) {
    return `nothing wrong in ${formatCount(judged, 'pair')}, but the test could not continue: ${seen.broken}`;
  }
  const hint = 'add --alone if no other client counts';
  return `${describeWrong(seen, 'unknown')}; ${hint}`;
}

function hasWrong({ outcomes, atRest }: PairTestObservations, grade: OutcomeRow['grade']): boolean {
  return [...outcomes, ...atRest].some((row) => row.grade === grade && row.samples > 0);
}

/** The commonest outcome of this grade, and what is missing at rest. */
function describeWrong(seen: PairTestObservations, grade: OutcomeRow['grade']): string {
  const { outcomes, atRest, pairs, acknowledged, lost, surplus } = seen;
  const isWrong = (row: OutcomeRow): boolean => row.grade === grade && row.samples > 0;
  const wrong = outcomes.filter(isWrong);
  const parts: string[] = [];
  const most = findCommonest(wrong);
  if (most !== undefined) {
    const of = `${formatNumber(sumSamples(wrong))} of ${formatCount(pairs, 'pair')}`;
    const what =
      grade === 'forbidden' ? 'forbidden outcomes' : 'outcomes that these two calls do not explain';
    const saw = wrong.length === 1 ? 'saw' : `saw ${what}, like`;
    parts.push(`${of} ${saw} ${most.seen}: ${most.meaning}`);
  }
  if (lost > 0) {
    parts.push(`at rest ${formatNumber(lost)} of ${formatNumber(acknowledged)} are lost`);
  }
  if (surplus > 0) parts.push(`at rest ${formatNumber(surplus)} more are counted than were sent`);
  const stale = atRest.find(isWrong);
  if (parts.length === 0 && stale !== undefined) {
    parts.push(`${formatCount(stale.samples, 'read')} at rest: ${stale.meaning}`);
  }
  return parts.join('; ');
}

function sumSamples(rows: readonly OutcomeRow[]): number {
  return rows.reduce((sum, { samples }) => sum + samples, 0);
}

/** The commonest outcome of the commonest kind. */
function findCommonest(rows: readonly OutcomeRow[]): OutcomeRow | undefined {
  const weight = ({ kind }: OutcomeRow): number => sumSamples(rows.filter((r) => r.kind === kind));
  return rows
    .filter(({ seen }) => seen !== OTHERS)
    .toSorted((a, b) => weight(b) - weight(a) || b.samples - a.samples)[0];
}

/** Without the bodies, which can be many, and the header fields, which can be secret. */
export interface PairTestJson extends Omit<PairTestResult, 'target'> {
  readonly schema: 1;
  readonly target: Omit<CheckTarget, 'bodies' | 'headers'> & { readonly bodies: number };
}

export function formatPairTestJson({ target, verdict, answer, ...seen }: PairTestResult): PairTestJson {
  const { bodies, headers, ...shown } = target;
  return { schema: 1, verdict, answer, ...seen, target: { ...shown, bodies: bodies.length } };
}
