// Which task worker has which tasks: the one that runs, and the one that is prefetched. It chooses
// the thread of the next task, revokes items that wait behind a task that takes much longer than
// expected, and settles the items of a task that has ended. Main thread.

import type { ItemState } from '../tally/journal.js';
import type { BatchingPolicy } from './batching-policy.js';
import type { ScoreFailure } from './executor.js';
import type { TaskResult } from './score-task.js';
import type { Item, RunningTask } from './submission.js';
import type { PoolState, TaskThread } from './worker-supervisor.js';

type CountedState = Extract<ItemState, { state: 'counted' }>;

/** After this number of ticks without progress a thread is held up: it gets no more tasks. */
export const HELD_TICKS = 2;

/** A task is overdue after this many times its expected cost, or the slice. */
const OVERDUE_FACTOR = 2;

interface ThreadTasks {
  readonly tasks: RunningTask[];
  /** When the first of them became the first. */
  since: number;
  nextNumber: number;
  /** The last task that was answered; -1: none. */
  answered: number;
  /** What its journal said at the last tick, and the ticks since that changed. */
  progress: number;
  idleTicks: number;
}

export class InFlightTasks {
  readonly #pool: PoolState;
  readonly #policy: BatchingPolicy;
  readonly #threads = new WeakMap<TaskThread, ThreadTasks>();
  #recheck: NodeJS.Timeout | undefined;

  constructor(pool: PoolState, policy: BatchingPolicy) {
    this.#pool = pool;
    this.#policy = policy;
  }

