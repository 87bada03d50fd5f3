// How long the advisor measures: slow scorers get longer runs and fewer callers. Pure.

import { PLAN_DEFAULTS, PLAN_SMOKE, type Plan, type PlanScale } from '../runner/plan.js';
import type { Limits } from '../runner/validity.js';
import type { ScorerProfile } from './scorer-profile.js';

interface AdvicePlan {
  readonly rounds: number;
  /** The least time of the closed loop. */
  readonly seconds: number;
  /** Task workers compile late: after 0.5 s `inline` reached 0.9× its rate after 2 s, `batched` 0.7×. */
  readonly warmSeconds: number;
  /** A closed loop with probes of `GET /health` beside it; 0: none. */
  readonly healthSeconds: number;
  /** The least time of the open loop at the target rate. */
  readonly atRateSeconds: number;
  /** The profile of the scorer. */
  readonly aloneMs: number;
  /** Messages to a task worker and back. */
  readonly trips: number;
  /** Microseconds of added work on the curve. */
  readonly curveUs: readonly number[];
  readonly curveWarmSeconds: number;
  readonly curveSeconds: number;
}

export const ADVICE_PLANS: Readonly<Record<PlanScale, AdvicePlan>> = {
  full: {
    rounds: 5,
    seconds: 0.8,
    warmSeconds: 1.2,
    healthSeconds: 0.6,
    atRateSeconds: 1.5,
    aloneMs: 1_500,
    trips: 5_000,
    curveUs: [0, 20, 100, 500],
    curveWarmSeconds: 1,
    curveSeconds: 0.4,
  },
  quick: {
    rounds: 3,
    seconds: 0.5,
    warmSeconds: 0.8,
    healthSeconds: 0.6,
    atRateSeconds: 0.8,
    aloneMs: 500,
    trips: 2_000,
    curveUs: [0, 50, 500],
    curveWarmSeconds: 0.8,
    curveSeconds: 0.3,
  },
  smoke: {
    rounds: 1,
    seconds: 0.2,
    warmSeconds: 0.1,
    healthSeconds: 0.1,
    atRateSeconds: 0.2,
    aloneMs: 50,
    trips: 100,
    curveUs: [0, 400],
    curveWarmSeconds: 0.1,
    curveSeconds: 0.2,
  },
};

/** Samples above a percentile in one run: 2 allow p99 with 200 answers; five rounds together have 1,000. */
const SAMPLES_ABOVE_MIN = 2;
/** The answers that a rate within a few per cent needs, at the pace of one thread. */
const ANSWERS_MIN = 150;
const SECONDS_MAX = 6;
const CONNECTIONS_MAX = 64;
/** The longest wait of a caller on `inline`, for a scorer that computes. */
const WAIT_MS = 320;
/** Beyond this the generator and the counters time out. */
const WAIT_MS_MAX = 4_000;

export interface Wishes {
  readonly scale: PlanScale;
  readonly rounds: number | undefined;
  readonly seconds: number | undefined;
  readonly seed: number;
  readonly threads: number;
}

export function getLimits(scale: PlanScale): Limits {
  if (scale === 'smoke') return PLAN_SMOKE.limits;
  return { ...PLAN_DEFAULTS.limits, samplesAboveMin: SAMPLES_ABOVE_MIN };
}

function busyMs({ meanUs, cpuShare, isAsync }: ScorerProfile): number {
  return (meanUs / 1000) * (isAsync ? Math.min(1, cpuShare) : 1);
}

/** @throws Error in one line when the scorer is too slow for a closed loop */
export function planFor(alone: ScorerProfile, { scale, rounds, seconds, seed, threads }: Wishes): Plan {
  const brief = ADVICE_PLANS[scale];
  const ms = busyMs(alone);
  const wanted = Math.max(Math.min(CONNECTIONS_MAX, Math.round(WAIT_MS / ms)), 2 * threads + 4);
  const connections = Math.min(wanted, 1_024);
  if (connections * ms > WAIT_MS_MAX) {
    const took = `the scorer takes ${(alone.meanUs / 1000).toFixed(0)} ms per transaction`;
    throw new Error(`${took}: too long to measure with ${connections} callers at a time`);
  }
  const needed = scale === 'smoke' ? 0 : Math.min(SECONDS_MAX, (ANSWERS_MIN * ms) / 1000);
  return {
    ...PLAN_DEFAULTS,
    rounds: rounds ?? brief.rounds,
    seconds: Math.max(seconds ?? brief.seconds, needed),
    warmSeconds: brief.warmSeconds,
    connections,
    taskWorkers: [threads],
    seed,
    limits: getLimits(scale),
    scale,
  };
}

/** The curve adds work to the built-in rules. */
export function curvePlan(plan: Plan): Plan {
  const { curveSeconds: seconds, curveWarmSeconds: warmSeconds, curveUs } = ADVICE_PLANS[plan.scale];
  const { connections } = PLAN_DEFAULTS;
  return { ...plan, seconds, warmSeconds, connections, workUs: curveUs };
}
