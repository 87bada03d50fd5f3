// What asking came to, and the verdict on it: the worst of what was seen, in a sentence. Pure;
// ask-lines.ts shows it.

import { formatCount, formatNumber } from '../../present/text.js';
import type { Verdict } from '../../verdict.js';
import type { Target } from '../driver/target.js';
import { OTHERS, type OutcomeRow } from './outcome-table.js';
import type { ObservationMode } from './pair-outcome.js';
import type { OverlapReport, SynchronizerReport } from './synchronizer.js';

/** What was seen. */
export interface PairTestObservations {
  readonly target: Target;
  readonly way: ObservationMode;
  readonly alone: boolean;
  readonly seed: number;
  /** How many pairs were asked for, how many were made, and how many of these show something. */
  readonly asked: number;
  readonly pairs: number;
  readonly judged: number;
  readonly outcomes: readonly OutcomeRow[];
  /** Reads while nobody of us was calling, compared with the one before. */
  readonly atRest: readonly OutcomeRow[];
  readonly acknowledged: number;
  readonly failed: number;
  readonly unknown: number;
  /** At the last read at rest. */
  readonly lost: number;
  readonly surplus: number;
  readonly overlap: OverlapReport;
  readonly release: SynchronizerReport;
  /** Adds after whose answer the service closed the connection. */
  readonly closed: number;
  /** It ended before all pairs were made. */
  readonly partial: boolean;
  /** Why it could not go on; null where it was done, or stopped by hand. */
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
  const verdict = verdictOf(seen);
  return { ...seen, verdict, answer: answerOf(seen, verdict) };
}

function verdictOf({ outcomes, atRest, judged, broken }: PairTestObservations): Verdict {
  const rows = [...outcomes, ...atRest].filter(({ samples }) => samples > 0);
  if (rows.some(({ grade }) => grade === 'forbidden')) return 'violated';
  const isOpen = judged === 0 || broken !== null || rows.some(({ grade }) => grade === 'unknown');
  return isOpen ? 'unknown' : 'ok';
}

function answerOf(seen: PairTestObservations, verdict: Verdict): string {
  if (verdict === 'violated') return wrongOf(seen, 'forbidden');
  const { judged, way, unknown, failed, pairs } = seen;
  if (judged === 0) return 'of no pair both calls were answered with a number: nothing was tested';
  const times = `${formatCount(judged, 'time')} two callers called at the same moment`;
  const rest = pairs - judged;
  const left = rest === 0 ? '' : `; ${formatCount(rest, 'more pair')} had no answer, or a refusal`;
  if (verdict === 'ok') {
    const found =
      way === 'tickets' ? 'never did both get one number' : 'both were counted every time';
    return `${times}; ${found}${unknown + failed > 0 ? left : ''}`;
  }
  if (seen.broken !== null && !hasWrong(seen, 'unknown')) {
    return `nothing wrong in ${formatCount(judged, 'pair')}, but it could not go on: ${seen.broken}`;
  }
  const hint = 'say --alone where nobody else counts';
  return `${wrongOf(seen, 'unknown')}; ${hint}`;
}

function hasWrong({ outcomes, atRest }: PairTestObservations, grade: OutcomeRow['grade']): boolean {
  return [...outcomes, ...atRest].some((row) => row.grade === grade && row.samples > 0);
}

/** What was seen most of this grade, and what is missing at rest. */
function wrongOf(seen: PairTestObservations, grade: OutcomeRow['grade']): string {
  const { outcomes, atRest, pairs, acknowledged, lost, surplus } = seen;
  const isWrong = (row: OutcomeRow): boolean => row.grade === grade && row.samples > 0;
  const wrong = outcomes.filter(isWrong);
  const parts: string[] = [];
  const most = mostOf(wrong);
  if (most !== undefined) {
    const of = `${formatNumber(samplesOf(wrong))} of ${formatCount(pairs, 'pair')}`;
    const what = grade === 'forbidden' ? 'what is forbidden' : 'what we two do not explain';
    const saw = wrong.length === 1 ? 'saw' : `saw ${what}, like`;
    parts.push(`${of} ${saw} ${most.seen}: ${most.meaning}`);
  }
  if (lost > 0) {
    parts.push(`at rest ${formatNumber(lost)} of ${formatNumber(acknowledged)} are lost`);
  }
  if (surplus > 0) parts.push(`at rest ${formatNumber(surplus)} more are counted than asked for`);
  const stale = atRest.find(isWrong);
  if (parts.length === 0 && stale !== undefined) {
    parts.push(`${formatCount(stale.samples, 'read')} at rest saw ${stale.meaning}`);
  }
  return parts.join('; ');
}

function samplesOf(rows: readonly OutcomeRow[]): number {
  return rows.reduce((sum, { samples }) => sum + samples, 0);
}

/** The commonest outcome of the commonest kind: one kind may have many faces. */
function mostOf(rows: readonly OutcomeRow[]): OutcomeRow | undefined {
  const weight = ({ kind }: OutcomeRow): number => samplesOf(rows.filter((r) => r.kind === kind));
  return rows
    .filter(({ seen }) => seen !== OTHERS)
    .toSorted((a, b) => weight(b) - weight(a) || b.samples - a.samples)[0];
}

// What asking came to as a document: of `ask --json`, and of a line in a file of results. Not the
// bodies, which may be many, nor the header fields, which may be secret. Pure.

export interface PairTestJson extends Omit<PairTestResult, 'target'> {
  readonly schema: 1;
  readonly target: Omit<Target, 'bodies' | 'headers'> & { readonly bodies: number };
}

export function formatPairTestJson({
  target,
  verdict,
  answer,
  ...seen
}: PairTestResult): PairTestJson {
  const { bodies, headers, ...shown } = target;
  return { schema: 1, verdict, answer, ...seen, target: { ...shown, bodies: bodies.length } };
}
