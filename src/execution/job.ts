// One submission on its way through the dispatcher: its texts, what became of each, and the one
// moment at which it is settled. Main thread; it neither queues nor sends anything.

import type { Failure, Item, RefusalReason, Settle } from './executor.js';
import { neverBegun } from './jobs.js';
import type { Place } from './queue.js';
import type { TaskThread } from './supervise.js';

/** A task on its way. */
export interface RunningTask {
  readonly thread: TaskThread;
  readonly number: number;
  readonly entries: readonly Entry[];
  /** Entries that are still its own; the others were taken back before they began. */
  kept: number;
  isTakenBack: boolean;
}

/** One text of a job: what the queue holds and the task workers are sent. */
export interface Entry {
  readonly job: Job;
  readonly index: number;
  /** Undefined while a task worker has it, and for ever once it is settled. */
  place: Place | undefined;
  /** Undefined unless a task worker has it. */
  task: RunningTask | undefined;
  sentAt: number;
  /** It was counted by a thread that died before it could answer. */
  ticket: string | undefined;
  /** Threads that died while they had it and had begun it. */
  deaths: number;
}

export interface Job {
  readonly texts: readonly string[];
  readonly entries: Entry[];
  readonly queuedAt: number;
  /** Texts that wait in the queue. */
  waiting: number;
  /** Said of one text; the last one settles the job. */
  settleItem(index: number, item: Item): void;
  /** Where its slowest text spent its time; told before that text is settled. */
  timed(entry: Entry, scoreMs: number, now: number): void;
  isCancelled: boolean;
}

export function createJob(texts: readonly string[], settle: Settle): Job {
  const items: Item[] = new Array(texts.length);
  let open = texts.length;
  let timing = { queueMs: 0, scoreMs: 0, dispatchMs: 0 };
  let slowestMs = -1;
  const queuedAt = performance.now();
  const job: Job = {
    texts,
    entries: [],
    queuedAt,
    waiting: 0,
    isCancelled: false,
    settleItem(index, item) {
      items[index] = item;
      const entry = job.entries[index];
      if (entry !== undefined) entry.task = undefined;
      open--;
      if (open > 0) return;
      const reason = commonRefusal(items);
      if (reason !== undefined) settle({ state: 'refused', reason });
      else settle({ state: 'done', items, timing });
    },
    timed({ sentAt }, scoreMs, now) {
      if (now - queuedAt <= slowestMs) return;
      slowestMs = now - queuedAt;
      // Two clocks of two threads: a rounding error must not become a negative duration.
      const dispatchMs = Math.max(0, now - sentAt - scoreMs);
      timing = { queueMs: sentAt - queuedAt, scoreMs, dispatchMs };
    },
  };
  for (let index = 0; index < texts.length; index++) {
    job.entries.push({
      job,
      index,
      place: undefined,
      task: undefined,
      sentAt: 0,
      ticket: undefined,
      deaths: 0,
    });
  }
  return job;
}

/** What is said of a text that will not be scored any more. */
export function refuseEntry(entry: Entry, reason: RefusalReason): void {
  const { job, index, ticket } = entry;
  if (ticket === undefined) job.settleItem(index, neverBegun(reason));
  else loseEntry(entry, { ok: false, code: 'THREAD_DIED', detail: 'not scored again' });
}

/** Its thread died, and it will not be sent again. */
export function loseEntry({ job, index, ticket }: Entry, failure: Failure): void {
  const { ok, code, detail } = failure;
  job.settleItem(index, ticket === undefined ? failure : { ok, code, detail, ticket });
}

const REFUSALS: ReadonlySet<Failure['code']> = new Set(['CLOSING', 'CANCELLED', 'QUEUE_FULL']);

/** A submission of which nothing was begun is refused as a whole. */
function commonRefusal(items: readonly Item[]): RefusalReason | undefined {
  const [first] = items;
  if (first === undefined || first.ok || !REFUSALS.has(first.code)) return undefined;
  const same = items.every((item) => !item.ok && item.code === first.code);
  return same ? (first.code as RefusalReason) : undefined;
}
