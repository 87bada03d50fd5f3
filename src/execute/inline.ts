// The executor that scores on the thread that calls it: no crossing, no queue, and while it scores
// nothing else runs. With a synchronous scorer the callers wait in their sockets; only promises
// that a scorer left open can pile up: one of those may run, and `queueMax` more wait beside it.

import { setImmediate } from 'node:timers/promises';
import { findScorer } from '../score/scorers.js';
import type { Transaction } from '../score/transaction.js';
import { createScoreAll } from './counted.js';
import type {
  Completion,
  Executor,
  ExecutorOptions,
  Item,
  RefusalReason,
  Submission,
} from './executor.js';
import { createIdle } from './idle.js';
import { neverBegun, refusal, splitIntoJobs } from './jobs.js';

export async function createInline(options: ExecutorOptions): Promise<Executor> {
  const scorer = await findScorer(options.scorer);
  const scoreAll = createScoreAll(scorer, options.tally, options.workIterations);
  const idle = createIdle();
  let closing = false;
  let overdue = false;

  function submit(transactions: readonly Transaction[]): Submission {
    if (closing) return refusal('CLOSING');
    const jobs = splitIntoJobs(transactions);
    if (idle.running() > options.queueMax) return refusal('QUEUE_FULL');
    if (jobs.length > 1) return submitMany(jobs);
    const startedAt = performance.now();
    const items = scoreAll(transactions);
    if (!(items instanceof Promise)) return { completion: done(items, startedAt), cancel: nothing };
    const completion = items.then((all) => done(all, startedAt)).finally(idle.enter());
    return { completion, cancel: nothing };
  }

  /** Lets other requests in between two jobs: a large batch must not silence `/health`. */
  function submitMany(jobs: (readonly Transaction[])[]): Submission {
    let cancelled = false;
    const refused = (): RefusalReason | undefined => {
      if (cancelled) return 'CANCELLED';
      return overdue ? 'CLOSING' : undefined;
    };
    async function run(): Promise<Completion> {
      const startedAt = performance.now();
      const items: Item[] = [];
      for (const job of jobs) {
        const reason = refused();
        items.push(...(reason ? neverBegun(job, reason) : await scoreAll(job)));
        await setImmediate();
      }
      return done(items, startedAt);
    }
    const completion = run().finally(idle.enter());
    return { completion, cancel: () => (cancelled = true) };
  }

  return {
    kind: 'inline',
    threads: 0,
    submit,
    waiting: () => 0,
    busy: idle.running,
    alive: () => !closing,
    async close(deadlineMs) {
      closing = true;
      overdue = !(await idle.wait(deadlineMs));
    },
  };
}

function done(items: readonly Item[], startedAt: number): Completion {
  const timing = { queueMs: 0, scoreMs: performance.now() - startedAt, dispatchMs: 0 };
  return { state: 'done', items, timing };
}

function nothing(): void {}
