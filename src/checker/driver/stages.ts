// Load in stages, in one session with one service, until the counter is caught: how many requests
// it took to see that it is wrong. What was seen stays seen, so whatever is caught within 1,000 is
// caught within 10,000 too. Main thread; it prints nothing.

import { performance } from 'node:perf_hooks';
import type { CheckRun } from './run.js';
import { type CheckOptions, conclude } from './run-check.js';
import { openSession } from './session.js';

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
