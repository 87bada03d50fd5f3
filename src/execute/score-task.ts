// Runs on a task worker: scores and counts what the pool hands it, one task at a time. It parses
// no HTTP and writes nothing but the tally's cells.

import { parentPort, threadId, workerData } from 'node:worker_threads';
import { findScorer } from '../score/scorers.js';
import { thrownText } from '../score/thrown.js';
import { attachRegion } from '../shared/region.js';
import { createTally } from '../shared/tally/tally.js';
import { createScoreAll, type ScoreAll } from './counted.js';
import type { Started, Task, TaskResult, TaskWorkerData } from './messages.js';

const loadedAt = performance.now();
const data = workerData as TaskWorkerData;
// A failure is told to the main thread, which ends this one. Until then a task waits:
// answered with the failure, it would make room for the next, and fail that too.
const ready = prepare().then(
  (scoreAll) => {
    announce(undefined);
    return scoreAll;
  },
  (error: unknown) => {
    announce(error instanceof Error ? error.message : thrownText(error));
    return new Promise<never>(() => {});
  },
);

/** The task Piscina runs; a failing scorer is an item that says so, never an exception. */
export async function scoreTask(task: Task): Promise<TaskResult> {
  const scoreAll = await ready;
  const startedAt = performance.now();
  const items = await scoreAll(task);
  return { items, scoreMs: performance.now() - startedAt };
}

async function prepare(): Promise<ScoreAll> {
  const scorer = await findScorer(data.scorer);
  const tally = createTally({
    kind: data.tally,
    names: data.counters,
    region: attachRegion(data.region),
    role: 'member',
    channel: data.channel,
  });
  return createScoreAll(scorer, tally, data.workIterations);
}

function announce(error: string | undefined): void {
  const loadMs = performance.now() - loadedAt;
  const started: Started = { started: true, threadId, loadMs, error };
  parentPort?.postMessage(started);
}
