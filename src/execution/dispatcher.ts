// From submissions to tasks: a bounded queue, first come, first served. The policy says how many
// items each task worker gets. Main thread. Shedding and cancelling happen before anything begins:
// aborting a running Piscina task would kill its thread.

import { type BatchingPolicy, CostEstimate } from './batching-policy.js';
import type { Cancel, Executor, ExecutorOptions, Input, OnCompletion } from './executor.js';
import { InFlightTasks, NO_ITEMS, settleScored, sortDeadItems } from './in-flight.js';
import {
  completeEmpty,
  countPlaces,
  failItem,
  InFlightCounter,
  type Item,
  LinkedQueue,
  type RunningTask,
  refuseItem,
  refuseSubmission,
  Submission,
} from './submission.js';
import { startTaskWorkers, type TaskEnd, type TaskWorkers } from './task-workers.js';
import { ThreadWatch } from './thread-watch.js';

/** @throws Error with one line when the scorer cannot be loaded or a thread does not start */
export async function createDispatcher(policy: BatchingPolicy, options: ExecutorOptions): Promise<Executor> {
  let dispatcher: Dispatcher | undefined;
  const workers = await startTaskWorkers(options, () => dispatcher?.onThreadsChange());
  dispatcher = new Dispatcher(policy, options, workers);
  return dispatcher;
}

class Dispatcher implements Executor {
  readonly kind;
  readonly threads;
  readonly threadStartMs;
  readonly #policy: BatchingPolicy;
  readonly #workers: TaskWorkers;
  readonly #queueMax: number;
  readonly #queue = new LinkedQueue<Item>();
  readonly #inFlight: InFlightTasks;
  readonly #cost: CostEstimate;
  readonly #running: InFlightCounter;
  readonly #watch: ThreadWatch;
  #isClosing = false;
  #isDestroyed = false;
  #isPumpPending = false;
  /** Places taken in the queue. */
  #places = 0;
  /** Items that were sent and have no result yet. */
  #busy = 0;

  constructor(policy: BatchingPolicy, options: ExecutorOptions, workers: TaskWorkers) {
    this.kind = policy.kind;
    this.threads = options.threads;
    this.threadStartMs = workers.threadStartMs;
    this.#policy = policy;
    this.#workers = workers;
    this.#queueMax = options.queueMax;
    this.#inFlight = new InFlightTasks(workers.pool, policy);
    this.#cost = new CostEstimate(options.sliceUs);
    this.#running = new InFlightCounter(options.onLoadChange);
    const sendAgain = (items: readonly Item[]) => {
      this.#putBack(items);
      this.#pump();
    };
    this.#watch = new ThreadWatch({ policy, options, workers, inFlight: this.#inFlight, sendAgain });
  }

