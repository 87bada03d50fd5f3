// How long measuring takes: by the plan before it begins, and by what its runs took as it goes on;
// and how that is said. Pure.

import type { Plan } from './plan.js';
import { roundsOf } from './rounds.js';
import type { Scenario } from './scenario.js';

/** Runs of one kind, of which each takes about as long. */
export interface Stage {
  readonly name: string;
  readonly runs: number;
  /** Of one run, before any was made. */
  readonly expectedSeconds: number;
}

/** What was made of a stage. */
export interface Made {
  readonly runs: number;
  readonly seconds: number;
}

/** Starting and ending a server and a generator, and the fixed work around them. */
const AROUND_SECONDS = 0.7;

export function stageOf(name: string, scenario: Scenario, plan: Plan): Stage {
  const runs = scenario.variants(plan).length * roundsOf(scenario, plan);
  const loaded = scenario.loadSeconds?.(plan) ?? plan.warmSeconds + plan.seconds;
  return { name, runs, expectedSeconds: loaded + AROUND_SECONDS };
}

export function expectedSeconds(stages: readonly Stage[]): number {
  return stages.reduce((sum, { runs, expectedSeconds }) => sum + runs * expectedSeconds, 0);
}

const NONE: Made = { runs: 0, seconds: 0 };

/**
 * A stage that has begun goes on as it did; one that has not takes as much more or less than its
 * plan as those before it did.
 */
export function secondsLeft(stages: readonly Stage[], made: ReadonlyMap<string, Made>): number {
  const of = ({ name }: Stage) => made.get(name) ?? NONE;
  const took = stages.reduce((sum, stage) => sum + of(stage).seconds, 0);
  const planned = stages.reduce((sum, stage) => sum + of(stage).runs * stage.expectedSeconds, 0);
  const pace = planned > 0 ? took / planned : 1;
  return stages.reduce((sum, stage) => {
    const { runs, seconds } = of(stage);
    const each = runs > 0 ? seconds / runs : stage.expectedSeconds * pace;
    return sum + Math.max(0, stage.runs - runs) * each;
  }, 0);
}

/** `about 4 min`. */
export function aboutText(seconds: number): string {
  if (seconds < 5) return 'a few seconds';
  if (seconds < 57.5) return `about ${5 * Math.round(seconds / 5)} s`;
  const minutes = Math.max(1, Math.round(seconds / 60));
  return minutes < 90 ? `about ${minutes} min` : `about ${(seconds / 3600).toFixed(1)} h`;
}
