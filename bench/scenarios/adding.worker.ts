// An adding thread: it warms up, reports that it is ready, waits at the gate, and makes the adds of its job.

import { parentPort, threadId, workerData } from 'node:worker_threads';
import { attachRegion } from '../../src/tally/region.js';
import { createTally, type Tally } from '../../src/tally/tally.js';
import { type AddingThread, PLAIN_STRIDE, type Span } from './adding-job.js';

const { job, gate, words, tally: shared } = workerData as AddingThread;
const mask = job.cells - 1;

type AddMany = (adds: number) => unknown;

function plain(adds: number): void {
  for (let add = 0; add < adds; add++) {
    const at = (add & mask) * PLAIN_STRIDE;
    words[at] = (words[at] ?? 0) + 1;
  }
}

function open({ region, channel }: NonNullable<AddingThread['tally']>): Tally {
  const names = Array.from({ length: job.cells }, (_, cell) => `cell${cell}`);
  const kind = job.counter === 'plain' ? 'atomic' : job.counter;
  return createTally({ kind, names, region: attachRegion(region), role: 'member', channel });
}

/** Like a thread that scores: the next add begins when this one is done. */
function toTally(tally: Tally): AddMany {
  if (job.counter === 'owner') {
    return async (adds) => {
      for (let add = 0; add < adds; add++) await tally.add(add & mask);
    };
  }
  return (adds) => {
    for (let add = 0; add < adds; add++) tally.add(add & mask);
  };
}

const tally = shared === undefined ? undefined : open(shared);
const addMany = tally === undefined ? plain : toTally(tally);

await addMany(job.warmAdds);
parentPort?.postMessage(threadId);
Atomics.wait(gate, 0, 0);
const beginNs = Number(process.hrtime.bigint());
await addMany(job.adds);
const endNs = Number(process.hrtime.bigint());
tally?.close();
parentPort?.postMessage({ beginNs, endNs } satisfies Span);
