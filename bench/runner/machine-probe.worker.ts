// Times a fixed piece of work several times and answers with the median. The runner has one such
// thread per core, so a busy core cannot hide behind an idle one.

import { parentPort } from 'node:worker_threads';
import { doWork } from '../../src/execution/work.js';
import { median } from '../stats/statistics.js';

/** One piece takes a few milliseconds, a time slice of most schedulers. */
const ITERATIONS = 2_000_000;
const PIECES = 9;

function pieceMs(): number {
  const startedAt = performance.now();
  doWork(ITERATIONS);
  return performance.now() - startedAt;
}

parentPort?.on('message', () => {
  // One interruption slows one piece; a busy machine slows most of them.
  parentPort?.postMessage(median(Array.from({ length: PIECES }, pieceMs)));
});
