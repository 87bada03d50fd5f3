// One run of the self-test: a fresh service with one tally, and the checker on it, as a black box.
// Main thread. What it should say stands in the plan; whether it said so is judged here.

import { runStages, type StagedRun } from '../checker/driver/run-check.js';
import { parseTarget } from '../checker/driver/target-options.js';
import { random } from '../checker/random.js';
import { formatEvidence } from '../checker/report/terminal.js';
import { formatError } from '../present/text.js';
import type { Verdict } from '../verdict.js';
import { type PlannedRun, seedOf, THREADS } from './plan.js';
import { startService } from './started-service.js';

/** In all, at the end of each stage: so often the probability of catching it is told. */
export const STAGES = [1_000, 10_000, 100_000] as const;

/**
 * - `caught`, `missed`: a fault that can show here, and the verdict was `violated` or it was not;
 * - `passed`: nothing could go wrong, and the verdict was `ok`;
 * - `alarm`: nothing could, and the verdict was another one: `unknown` too, since nothing happened
 *   that would excuse it.
 */
export type Outcome = 'caught' | 'missed' | 'passed' | 'alarm';

/** What the checker found in one run. */
export interface Found {
  /** Requests in all when the verdict was first `violated`; null for never. */
  readonly caughtWithin: number | null;
  readonly verdict: Verdict;
  /** The verdict in a sentence. */
  readonly answer: string;
  /** The conditions that failed, and how often. */
  readonly failures: Readonly<Record<string, number>>;
  /** The gravest findings in words, each with its operations. */
  readonly evidence: readonly string[];
  readonly requests: number;
  readonly reads: number;
  readonly callers: number;
  readonly durationMs: number;
  /** Of the service, after SIGTERM. */
  readonly exitCode: number | null;
}

export interface SelfTestRun extends PlannedRun, Found {
  readonly outcome: Outcome;
}

export type Attempt = (
  planned: PlannedRun,
  requests: number,
  signal: AbortSignal,
  onAdd: () => void,
) => Promise<Found>;

const CALLERS = { min: 8, max: 64 } as const;
/** `stale` and `torn` are seen by reads only. */
const READS_PER_SECOND = 200;
/** Nobody else can count, so a short look is enough. */
const REST_MS = 20;
const TIMEOUT_MS = 10_000;
const FINDINGS_MAX = 3;

/** Starts a service, checks it and ends it. @throws Error when it cannot be started or asked */
export const attempt: Attempt = async (planned, requests, signal, onAdd) => {
  const { topology, tally, expected } = planned;
  const seed = seedOf(planned);
  const callers = CALLERS.min + Math.floor(random(seed)() * (CALLERS.max - CALLERS.min + 1));
  const flags = ['--topology', topology, '--tally', tally, '--threads', String(THREADS)];
  const service = await startService(flags);
  try {
    const target = await parseTarget(service.url, { timeoutMs: TIMEOUT_MS, seed });
    const staged = await runStages({
      target,
      callers,
      readsPerSecond: READS_PER_SECOND,
      seed,
      alone: true,
      stages: expected === 'violated' ? STAGES : [requests],
      restMs: REST_MS,
      signal,
      onAdd,
    });
    return foundOf(staged, callers, await service.stop());
  } finally {
    await service.stop();
  }
};

function foundOf({ caughtWithin, run }: StagedRun, callers: number, exitCode: number | null) {
  const { judgement, history, verdict, answer, durationMs } = run;
  return {
    caughtWithin,
    verdict,
    answer,
    failures: judgement.failures,
    evidence: judgement.findings.slice(0, FINDINGS_MAX).flatMap((one) => formatEvidence(one, run)),
    requests: history.adds.length,
    reads: history.reads.length,
    callers,
    durationMs,
    exitCode,
  };
}

/** Undefined when it was interrupted: what it saw until then proves nothing about it. */
export async function runOnce(
  planned: PlannedRun,
  tools: {
    readonly attempt: Attempt;
    readonly requests: number;
    readonly signal: AbortSignal;
    readonly onAdd: () => void;
  },
): Promise<SelfTestRun | undefined> {
  const { signal } = tools;
  try {
    const found = await tools.attempt(planned, tools.requests, signal, tools.onAdd);
    return signal.aborted ? undefined : { ...planned, ...found, outcome: judge(planned, found) };
  } catch (error) {
    if (signal.aborted) return undefined;
    const found = { ...NOTHING, answer: `the run failed: ${formatError(error)}` };
    return { ...planned, ...found, outcome: judge(planned, found) };
  }
}

const NOTHING: Found = {
  caughtWithin: null,
  verdict: 'unknown',
  answer: '',
  failures: {},
  evidence: [],
  requests: 0,
  reads: 0,
  callers: 0,
  durationMs: 0,
  exitCode: null,
};

function judge({ expected }: PlannedRun, { verdict, exitCode }: Found): Outcome {
  if (expected === 'violated') return verdict === 'violated' ? 'caught' : 'missed';
  return verdict === 'ok' && exitCode === 0 ? 'passed' : 'alarm';
}
