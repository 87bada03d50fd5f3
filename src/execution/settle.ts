// What became of a task: what is to be sent again, what the others cost, and what is said to each
// of them. Main thread; it sends nothing itself.

import type { Failure } from './executor.js';
import { type Entry, loseEntry, type RunningTask } from './job.js';
import type { TaskResult } from './messages.js';
import type { Remains, TaskEnd } from './task-workers.js';

export interface Outcome {
  /** The texts to be sent again, in their order. */
  readonly left: readonly Entry[];
  /** What each that was scored cost, in microseconds; 0 when none was. */
  readonly itemUs: number;
  /** Says to each of the others what became of it; that may write many answers. */
  settle(): void;
}

export function outcomeOf(task: RunningTask, end: TaskEnd): Outcome {
  return end.state === 'done' ? outcomeOfDone(task, end.result) : outcomeOfDead(task, end.remains);
}

function outcomeOfDone({ entries, kept }: RunningTask, result: TaskResult): Outcome {
  const { bodies, tickets, scoreMs, failures } = result;
  const count = bodies.length;
  const endedAt = performance.now();
  let sumMs = 0;
  for (const ms of scoreMs) sumMs += ms;
  return {
    left: count === kept ? NONE : entries.slice(count, kept),
    itemUs: count === 0 ? 0 : (sumMs * 1000) / count,
    settle() {
      const failed = failures.length === 0 ? undefined : new Map(failures);
      for (let at = 0; at < count; at++) {
        const entry = entries[at];
        if (entry === undefined) break;
        entry.job.timed(entry, scoreMs[at] ?? 0, endedAt);
        const scored = { ok: true, body: bodies[at] ?? '', ticket: tickets[at] ?? '' } as const;
        entry.job.settleItem(entry.index, failed?.get(at) ?? scored);
      }
    },
  };
}

const NONE: readonly Entry[] = [];

/** A scorer that kills its thread some time after it has answered must not kill one for ever. */
const DEATHS_MAX = 3;

/**
 * What was not begun is sent again. So is what had been answered on the thread and only lacks its
 * way back, since it is not what killed it: what was refused or failed, and what was counted, which
 * is scored again and not counted again. What is left may be what killed the thread: it fails.
 */
function outcomeOfDead({ entries, kept }: RunningTask, remains: Remains): Outcome {
  const left: Entry[] = [];
  const lost: (readonly [Entry, Failure])[] = [];
  for (const [at, entry] of entries.slice(0, kept).entries()) {
    const failure = remains[at];
    if (failure === undefined) {
      left.push(entry);
      continue;
    }
    // One that was being scored again was counted, whatever the journal of its last thread says.
    entry.ticket ??= failure.ticket;
    entry.deaths++;
    const wasAnswered = entry.ticket !== undefined || failure.isUncounted === true;
    if (wasAnswered && entry.deaths <= DEATHS_MAX) left.push(entry);
    else lost.push([entry, failure]);
  }
  const settle = () => {
    for (const [entry, failure] of lost) loseEntry(entry, failure);
  };
  return { left, itemUs: 0, settle };
}