  submit(inputs: readonly Input[], onCompletion: OnCompletion): Cancel {
    if (this.#isClosing) return refuseSubmission(onCompletion, 'CLOSING');
    if (inputs.length === 0) return completeEmpty(onCompletion);
    if (this.#isFull(inputs.length)) return refuseSubmission(onCompletion, 'QUEUE_FULL');
    const submission = new Submission(inputs, this.#running, onCompletion);
    for (const item of submission.items) {
      this.#queue.push(item);
      this.#countWaiting(submission, 1);
    }
    if (this.#workers.pool.isOver) this.#failAll();
    else if (this.#policy.coalesce) this.#pumpSoon();
    else this.#pump();
    return () => this.#cancel(submission);
  }

  /** A thread with room takes a submission of any size; otherwise a large one would never run. */
  #isFull(items: number): boolean {
    const places = countPlaces(items);
    if (this.#places + places <= this.#queueMax) return false;
    this.#pump(true);
    if (this.#queue.length === 0 && this.#inFlight.findLeastLoaded() !== undefined) return false;
    return this.#places + places > this.#queueMax;
  }

  #countWaiting(submission: Submission, by: number): void {
    this.#places -= countPlaces(submission.waiting);
    submission.waiting += by;
    this.#places += countPlaces(submission.waiting);
  }

  #cancel(submission: Submission): void {
    submission.isCancelled = true;
    submission.abandon();
    for (const item of submission.items) {
      if (this.#queue.remove(item)) {
        this.#countWaiting(submission, -1);
        refuseItem(item, 'CANCELLED');
      } else if (item.task !== undefined) {
        // The items sent with it and after it wait again. The item itself does not, if it had not begun.
        this.#putBack(this.#inFlight.revokeAll(item.task.thread));
      }
    }
    if (this.#queue.length > 0) this.#pumpSoon();
  }

  #pumpSoon(): void {
    if (this.#isPumpPending) return;
    this.#isPumpPending = true;
    setImmediate(() => {
      this.#isPumpPending = false;
      this.#pump();
    });
  }

  #pump(isFull = false): void {
    const { itemUs } = this.#cost;
    this.#putBack(this.#inFlight.reclaimOverdue(itemUs));
    while (this.#queue.length > 0) {
      const thread = this.#inFlight.findLeastLoaded();
      if (thread === undefined) break;
      const size = this.#policy.chooseBatchSize({
        waiting: this.#queue.length,
        front: this.#queue.first?.submission.waiting ?? 0,
        threads: this.#workers.pool.ready.length,
        idle: this.#inFlight.countIdle(),
        isFull,
        itemUs,
      });
      if (size === 0) break;
      this.#send(this.#inFlight.begin(thread, this.#take(size)));
    }
    this.#inFlight.watch(itemUs, () => this.#pump());
  }

  #take(count: number): Item[] {
    const items: Item[] = [];
    while (items.length < count) {
      const item = this.#queue.shift();
      if (item === undefined) break;
      this.#countWaiting(item.submission, -1);
      items.push(item);
    }
    return items;
  }

  #send(task: RunningTask): void {
    const { thread, number, items } = task;
    const sentAt = performance.now();
    const inputs: Input[] = [];
    let isRetry = false;
    for (const item of items) {
      item.task = task;
      item.sentAt = sentAt;
      if (item.ticket !== undefined) isRetry = true;
      inputs.push(item.input);
    }
    this.#busy += items.length;
    const answered = this.#inFlight.lastAnswered(thread);
    const message = { number, answered, inputs, budgetMs: this.#policy.budgetMs };
    const retry = isRetry && { tickets: items.map(({ ticket }) => ticket) };
    void this.#workers.run(thread, { ...message, ...retry }).then((end) => this.#end(task, end));
  }

  #end(task: RunningTask, end: TaskEnd): void {
    const endedAt = performance.now();
    this.#inFlight.end(task);
    // From here on it has no page in the journal: a cancellation must not ask for it.
    for (const item of task.items) if (item.task === task) item.task = undefined;
    if (end.state === 'died') {
      const { toRetry, failed } = sortDeadItems(task, end.failures);
      this.#continue(task, toRetry);
      for (const { item, failure } of failed) failItem(item, failure);
      return;
    }
    const { scoreMs } = end.result;
    const scored = scoreMs.length;
    let sumMs = 0;
    for (const ms of scoreMs) sumMs += ms;
    if (sumMs > 0) this.#cost.add((sumMs * 1000) / scored);
    this.#continue(task, scored === task.kept ? NO_ITEMS : task.items.slice(scored, task.kept));
    settleScored(task, end.result, endedAt);
  }

  /** Sends the next task before the answers are written: until then its thread has nothing to do. */
  #continue(task: RunningTask, toRetry: readonly Item[]): void {
    this.#busy -= task.kept - task.from - toRetry.length;
    // First come, first served: the prefetched items came after those that were given back.
    if (toRetry.length > 0) this.#putBack([...toRetry, ...this.#inFlight.revokeAll(task.thread)]);
    this.#pump();
  }

  /** Items that were sent and had not begun wait again, before all others. */
  #putBack(items: readonly Item[]): void {
    if (items.length === 0) return;
    this.#busy -= items.length;
    for (const item of items.toReversed()) {
      item.task = undefined;
      if (this.#isDestroyed) refuseItem(item, 'CLOSING');
      else if (item.submission.isCancelled) refuseItem(item, 'CANCELLED');
      else {
        this.#queue.unshift(item);
        this.#countWaiting(item.submission, 1);
      }
    }
    if (this.#workers.pool.isOver) this.#failAll();
  }

  /** A thread has become ready, or none ever will. */
  onThreadsChange(): void {
    if (this.#workers.pool.isOver) this.#failAll();
    else this.#pump();
  }

  #failAll(): void {
    const detail = 'no task worker can be started';
    const failure = { ok: false, code: 'THREAD_DIED', detail, isUncounted: true } as const;
    for (const item of this.#take(this.#queue.length)) failItem(item, failure);
  }

  waiting = (): number => this.#places;
  busy = (): number => this.#busy;
  alive = (): boolean => !this.#isClosing && !this.#workers.pool.isOver;
  isStuck = (): boolean => this.#watch.isStuck;
  loads = () => this.#workers.loads();

  async close(deadlineMs: number): Promise<void> {
    this.#isClosing = true;
    await this.#running.drain(deadlineMs);
    this.#isDestroyed = true;
    for (const item of this.#take(this.#queue.length)) refuseItem(item, 'CLOSING');
    // A thread continues for a moment while it is ended: it must not begin another item.
    for (const thread of this.#workers.pool.ready) this.#putBack(this.#inFlight.revokeAll(thread));
    this.#inFlight.close();
    this.#watch.close();
    await this.#workers.destroy();
  }
}
