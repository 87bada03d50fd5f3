// A process in which threads add to one counter as fast as they can. It parks them at a gate, opens it, and
// counts before and after. Its main thread owns the tally. The scenario `tallies` forks it.

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { createRegion } from '../../src/tally/region.js';
import { createTally, tallyPlan } from '../../src/tally/tally.js';
import { serveJobs } from '../load/load-child.js';
import {
  type AddingCourse,
  type AddingJob,
  type AddingThread,
  joinSpans,
  PLAIN_STRIDE,
  type Span,
} from './adding-job.js';

const ENTRY = new URL('./adding.worker.js', import.meta.url);

interface OpenCounter {
  readonly tally: AddingThread['tally'];
  /** The sum of all cells, when no thread adds. */
  total(): Promise<number>;
  close(): void;
}

function openCounter({ counter, cells }: AddingJob, words: Int32Array, number: number): OpenCounter {
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
  const counter = openCounter(job, words, jobs);
  const workerData: AddingThread = { job, gate, words, tally: counter.tally };
  const threads = Array.from({ length: job.threads }, () => new Worker(ENTRY, { workerData }));
  try {
    // Each thread reports that it is ready, and later when its adds began and ended.
    await Promise.all(threads.map((thread) => once(thread, 'message')));
    const before = await counter.total();
    const spans = threads.map(async (thread) => (await once(thread, 'message'))[0] as Span);
    const cpuBefore = process.cpuUsage();
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
    const course = joinSpans(await Promise.all(spans));
    const { user, system } = process.cpuUsage(cpuBefore);
    const after = await counter.total();
    return {
      ...course,
      cpuNs: (user + system) * 1000,
      added: job.threads * job.adds,
      counted: after - before,
    };
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
    counter.close();
  }
}

serveJobs(add);
