// A process in which threads add to one counter as fast as they can: it parks them at a gate, opens
// it, and counts before and after. Its main thread is the owner of the tally and does nothing else
// meanwhile. Forked by the scenario `tallies`, with the jobs of adding-job.ts.

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { createRegion } from '../../src/tally/region.js';
import { createTally, tallyPlan } from '../../src/tally/tally.js';
import { serveJobs } from '../load/load-child.js';
import {
  type AddingCourse,
  type AddingJob,
  type AddingThread,
  PLAIN_STRIDE,
  type Span,
  spanOf,
} from './adding-job.js';

const ENTRY = new URL('./adding.worker.js', import.meta.url);

interface Counted {
  readonly tally: AddingThread['tally'];
  /** All cells together, once no thread is adding. */
  total(): Promise<number>;
  close(): void;
}

function openTally({ counter, cells }: AddingJob, words: Int32Array, number: number): Counted {
  if (counter === 'plain') {
    const total = async () => words.reduce((sum, word) => sum + word, 0);
    return { tally: undefined, total, close() {} };
  }
  const names = Array.from({ length: cells }, (_, cell) => `cell${cell}`);
  const region = createRegion(tallyPlan(counter, names));
  const channel = `adding.${process.pid}.${number}`;
  const tally = createTally({ kind: counter, names, region, role: 'owner', channel });
  return {
    tally: { region: region.handle, channel },
    total: async () => (await tally.snapshot()).counts.reduce((sum, count) => sum + count, 0),
    close: () => tally.close(),
  };
}

let jobs = 0;

async function add(job: AddingJob): Promise<AddingCourse> {
  jobs++;
  const words = new Int32Array(new SharedArrayBuffer(job.cells * PLAIN_STRIDE * 4));
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const counted = openTally(job, words, jobs);
  const workerData: AddingThread = { job, gate, words, tally: counted.tally };
  const threads = Array.from({ length: job.threads }, () => new Worker(ENTRY, { workerData }));
  try {
    // Each says that it is ready, and then where its time began and ended.
    await Promise.all(threads.map((thread) => once(thread, 'message')));
    const before = await counted.total();
    const spans = threads.map(async (thread) => (await once(thread, 'message'))[0] as Span);
    const cpuBefore = process.cpuUsage();
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
    const course = spanOf(await Promise.all(spans));
    const { user, system } = process.cpuUsage(cpuBefore);
    const after = await counted.total();
    return {
      ...course,
      cpuNs: (user + system) * 1000,
      added: job.threads * job.adds,
      counted: after - before,
    };
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
    counted.close();
  }
}

serveJobs(add);
