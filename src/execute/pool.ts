// The executor that scores each job as one Piscina task: a bounded queue on the main thread, one
// job in each task worker. Shedding and cancelling happen in the queue, before anything crosses a
// thread: cancelling a running Piscina task would kill its thread.

import { thrownText } from '../score/thrown.js';
import type { Transaction } from '../score/transaction.js';
import type {
  Completion,
  Executor,
  ExecutorOptions,
  Item,
  Submission,
  Timing,
} from './executor.js';
import { createIdle, type Idle } from './idle.js';
import { neverBegun, refusal, splitIntoJobs } from './jobs.js';
import { createQueue, type Queue } from './queue.js';
import { startTaskWorkers } from './task-workers.js';

interface Job {
  readonly transactions: readonly Transaction[];
  readonly queuedAt: number;
  readonly settle: (completion: Completion) => void;
}

export async function createPool(options: ExecutorOptions): Promise<Executor> {
  const workers = await startTaskWorkers(options);
  const queue = createQueue<Job>();
  const idle = createIdle();
  let busy = 0;
  let closing = false;

  function submit(transactions: readonly Transaction[]): Submission {
    if (closing) return refusal('CLOSING');
    const lists = splitIntoJobs(transactions);
    // All parts or none: half a batch scored and half refused would be neither answer. Where a
    // thread is free it is taken whatever its size, or a large one would be refused for ever.
    const free = options.threads - busy;
    if (free === 0 && queue.length + lists.length > options.queueMax) return refusal('QUEUE_FULL');
    const parts = lists.map((list) => enqueue(queue, idle, list));
    pump();
    const [only] = parts;
    return only !== undefined && parts.length === 1 ? only : join(parts, lists);
  }

  function pump(): void {
    while (busy < options.threads) {
      const job = queue.shift();
      if (job === undefined) return;
      void dispatch(job);
    }
  }

  async function dispatch(job: Job): Promise<void> {
    busy++;
    const startedAt = performance.now();
    const queueMs = startedAt - job.queuedAt;
    const result = await workers.run(job.transactions).catch((error: unknown) => ({
      items: job.transactions.map(() => threadDied(error)),
      scoreMs: 0,
    }));
    busy--;
    // Two clocks of two threads: a rounding error must not become a negative duration.
    const dispatchMs = Math.max(0, performance.now() - startedAt - result.scoreMs);
    const timing = { queueMs, scoreMs: result.scoreMs, dispatchMs };
    job.settle({ state: 'done', items: result.items, timing });
    pump();
  }

  return {
    kind: 'pool',
    threads: options.threads,
    submit,
    waiting: () => queue.length,
    busy: () => busy,
    alive: () => !closing && !workers.isOver(),
    async close(deadlineMs) {
      closing = true;
      await idle.wait(deadlineMs);
      for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
        job.settle({ state: 'refused', reason: 'CLOSING' });
      }
      await workers.destroy();
    },
  };
}

/** Queues one job; its submission ends when the job is settled, from whichever side. */
function enqueue(queue: Queue<Job>, idle: Idle, transactions: readonly Transaction[]): Submission {
  const leave = idle.enter();
  let cancel = () => {};
  const completion = new Promise<Completion>((resolve) => {
    const settle = (settled: Completion) => {
      leave();
      resolve(settled);
    };
    const place = queue.push({ transactions, queuedAt: performance.now(), settle });
    cancel = () => {
      if (place.leave()) settle({ state: 'refused', reason: 'CANCELLED' });
    };
  });
  return { completion, cancel };
}

/** One submission of several parts: their items in order; the timing of the slowest part. */
function join(parts: readonly Submission[], lists: readonly (readonly Transaction[])[]) {
  const completions = Promise.all(parts.map((part) => part.completion));
  return {
    completion: completions.then((all) => joinCompletions(all, lists)),
    cancel() {
      for (const part of parts) part.cancel();
    },
  };
}

/** A part that was refused after another was scored is said item by item: nothing is hidden. */
function joinCompletions(
  parts: readonly Completion[],
  lists: readonly (readonly Transaction[])[],
): Completion {
  const refused = parts.find((part) => part.state === 'refused');
  if (refused !== undefined && parts.every((part) => part.state === 'refused')) return refused;
  const items: Item[] = [];
  let slowest: Timing = { queueMs: 0, scoreMs: 0, dispatchMs: 0 };
  for (const [index, part] of parts.entries()) {
    if (part.state === 'refused') {
      items.push(...neverBegun(lists[index] ?? [], part.reason));
      continue;
    }
    items.push(...part.items);
    if (total(part.timing) > total(slowest)) slowest = part.timing;
  }
  return { state: 'done', items, timing: slowest };
}

function total(timing: Timing): number {
  return timing.queueMs + timing.scoreMs + timing.dispatchMs;
}

function threadDied(error: unknown): Item {
  return { ok: false, code: 'THREAD_DIED', detail: thrownText(error) };
}
