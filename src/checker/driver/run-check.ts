// One check from end to end: reads at rest, adds with reads beside them, reads at rest, and the
// judgement on all of it. Main thread. It prints nothing.

import { performance } from 'node:perf_hooks';
import { formatCount, formatNumber } from '../../present/text.js';
import { type Verdict, worst } from '../../verdict.js';
import { checkCounter } from '../check-counter.js';
import type { CounterModel } from '../history.js';
import { sumValues } from '../history.js';
import type { Judgement } from '../judgement.js';
import { answerOf } from '../report/in-words.js';
import type { CheckRun, RunHistory } from './check-run.js';
import { openSession, type Session } from './session.js';
import type { Target } from './target.js';

export interface CheckOptions {
  readonly target: Target;
  readonly callers: number;
  /** Adds in all: 1 to 2,000,000. */
  readonly requests: number;
  /** When to stop before; Infinity for never. */
  readonly seconds: number;
  readonly readsPerSecond: number;
  readonly seed: number;
  /** Nobody else counts. */
  readonly alone: boolean;
  /** Ends it early, and what was done is judged. */
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
  const session = openSession({
    ...options,
    onAdd: (done) => options.onProgress(done, options.requests),
  });
  const startedAt = new Date().toISOString();
  const beganAt = performance.now();
  try {
    await session.rest();
    const untilAt = performance.now() + options.seconds * 1000;
    await session.load(options.requests, () => performance.now() > untilAt);
    // It may have ended before its time: where nobody was there any more.
    const seconds = performance.now() > untilAt ? options.seconds : Number.POSITIVE_INFINITY;
    await session.rest();
    const durationMs = performance.now() - beganAt;
    return conclude({ ...options, seconds }, session, { startedAt, durationMs });
  } finally {
    await session.close();
  }
}

/** What a session has shown so far, judged; whole only if its seconds or its requests are over. */
export function conclude(
  options: Omit<CheckOptions, 'onProgress'>,
  session: Pick<Session, 'history' | 'failedReads'>,
  when: Pick<CheckRun, 'startedAt' | 'durationMs'>,
): CheckRun {
  const { target, alone, callers, readsPerSecond, seed } = options;
  const history = session.history();
  const model = { fields: target.fields, start: history.reads[0]?.values ?? [], alone };
  const judgement = checkCounter(model, history);
  const failedReads = session.failedReads();
  const isReadAtEnd = endsAtRest(history);
  const asked = Number.isFinite(options.seconds) ? 0 : options.requests;
  const partial = options.signal.aborted || history.adds.length < asked;
  const remarks = [
    ...strangersSeen(history, model, judgement),
    ...(failedReads.count === 0
      ? []
      : [`${formatCount(failedReads.count, 'read')} failed; the first: ${failedReads.first}`]),
    ...(isReadAtEnd ? [] : ['no read came after the last add, so what is counted is not known']),
  ];
  const verdict: Verdict = worst([judgement.verdict, isReadAtEnd ? 'ok' : 'unknown']);
  const how = { callers, readsPerSecond, seed, partial };
  const run = { target, model, history, judgement, verdict, remarks, ...how, ...when };
  return { ...run, answer: answerOf(run) };
}

/** A read began after every add had ended: only then a loss inside the bounds would show. */
function endsAtRest({ adds, reads }: RunHistory): boolean {
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const { endMs } of adds) lastMs = Math.max(lastMs, endMs);
  return reads.some(({ beginMs }) => beginMs > lastMs);
}

/** The counter moved while nothing of ours was on its way. */
function strangersSeen(
  { adds, reads }: RunHistory,
  model: CounterModel,
  { verdict, facts }: Judgement,
): string[] {
  const [first] = adds;
  const rest = reads.filter(({ isAtRest }) => isAtRest);
  const before = rest.filter(({ endMs }) => endMs <= (first?.beginMs ?? Infinity));
  const after = rest.filter((read) => !before.includes(read));
  const isUncertain = adds.some(({ outcome }) => outcome === 'unknown');
  const grown = growth(before) + (isUncertain ? 0 : growth(after));
  if (grown > 0) {
    const more = `the counter grew by ${formatNumber(grown)} while nothing of ours was on its way`;
    return [`${more}: ${model.alone ? 'reads were old' : 'someone else counts, or reads are old'}`];
  }
  if (verdict !== 'ok' || model.alone || facts.strangers > 0 || facts.unknown > 0) return [];
  return ['nobody else was seen to count'];
}

function growth(reads: readonly { readonly values: readonly number[] }[]): number {
  const sums = reads.map(({ values }) => sumValues(values));
  return sums.length === 0 ? 0 : Math.max(...sums) - (sums[0] ?? 0);
}

export interface StagesOptions extends Omit<CheckOptions, 'requests' | 'seconds' | 'onProgress'> {
  /** So many adds in all at the end of each stage; rising, at least one stage. */
  readonly stages: readonly number[];
  /** How long the counter is watched at rest before, between and after them. */
  readonly restMs: number;
  readonly onAdd: () => void;
}

export interface StagedRun {
  /** The adds in all of the stage after which the verdict was `violated`; null for never. */
  readonly caughtWithin: number | null;
  /** As judged after the last stage that was run. */
  readonly run: CheckRun;
}

/** @throws ClientError where there is no service, or it is not what the target says */
export async function runStages(options: StagesOptions): Promise<StagedRun> {
  const startedAt = new Date().toISOString();
  const beganAt = performance.now();
  const session = openSession(options);
  try {
    await session.rest();
    for (const [at, adds] of options.stages.entries()) {
      await session.load(adds - session.history().adds.length);
      await session.rest();
      const asked = { ...options, requests: adds, seconds: Infinity };
      const when = { startedAt, durationMs: performance.now() - beganAt };
      const run = conclude(asked, session, when);
      const isLast = at === options.stages.length - 1 || run.partial;
      if (run.verdict === 'violated') return { caughtWithin: adds, run };
      if (isLast) return { caughtWithin: null, run };
    }
    throw new RangeError('runStages: no stage was given');
  } finally {
    await session.close();
  }
}
