// What the advisor measures and for how long: one visible table, and the plan that is made of it
// for one scorer. Slow scorers get longer runs and fewer callers. Pure.

import { PLAN_DEFAULTS, PLAN_SMOKE, type Plan, type Scale } from '../runner/plan.js';
import type { Limits } from '../runner/validity.js';
import type { Alone } from './alone.js';

interface Brief {
  readonly rounds: number;
  /** Of the closed loop, at least. */
  readonly seconds: number;
  /**
   * Before any is timed. Task workers compile long after the event loop did: after 0.5 s `inline`
   * answered 0.9 of what it did after two, and `batched` 0.7.
   */
  readonly warmSeconds: number;
  /** A closed loop with `GET /health` asked beside it; 0: none. */
  readonly healthSeconds: number;
  /** Of the open loop at the asked rate, at least. */
  readonly atRateSeconds: number;
  /** Of the scorer by itself. */
  readonly aloneMs: number;
  /** Messages to a task worker and back. */
  readonly trips: number;
  /** Microseconds of added work on the curve. */
  readonly curveUs: readonly number[];
  readonly curveWarmSeconds: number;
  readonly curveSeconds: number;
}

export const BRIEFS: Readonly<Record<Scale, Brief>> = {
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

/**
 * A percentile of one run needs so many samples above it: two make 200 answers enough for p99, and
 * five rounds have the 1,000 together that one run would need.
 */
const SAMPLES_ABOVE_MIN = 2;
/** As many answers as a rate within a few per cent needs, at the pace of one thread. */
const ANSWERS_MIN = 150;
const SECONDS_MAX = 6;
const CONNECTIONS_MAX = 64;
/** A caller of a scorer that computes should not wait for longer than this, inline. */
const WAIT_MS = 320;
/** Beyond this the generator and the counters would give up. */
const WAIT_MS_MAX = 4_000;

export interface Wishes {
  readonly scale: Scale;
  readonly rounds: number | undefined;
  readonly seconds: number | undefined;
  readonly seed: number;
  readonly threads: number;
}

export function limitsOf(scale: Scale): Limits {
  if (scale === 'smoke') return PLAN_SMOKE.limits;
  return { ...PLAN_DEFAULTS.limits, samplesAboveMin: SAMPLES_ABOVE_MIN };
}

/** What one call keeps a thread busy for. */
function busyMs({ meanUs, cpuShare, isAsync }: Alone): number {
  return (meanUs / 1000) * (isAsync ? Math.min(1, cpuShare) : 1);
}

/** @throws Error in one line when the scorer is too slow for a closed loop */
export function planFor(alone: Alone, { scale, rounds, seconds, seed, threads }: Wishes): Plan {
  const brief = BRIEFS[scale];
  const ms = busyMs(alone);
  const wanted = Math.max(Math.min(CONNECTIONS_MAX, Math.round(WAIT_MS / ms)), 2 * threads + 4);
  const connections = Math.min(wanted, 1_024);
  if (connections * ms > WAIT_MS_MAX) {
    const took = `the scorer takes ${(alone.meanUs / 1000).toFixed(0)} ms a transaction`;
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
    limits: limitsOf(scale),
    scale,
  };
}

/** Of the curve, which has added work and no scorer of a user's. */
export function curvePlan(plan: Plan): Plan {
  const { curveSeconds: seconds, curveWarmSeconds: warmSeconds, curveUs } = BRIEFS[plan.scale];
  const { connections } = PLAN_DEFAULTS;
  return { ...plan, seconds, warmSeconds, connections, workUs: curveUs };
}
