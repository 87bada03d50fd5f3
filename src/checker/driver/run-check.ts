// One check from end to end: reads at rest, adds with reads beside them, reads at rest, and the judgement on
// all of it. `runStages` repeats the load until the counter is caught. Main thread; it prints nothing.

import { performance } from 'node:perf_hooks';
import { formatCount, formatNumber } from '../../present/text.js';
import { type Verdict, worst } from '../../verdict.js';
import { checkCounter } from '../check-counter.js';
import { type CounterModel, sumValues } from '../history.js';
import type { Judgement } from '../judgement.js';
import { summarizeRun } from '../report/terminal.js';
import type { CheckRun, RunHistory } from './check-run.js';
import { type CheckSession, openSession } from './session.js';
import type { CheckTarget } from './target.js';

export interface CheckOptions {
  readonly target: CheckTarget;
  readonly callers: number;
  /** Adds in all: 1 to 2,000,000. */
  readonly requests: number;
  /** The time limit; Infinity for none. */
  readonly seconds: number;
  readonly readsPerSecond: number;
  readonly seed: number;
  /** No other client counts. */
  readonly alone: boolean;
  /** Ends it early; what was done is judged. */
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

export const REQUESTS_MAX = 2_000_000;

export const CHECK_DEFAULTS: Omit<CheckOptions, 'target' | 'signal'> = {
  callers: 16,
  requests: 2_000,
  seconds: Number.POSITIVE_INFINITY,
  readsPerSecond: 50,
  seed: 1,
  alone: false,
  onProgress: () => {},
};

/** @throws ClientError where there is no service, or it is not what the target says */
export async function runCheck(options: CheckOptions): Promise<CheckRun> {
  let done = 0;
  const session = openSession({
    ...options,
    onAdd: () => options.onProgress(++done, options.requests),
  });
  const startedAt = new Date().toISOString();
  const beganAt = performance.now();
  try {
    await session.rest();
    const untilAt = performance.now() + options.seconds * 1000;
    await session.load(options.requests, () => performance.now() > untilAt);
    // A load can end before its time: when the service is gone.
    const seconds = performance.now() > untilAt ? options.seconds : Number.POSITIVE_INFINITY;
    await session.rest();
    const durationMs = performance.now() - beganAt;
    return conclude({ ...options, seconds }, session, { startedAt, durationMs });
  } finally {
    await session.close();
  }
}

/** Judges what a session has seen. The run is complete if its time or its requests are over. */
export function conclude(
  options: Omit<CheckOptions, 'onProgress'>,
  session: Pick<CheckSession, 'history' | 'failedReads'>,
  when: Pick<CheckRun, 'startedAt' | 'durationMs'>,
): CheckRun {
  const { target, alone, callers, readsPerSecond, seed } = options;
  const history = session.history();
  const model = { fields: target.fields, start: history.reads[0]?.values ?? [], alone };
  const judgement = checkCounter(model, history);
  const failedReads = session.failedReads();
  const isReadAtEnd = endsAtRest(history);
  const requests = Number.isFinite(options.seconds) ? 0 : options.requests;
  const partial = options.signal.aborted || history.adds.length < requests;
  const remarks = [
    ...describeOtherClients(history, model, judgement),
    ...(failedReads.count === 0
      ? []
      : [`${formatCount(failedReads.count, 'read')} failed; the first: ${failedReads.first}`]),
    ...(isReadAtEnd ? [] : ['no read came after the last add, so the final count is not known']),
  ];
  const verdict: Verdict = worst([judgement.verdict, isReadAtEnd ? 'ok' : 'unknown']);
  const how = { callers, readsPerSecond, seed, partial };
  const run = { target, model, history, judgement, verdict, remarks, ...how, ...when };
  return { ...run, answer: summarizeRun(run) };
}

/** A read began after every add had ended: only such a read shows a loss inside the bounds. */
function endsAtRest({ adds, reads }: RunHistory): boolean {
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const { endMs } of adds) lastMs = Math.max(lastMs, endMs);
  return reads.some(({ beginMs }) => beginMs > lastMs);
}

/** Whether the counter grew while no request of ours was in flight. */
function describeOtherClients(
  { adds, reads }: RunHistory,
  model: CounterModel,
  { verdict, facts }: Judgement,
): string[] {
  const [first] = adds;
  const rest = reads.filter(({ isAtRest }) => isAtRest);
  const before = rest.filter(({ endMs }) => endMs <= (first?.beginMs ?? Infinity));
  const after = rest.filter((read) => !before.includes(read));
  const isUncertain = adds.some(({ outcome }) => outcome === 'unknown');
  const grown = computeGrowth(before) + (isUncertain ? 0 : computeGrowth(after));
  if (grown > 0) {
    const more = `the counter grew by ${formatNumber(grown)} while we sent no request`;
    const why = model.alone ? 'the reads were old' : 'another client counts, or the reads are old';
    return [`${more}: ${why}`];
  }
  if (verdict !== 'ok' || model.alone || facts.strangers > 0 || facts.unknown > 0) return [];
  return ['no other client was seen to count'];
}

function computeGrowth(reads: readonly { readonly values: readonly number[] }[]): number {
  const sums = reads.map(({ values }) => sumValues(values));
  return sums.length === 0 ? 0 : Math.max(...sums) - (sums[0] ?? 0);
}

export interface StagesOptions extends Omit<CheckOptions, 'requests' | 'seconds' | 'onProgress'> {
  /** The adds in all at the end of each stage; rising, at least one stage. */
  readonly stages: readonly number[];
  /** How long the counter is watched at rest before, between and after the stages. */
  readonly restMs: number;
  readonly onAdd: () => void;
}

export interface StagedRun {
  /** The adds in all at the end of the stage that was `violated`; null for none. */
  readonly caughtWithin: number | null;
  /** As judged after the last stage. */
  readonly run: CheckRun;
}

/**
 * Load in stages, in one session, until the counter is caught: how many requests did it take? The
 * history grows, so a fault that is caught within 1,000 requests is also caught within 10,000.
 * @throws ClientError where there is no service, or it is not what the target says
 */
export async function runStages(options: StagesOptions): Promise<StagedRun> {
  const startedAt = new Date().toISOString();
  const beganAt = performance.now();
  const session = openSession(options);
  try {
    await session.rest();
    for (const [at, adds] of options.stages.entries()) {
      await session.load(adds - session.history().adds.length);
      await session.rest();
      const limits = { ...options, requests: adds, seconds: Infinity };
      const run = conclude(limits, session, {
        startedAt,
        durationMs: performance.now() - beganAt,
      });
      const isLast = at === options.stages.length - 1 || run.partial;
      if (run.verdict === 'violated') return { caughtWithin: adds, run };
      if (isLast) return { caughtWithin: null, run };
    }
    throw new RangeError('runStages: no stage was given');
  } finally {
    await session.close();
  }
}
