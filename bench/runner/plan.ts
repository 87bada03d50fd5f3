// The plan of a session, for a full, a quick and a smoke one, and what it plans to measure. Pure.

import type { GeneratorName } from '../load/generator.js';
import type { Limits } from './validity.js';

export const SCALES = ['full', 'quick', 'smoke'] as const;
export type PlanScale = (typeof SCALES)[number];

export interface Plan {
  readonly rounds: number;
  readonly seconds: number;
  /** Load before each measurement, for the compilers to settle. */
  readonly warmSeconds: number;
  readonly connections: number;
  /** Added work that `dispatch` compares. */
  readonly workUs: readonly number[];
  readonly taskWorkers: readonly number[];
  /** Numbers of connections that `scalability` compares. */
  readonly callers: readonly number[];
  /** Shares of the peak that `latency-under-load` offers. */
  readonly ofPeak: readonly number[];
  /** Requests of `memory`. */
  readonly requests: number;
  readonly seed: number;
  readonly generator: GeneratorName;
  readonly limits: Limits;
  /**
   * `quick`: fewer rows and shorter runs, for a first look. `smoke`: to see that everything runs;
   * its numbers mean nothing, so no target can be missed.
   */
  readonly scale: PlanScale;
}

export interface Planned {
  readonly scenario: string;
  readonly variants: number;
  readonly rounds: number;
  readonly unavailable: readonly (readonly [what: string, reason: string])[];
}

export function countPlannedRuns(planned: readonly Planned[]): number {
  return planned.reduce((sum, { variants, rounds }) => sum + variants * rounds, 0);
}

export const PLAN_DEFAULTS: Plan = {
  rounds: 7,
  seconds: 2,
  warmSeconds: 1,
  connections: 64,
  workUs: [0, 20, 100, 500, 2_000, 10_000],
  taskWorkers: [1, 2],
  callers: [1, 2, 4, 8, 16, 32, 64, 128, 256],
  ofPeak: [0.2, 0.4, 0.6, 0.8, 0.9, 1, 1.1, 1.2],
  requests: 5_000_000,
  seed: 1,
  generator: 'autocannon',
  limits: {
    latenessMsMax: 50,
    cpuShareMax: 0.95,
    littleErrorMax: 0.1,
    samplesAboveMin: 10,
    probeSlowdownMax: 1.5,
    probeDriftMax: 1.4,
    togetherShareMin: 0.3,
  },
  scale: 'full',
};

/** What `study` measures in about two minutes: enough rounds for an interval, and no more. */
export const PLAN_QUICK: Plan = {
  ...PLAN_DEFAULTS,
  rounds: 5,
  seconds: 0.4,
  warmSeconds: 0.3,
  workUs: [0, 2_000],
  taskWorkers: [2],
  callers: [1, 2, 8, 16, 64, 128],
  ofPeak: [0.4, 0.8, 1, 1.2],
  requests: 100_000,
  scale: 'quick',
};

export const PLAN_SMOKE: Plan = {
  ...PLAN_DEFAULTS,
  rounds: 1,
  seconds: 0.3,
  warmSeconds: 0.1,
  workUs: [0],
  taskWorkers: [2],
  callers: [1, 8],
  ofPeak: [1.2],
  requests: 10_000,
  // A machine that is busy with something else must not fail it.
  limits: {
    latenessMsMax: Number.POSITIVE_INFINITY,
    cpuShareMax: Number.POSITIVE_INFINITY,
    littleErrorMax: Number.POSITIVE_INFINITY,
    samplesAboveMin: 0,
    probeSlowdownMax: Number.POSITIVE_INFINITY,
    probeDriftMax: Number.POSITIVE_INFINITY,
    togetherShareMin: 0,
  },
  scale: 'smoke',
};
