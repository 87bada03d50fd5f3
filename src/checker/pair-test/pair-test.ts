// The pair test: two callers, each with a connection, call at the same moment, many times. It compares
// the two numbers that they observe with each other and with the baselines. Main thread.

import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { STOPPED } from '../driver/connection.js';
import { nothingAcknowledged } from '../driver/response-outcome.js';
import { type CheckTarget, isClientError } from '../driver/target.js';
import { sumValues } from '../history.js';
import { type Baselines, createBaselines, createQuiescentReads, type QuiescentReads } from './baselines.js';
import { type Callers, openCallers } from './callers.js';
import { createPairOutcomes, createQuiescentOutcomes, type OutcomeCounter } from './outcome-table.js';
import { classifyPair, isCountedFirst, type ObservationMode, type PairCall } from './pair-outcome.js';
import { concludePairTest, type PairTestObservations, type PairTestResult } from './result.js';
import { createOverlap, createSynchronizer, type Overlap, type Synchronizer } from './synchronizer.js';
import { formatPair, formatQuiescent } from './terminal.js';

export interface PairTestOptions {
  readonly target: CheckTarget;
  readonly pairs: number;
  /** No other client counts: an outcome that only another client explains is forbidden. */
  readonly alone: boolean;
  readonly seed: number;
  /** Aborting ends it at once; the pair in flight is left out. */
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

export const PAIRS_MAX = 1_000_000;

export const PAIR_TEST_DEFAULTS: Omit<PairTestOptions, 'target' | 'signal'> = {
  pairs: 2_000,
  alone: false,
  seed: 1,
  onProgress: () => {},
};

/** Pairs between two reads at rest, as long as all are answered. */
const REST_EVERY = 100;
const REST_TRIES = 3;
const RETRY_MS = 100;
/** The wait before a last read, when counts are missing: the read before may have been stale. */
const SETTLE_MS = 200;
/** Calls before the first pair, which show the form of an acknowledgement. */
const FIRST_TRIES = 3;
/** After this many pairs in a row with an unanswered call, the service is gone. */
const UNANSWERED_MAX = 20;

interface PairTestState {
  readonly options: PairTestOptions;
  readonly callers: Callers;
  readonly way: ObservationMode;
  readonly bases: Baselines;
  readonly rest: QuiescentReads;
  readonly outcomes: OutcomeCounter;
  readonly restOutcomes: OutcomeCounter;
  readonly overlap: Overlap;
  readonly release: Synchronizer;
  readonly counts: Record<PairCall['outcome'], number>;
  pairs: number;
  judged: number;
  unansweredInARow: number;
}

/** @throws ClientError where there is no service, or it is not what the target says */
export async function runPairTest(options: PairTestOptions): Promise<PairTestResult> {
  const startedAt = new Date().toISOString();
  const openedAt = performance.now();
  const callers = openCallers(options.target, openedAt);
  const stop = () => callers.drop(STOPPED);
  options.signal.addEventListener('abort', stop, { once: true });
  try {
    const state = await begin(options, callers);
    const broken = await runPairs(state);
    const durationMs = performance.now() - openedAt;
    return concludePairTest(collectObservations(state, { broken, startedAt, durationMs }));
  } finally {
    options.signal.removeEventListener('abort', stop);
    await callers.close();
  }
}

/** Opens both connections, reads the counter, and adds once, which shows the observation mode. */
async function begin(options: PairTestOptions, callers: Callers): Promise<PairTestState> {
  const { target, alone, seed } = options;
  await callers.read('B');
  const rest = createQuiescentReads();
  const start = await callers.read('A');
  rest.read(sumValues(start.values));
  const counts = { ok: 0, failed: 0, unknown: 0 };
  const tried = await firstCall(options, callers, counts);
  const way = tried.at(-1)?.observed === null ? 'reads' : 'tickets';
  const bases = createBaselines(target.fields, way === 'reads');
  bases.learnRest(start.values);
  for (const call of tried) if (way === 'tickets' || call.outcome !== 'ok') bases.learnOne(call);
  rest.acknowledge(counts.ok);
  rest.doubt(counts.unknown);
  const state: PairTestState = {
    options,
    callers,
    way,
    bases,
    rest,
    outcomes: createPairOutcomes(way, alone),
    restOutcomes: createQuiescentOutcomes(alone),
    overlap: createOverlap(),
    release: createSynchronizer(seed),
    counts,
    pairs: 0,
    judged: 0,
    unansweredInARow: 0,
  };
  await readAtRest(state);
  return state;
}

/** The calls made; the last one was acknowledged. @throws ClientError where none is */
async function firstCall(
  { target }: PairTestOptions,
  callers: Callers,
  counts: PairTestState['counts'],
): Promise<PairCall[]> {
  const calls: PairCall[] = [];
  for (;;) {
    const call = await callers.one(target.bodies[0] ?? '');
    calls.push(call);
    counts[call.outcome]++;
    if (call.outcome === 'ok') return calls;
    if (calls.length === FIRST_TRIES) throw nothingAcknowledged(target, call);
    await sleep(RETRY_MS);
  }
}

/** Why the test could not continue; null when it is complete or interrupted. */
async function runPairs(state: PairTestState): Promise<string | null> {
  const { options } = state;
  const { signal, onProgress } = options;
  try {
    while (state.pairs < options.pairs && !signal.aborted) {
      const isClean = await runPair(state);
      onProgress(state.pairs, options.pairs);
      if (signal.aborted) return null;
      const isDue = state.pairs % REST_EVERY === 0 || state.pairs === options.pairs;
      if (isDue || !isClean) await readAtRest(state);
      if (state.unansweredInARow === UNANSWERED_MAX) {
        return `${UNANSWERED_MAX} pairs in a row had no answer`;
      }
    }
    if (state.rest.lost > 0 && !signal.aborted) {
      await sleep(SETTLE_MS);
      await readAtRest(state);
    }
    return null;
  } catch (error) {
    if (signal.aborted) return null;
    // What the pairs before showed stays valid.
    if (isClientError(error) && state.pairs > 0) return error.message;
    throw error;
  }
}

/** False where a call has no number: then the counter must be read again. */
async function runPair(state: PairTestState): Promise<boolean> {
  const { options, callers, way, release, bases, rest, outcomes, counts, overlap } = state;
  const { bodies } = options.target;
  const body = bodies[state.pairs % Math.max(1, bodies.length)] ?? '';
  const pair = await callers.pair(release.next(), body, way);
  const calls = [pair.a, pair.b];
  if (options.signal.aborted && calls.some(({ outcome }) => outcome !== 'ok')) return true;
  state.pairs++;
  for (const { outcome } of calls) counts[outcome]++;
  rest.acknowledge(calls.filter(({ outcome }) => outcome === 'ok').length);
  rest.doubt(calls.filter(({ outcome }) => outcome === 'unknown').length);
  const outcome = classifyPair(pair, bases, way);
  outcomes.add(outcome.kind, outcome.seen, () => formatPair(state.pairs, pair, bases, way));
  bases.learn(pair, outcome);
  if (calls.every((call) => call.outcome === 'ok')) {
    release.learn(pair.a, pair.b, overlap.add(pair.a, pair.b, isCountedFirst(pair, outcome)));
  }
  const isUnanswered = calls.some(({ status }) => status === null);
  state.unansweredInARow = isUnanswered ? state.unansweredInARow + 1 : 0;
  const isClean = calls.every(({ observed }) => observed !== null);
  if (isClean) state.judged++;
  return isClean;
}

/** @throws ClientError */
async function readAtRest({ callers, rest, bases, restOutcomes, pairs }: PairTestState): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      const read = await callers.read('A');
      const finding = rest.read(sumValues(read.values));
      bases.learnRest(read.values);
      if (finding !== null) {
        const seen = { 'rest-even': 'all', 'rest-more': 'more', 'rest-fewer': 'fewer' };
        restOutcomes.add(finding.kind, seen[finding.kind], () => formatQuiescent(pairs, finding));
      }
      return;
    } catch (error) {
      const isGone = isClientError(error) && error.code === 'unreachable';
      if (!isGone || tries === REST_TRIES) throw error;
      await sleep(RETRY_MS);
    }
  }
}

function collectObservations(
  state: PairTestState,
  when: Pick<PairTestObservations, 'broken' | 'startedAt' | 'durationMs'>,
): PairTestObservations {
  const { options, way, counts, rest, pairs, judged } = state;
  const { target, alone, seed, pairs: asked } = options;
  return {
    target,
    way,
    alone,
    seed,
    asked,
    pairs,
    judged,
    outcomes: state.outcomes.rows(),
    atRest: state.restOutcomes.rows(),
    acknowledged: counts.ok,
    failed: counts.failed,
    unknown: counts.unknown,
    lost: rest.lost,
    surplus: rest.surplus,
    overlap: state.overlap.report(),
    release: state.release.report(),
    closed: state.callers.closed(),
    partial: pairs < asked,
    ...when,
  };
}