  /** The number of threads that have no task. */
  countIdle(): number {
    let count = 0;
    for (const thread of this.#pool.ready) if (this.#find(thread).tasks.length === 0) count++;
    return count;
  }

  /** The thread with the fewest tasks among those that have room. */
  findLeastLoaded(): TaskThread | undefined {
    let found: TaskThread | undefined;
    let fewest = this.#policy.depth;
    for (const thread of this.#pool.ready) {
      const { tasks, idleTicks } = this.#find(thread);
      if (tasks.length >= fewest || idleTicks >= HELD_TICKS) continue;
      found = thread;
      fewest = tasks.length;
    }
    return found;
  }

  begin(thread: TaskThread, items: readonly Item[]): RunningTask {
    const mine = this.#find(thread);
    const number = mine.nextNumber++;
    const task = { thread, number, items, from: 0, kept: items.length, isRevoked: false };
    if (mine.tasks.push(task) === 1) mine.since = performance.now();
    return task;
  }

  end(task: RunningTask): void {
    const mine = this.#find(task.thread);
    mine.tasks.splice(mine.tasks.indexOf(task), 1);
    mine.answered = task.number;
    mine.idleTicks = 0;
    mine.since = performance.now();
  }

  /** The last task that this thread has answered; -1: none. */
  lastAnswered(thread: TaskThread): number {
    return this.#find(thread).answered;
  }

  /** Revokes the items of this thread that it has not begun. */
  revokeAll(thread: TaskThread): readonly Item[] {
    return this.#find(thread).tasks.flatMap(revoke);
  }

  /** Once per tick: for how many ticks each thread with a task has made no progress. */
  tick(): readonly { readonly thread: TaskThread; readonly idleTicks: number }[] {
    return this.#pool.ready.map((thread) => {
      const mine = this.#find(thread);
      const [task] = mine.tasks;
      const progress = task === undefined ? -1 : thread.journal.progress(task.number);
      const isSame = task !== undefined && progress === mine.progress;
      mine.idleTicks = isSame ? mine.idleTicks + 1 : 0;
      mine.progress = progress;
      return { thread, idleTicks: mine.idleTicks };
    });
  }

  /**
   * Takes what a thread has scored before the item that holds it up. The journal has the tickets, so another
   * thread scores these items again without counting them, and their answers need not wait.
   */
  takeScored(thread: TaskThread): readonly Item[] {
    const [task] = this.#find(thread).tasks;
    if (task === undefined) return NO_ITEMS;
    const states = thread.journal.recover(task.number, task.kept);
    const unclaimed = states.findIndex(({ state }) => state === 'not claimed');
    const held = (unclaimed === -1 ? task.kept : unclaimed) - 1;
    const first = task.from;
    for (; task.from < held; task.from++) {
      const state = states[task.from];
      const item = task.items[task.from];
      if (item === undefined || state === undefined || state.state === 'at most once') break;
      if (state.state === 'counted') item.ticket ??= formatTicket(thread, state);
    }
    return task.items.slice(first, task.from);
  }

  /**
   * Revokes what waits behind overdue tasks while another thread has room, in the order of arrival.
   * The items have not begun, and without this they would wait for the slow one.
   */
  reclaimOverdue(itemUs: number): readonly Item[] {
    const blocked = this.#findBlocked();
    if (blocked.length === 0) return NO_ITEMS;
    const overdue = blocked.filter((mine) => this.#computeGraceMs(mine, itemUs) <= 0);
    const items = overdue.flatMap(({ tasks }) => tasks.flatMap(revoke));
    return items.sort((a, b) => a.submission.queuedAt - b.submission.queuedAt || a.index - b.index);
  }

  /** Calls `again` when a task may become overdue, unless a call is pending. */
  watch(itemUs: number, again: () => void): void {
    if (this.#recheck !== undefined) return;
    const blocked = this.#findBlocked();
    if (blocked.length === 0) return;
    const graceMs = Math.min(...blocked.map((mine) => this.#computeGraceMs(mine, itemUs)));
    const recheck = () => {
      this.#recheck = undefined;
      again();
    };
    this.#recheck = setTimeout(recheck, Math.max(1, Math.ceil(graceMs)));
  }

  close(): void {
    clearTimeout(this.#recheck);
  }

  #find(thread: TaskThread): ThreadTasks {
    const known = this.#threads.get(thread);
    if (known !== undefined) return known;
    const created = { tasks: [], since: 0, nextNumber: 0, answered: -1, progress: -1, idleTicks: 0 };
    this.#threads.set(thread, created);
    return created;
  }

  /** The threads where an item may wait behind a slow one, while another thread has room. */
  #findBlocked(): readonly ThreadTasks[] {
    if (!Number.isFinite(this.#policy.sliceMs) || this.findLeastLoaded() === undefined) return [];
    const all = this.#pool.ready.map((thread) => this.#find(thread));
    return all.filter(({ tasks: [first, prefetched] }) => {
      const isFirst = first !== undefined && first.kept > 1 && !first.isRevoked;
      return isFirst || (prefetched !== undefined && !prefetched.isRevoked);
    });
  }

  /** Milliseconds until the first task is overdue; 0 or less once it is. */
  #computeGraceMs({ tasks: [first], since }: ThreadTasks, itemUs: number): number {
    const expectedMs = ((first?.kept ?? 0) * itemUs) / 1000;
    const allowedMs = OVERDUE_FACTOR * Math.max(this.#policy.sliceMs, expectedMs);
    return since + allowedMs - performance.now();
  }
}

/** Takes back the items that had not begun; the thread will skip them. */
function revoke(task: RunningTask): readonly Item[] {
  const { thread, number, items, kept } = task;
  task.kept = Math.min(kept, thread.journal.revoke(number));
  task.isRevoked = true;
  return items.slice(task.kept, kept);
}

export const NO_ITEMS: readonly Item[] = [];

export function formatTicket({ cells }: TaskThread, { counter, value }: CountedState): string {
  return `${cells[counter]}:${value}`;
}

/** Settles the items that a task scored and still has. */
export function settleScored({ items, from }: RunningTask, result: TaskResult, endedAt: number): void {
  const { bodies, tickets, scoreMs, failures } = result;
  const failed = failures.length === 0 ? undefined : new Map(failures);
  for (let at = from; at < bodies.length; at++) {
    const item = items[at];
    if (item === undefined) break;
    item.submission.recordTiming(item, scoreMs[at] ?? 0, endedAt);
    const success = { ok: true, body: bodies[at] ?? '', ticket: tickets[at] ?? '' } as const;
    item.submission.settle(item, failed?.get(at) ?? success);
  }
}

/** Retry limit: an item that keeps crashing its thread must not take down one after another. */
const DEATHS_MAX = 3;

/**
 * Sorts the items of a dead thread into those to send again and those that fail.
 * Items that had not begun are sent again. So are items that the thread had finished without
 * getting the answer out, since they did not kill it: refused or failed ones, and counted ones,
 * which another thread scores again and does not count again. The rest may have killed the thread.
 */
export function sortDeadItems(
  { items, from, kept }: RunningTask,
  failures: readonly (ScoreFailure | undefined)[],
) {
  const toRetry: Item[] = [];
  const failed: { readonly item: Item; readonly failure: ScoreFailure }[] = [];
  for (const [at, item] of items.slice(from, kept).entries()) {
    const failure = failures[from + at];
    if (failure === undefined) {
      toRetry.push(item);
      continue;
    }
    // An item that was being scored again was counted, whatever this thread's journal says.
    item.ticket ??= failure.ticket;
    item.deaths++;
    const wasFinished = item.ticket !== undefined || failure.isUncounted === true;
    if (wasFinished && item.deaths <= DEATHS_MAX) toRetry.push(item);
    else failed.push({ item, failure });
  }
  return { toRetry, failed };
}
