// Which task worker has which tasks: the one that runs, and the one that waits at its door. It
// chooses the thread for the next task, and takes back what waits behind a text that takes much
// longer than expected, once another thread has room. Main thread.

import type { Entry, RunningTask } from './job.js';
import type { Policy } from './policy.js';
import type { TaskThread } from './supervise.js';

/** A task is overdue after so many times what it was expected to cost, or the slice. */
const OVERDUE_FACTOR = 2;

interface Load {
  readonly tasks: RunningTask[];
  /** Since when the first of them has been the first. */
  since: number;
  nextNumber: number;
  /** The last task that was answered. */
  answered: number;
}

export class Loads {
  readonly #threads: () => readonly TaskThread[];
  readonly #policy: Policy;
  readonly #loads = new WeakMap<TaskThread, Load>();
  #recheck: NodeJS.Timeout | undefined;

  constructor(threads: () => readonly TaskThread[], policy: Policy) {
    this.#threads = threads;
    this.#policy = policy;
  }

  /** Tasks that this thread has. */
  of(thread: TaskThread): number {
    return this.#of(thread).tasks.length;
  }

  /** Threads that have none. */
  idle(): number {
    let count = 0;
    for (const thread of this.#threads()) if (this.of(thread) === 0) count++;
    return count;
  }

  /** The thread with the fewest tasks among those that have room. */
  leastLoaded(): TaskThread | undefined {
    let found: TaskThread | undefined;
    let fewest = this.#policy.depth;
    for (const thread of this.#threads()) {
      const tasks = this.of(thread);
      if (tasks >= fewest) continue;
      found = thread;
      fewest = tasks;
    }
    return found;
  }

  begin(thread: TaskThread, entries: readonly Entry[]): RunningTask {
    const load = this.#of(thread);
    const task = {
      thread,
      number: load.nextNumber++,
      entries,
      kept: entries.length,
      isTakenBack: false,
    };
    if (load.tasks.push(task) === 1) load.since = performance.now();
    return task;
  }

  end(task: RunningTask): void {
    const load = this.#of(task.thread);
    load.tasks.splice(load.tasks.indexOf(task), 1);
    load.answered = task.number;
    load.since = performance.now();
  }

  /** The last task that this thread has answered; -1: none. */
  answered(thread: TaskThread): number {
    return this.#of(thread).answered;
  }

  /** What this thread has and has not begun. */
  takeBackAll(thread: TaskThread): readonly Entry[] {
    return this.#of(thread).tasks.flatMap(takeBack);
  }

  /**
   * What waits behind overdue texts while another thread has room, in the order it came: nobody
   * has begun it, and nobody will unless it is sent again.
   */
  reclaim(itemUs: number): readonly Entry[] {
    const taken: Entry[] = [];
    for (const load of this.#blocked()) {
      if (this.#graceMs(load, itemUs) <= 0) taken.push(...load.tasks.flatMap(takeBack));
    }
    return taken.sort((a, b) => a.job.queuedAt - b.job.queuedAt || a.index - b.index);
  }

  /** Calls `again` when there may be something to reclaim, unless a call is due already. */
  watch(itemUs: number, again: () => void): void {
    if (this.#recheck !== undefined) return;
    const graces = this.#blocked().map((load) => this.#graceMs(load, itemUs));
    if (graces.length === 0) return;
    const recheck = () => {
      this.#recheck = undefined;
      again();
    };
    this.#recheck = setTimeout(recheck, Math.max(1, Math.ceil(Math.min(...graces))));
  }

  close(): void {
    clearTimeout(this.#recheck);
  }

  #of(thread: TaskThread): Load {
    const known = this.#loads.get(thread);
    if (known !== undefined) return known;
    const load = { tasks: [], since: 0, nextNumber: 0, answered: -1 };
    this.#loads.set(thread, load);
    return load;
  }

  /** Where something may wait behind a text that is being scored, while another thread has room. */
  #blocked(): Load[] {
    if (!Number.isFinite(this.#policy.sliceMs) || this.leastLoaded() === undefined) return [];
    const loads = this.#threads().map((thread) => this.#of(thread));
    return loads.filter(({ tasks: [first, atDoor] }) => {
      const isFirst = first !== undefined && first.kept > 1 && !first.isTakenBack;
      return isFirst || (atDoor !== undefined && !atDoor.isTakenBack);
    });
  }

  /** How long until the first task is overdue; not above 0 once it is. */
  #graceMs({ tasks: [first], since }: Load, itemUs: number): number {
    const expectedMs = ((first?.kept ?? 0) * itemUs) / 1000;
    const allowedMs = OVERDUE_FACTOR * Math.max(this.#policy.sliceMs, expectedMs);
    return since + allowedMs - performance.now();
  }
}

/** The entries that had not begun; its thread will skip them. */
function takeBack(task: RunningTask): readonly Entry[] {
  const { thread, number, entries, kept } = task;
  task.kept = Math.min(kept, thread.journal.revoke(number));
  task.isTakenBack = true;
  return entries.slice(task.kept, kept);
}
