// What became of a task, said to each of its texts: answered, failed, or to be sent again. Main
// thread; it sends nothing itself.

import { type Entry, loseEntry, type RunningTask } from './job.js';
import type { TaskResult } from './messages.js';
import type { Remains, TaskEnd } from './task-workers.js';

export interface Settled {
  /** The texts to be sent again, in their order. */
  readonly left: readonly Entry[];
  /** What each that was scored cost, in microseconds; 0 when none was. */
  readonly itemUs: number;
}

export function settleTask(task: RunningTask, end: TaskEnd): Settled {
  return end.state === 'done' ? settleDone(task, end.result) : settleDead(task, end.remains);
}

function settleDone({ entries, kept }: RunningTask, result: TaskResult): Settled {
  const { bodies, tickets, scoreMs, failures } = result;
  const failed = failures.length === 0 ? undefined : new Map(failures);
  const now = performance.now();
  let sumMs = 0;
  for (let at = 0; at < bodies.length; at++) {
    const entry = entries[at];
    if (entry === undefined) break;
    const ownMs = scoreMs[at] ?? 0;
    sumMs += ownMs;
    entry.job.timed(entry, ownMs, now);
    const scored = { ok: true, body: bodies[at] ?? '', ticket: tickets[at] ?? '' } as const;
    entry.job.settleItem(entry.index, failed?.get(at) ?? scored);
  }
  const itemUs = bodies.length === 0 ? 0 : (sumMs * 1000) / bodies.length;
  return { left: entries.slice(bodies.length, kept), itemUs };
}

/** A scorer that kills its thread some time after it has answered must not kill one for ever. */
const DEATHS_MAX = 3;

/**
 * What was not begun is sent again. So is what was counted and only lacks its answer: its scorer
 * had answered, so it is not what killed the thread; it is scored again and not counted again.
 */
function settleDead({ entries, kept }: RunningTask, remains: Remains): Settled {
  const left: Entry[] = [];
  for (const [at, entry] of entries.slice(0, kept).entries()) {
    const failure = remains[at];
    if (failure === undefined) left.push(entry);
    else {
      // One that was being scored again was counted, whatever the journal of its last thread says.
      entry.ticket ??= failure.ticket;
      entry.deaths++;
      if (entry.ticket !== undefined && entry.deaths <= DEATHS_MAX) left.push(entry);
      else loseEntry(entry, failure.detail);
    }
  }
  return { left, itemUs: 0 };
}
