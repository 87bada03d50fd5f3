// From submissions to tasks: a bounded queue, first come first served, out of which each task
// worker is given as much as the policy says. Main thread. Shedding and cancelling happen before
// anything is begun: aborting a running Piscina task would kill its thread.

import { createEstimate } from './estimate.js';
import type { Cancel, Executor, ExecutorOptions, Settle } from './executor.js';
import { createIdle } from './idle.js';
import {
  createJob,
  type Entry,
  type Job,
  loseEntry,
  type RunningTask,
  refuseEntry,
} from './job.js';
import { nothingToDo, placesFor, refuse } from './jobs.js';
import { Loads } from './loads.js';
import type { Policy } from './policy.js';
import { createQueue, type Place } from './queue.js';
import { outcomeOf } from './settle.js';
import { startTaskWorkers, type TaskEnd, type TaskWorkers } from './task-workers.js';

/** @throws Error with one line when the scorer cannot be loaded or a thread does not start */
export async function createDispatcher(
  policy: Policy,
  options: ExecutorOptions,
): Promise<Executor> {
  let dispatcher: Dispatcher | undefined;
  const workers = await startTaskWorkers(options, () => dispatcher?.threadsChanged());
  const own = new Dispatcher(policy, options, workers);
  dispatcher = own;
  return {
    kind: policy.kind,
    threads: options.threads,
    threadStartMs: workers.threadStartMs,
    submit: (texts, settle) => own.submit(texts, settle),
    waiting: () => own.places,
    busy: () => own.busy,
    alive: () => !own.isClosing && !workers.isOver(),
    loads: () => workers.loads(),
    close: (deadlineMs) => own.close(deadlineMs),
  };
}

class Dispatcher {
  readonly #policy: Policy;
  readonly #workers: TaskWorkers;
  readonly #queueMax: number;
  readonly #queue = createQueue<Entry>();
  readonly #loads: Loads;
  readonly #estimate;
  readonly #idle = createIdle();
  #isDestroyed = false;
  #isPumpDue = false;
  /** Places that are taken in the queue. */
  places = 0;
  /** Texts that were sent and have no outcome yet. */
  busy = 0;
  isClosing = false;

  constructor(policy: Policy, options: ExecutorOptions, workers: TaskWorkers) {
    this.#policy = policy;
    this.#workers = workers;
    this.#queueMax = options.queueMax;
    this.#loads = new Loads(workers.threads, policy);
    this.#estimate = createEstimate(options.sliceUs);
  }

  submit(texts: readonly string[], settle: Settle): Cancel {
    if (this.isClosing) return refuse(settle, 'CLOSING');
    if (texts.length === 0) return nothingToDo(settle);
    if (this.#isFull(texts.length)) return refuse(settle, 'QUEUE_FULL');
    const leave = this.#idle.enter();
    const job = createJob(texts, (completion) => {
      leave();
      settle(completion);
    });
    for (const entry of job.entries) this.#wait(entry, this.#queue.push(entry));
    if (this.#workers.isOver()) this.#loseAll();
    else if (this.#policy.gathers) this.#pumpSoon();
    else this.#pump();
    return () => this.#cancel(job);
  }

  /** Where a thread has room it is taken whatever its size, or a large one would never be. */
  #isFull(texts: number): boolean {
    if (this.places + placesFor(texts) <= this.#queueMax) return false;
    this.#pump(true);
    if (this.#queue.length === 0 && this.#loads.leastLoaded() !== undefined) return false;
    return this.places + placesFor(texts) > this.#queueMax;
  }

  #wait(entry: Entry, place: Place): void {
    entry.place = place;
    this.#countWaiting(entry.job, 1);
  }

  #countWaiting(job: Job, by: number): void {
    this.places -= placesFor(job.waiting);
    job.waiting += by;
    this.places += placesFor(job.waiting);
  }

  #cancel(job: Job): void {
    job.isCancelled = true;
    for (const entry of job.entries) {
      if (entry.place?.leave() === true) {
        entry.place = undefined;
        this.#countWaiting(job, -1);
        refuseEntry(entry, 'CANCELLED');
      } else if (entry.task !== undefined) {
        // What was sent with it and after it waits again; itself, if it had not begun, does not.
        this.#putBack(this.#loads.takeBackAll(entry.task.thread));
      }
    }
    if (this.#queue.length > 0) this.#pumpSoon();
  }

  #pumpSoon(): void {
    if (this.#isPumpDue) return;
    this.#isPumpDue = true;
    setImmediate(() => {
      this.#isPumpDue = false;
      this.#pump();
    });
  }

  #pump(isFull = false): void {
    const itemUs = this.#estimate.itemUs();
    this.#putBack(this.#loads.reclaim(itemUs));
    while (this.#queue.length > 0) {
      const thread = this.#loads.leastLoaded();
      if (thread === undefined) break;
      const count = this.#policy.batch({
        waiting: this.#queue.length,
        front: this.#queue.first?.job.waiting ?? 0,
        threads: this.#workers.threads().length,
        idle: this.#loads.idle(),
        isFull,
        itemUs,
      });
      if (count === 0) break;
      this.#send(this.#loads.begin(thread, this.#take(count)));
    }
    this.#loads.watch(itemUs, () => this.#pump());
  }

  #take(count: number): Entry[] {
    const entries: Entry[] = [];
    while (entries.length < count) {
      const entry = this.#queue.shift();
      if (entry === undefined) break;
      entry.place = undefined;
      this.#countWaiting(entry.job, -1);
      entries.push(entry);
    }
    return entries;
  }

  #send(task: RunningTask): void {
    const { thread, number, entries } = task;
    const sentAt = performance.now();
    const texts: string[] = [];
    let isAgain = false;
    for (const entry of entries) {
      entry.task = task;
      entry.sentAt = sentAt;
      if (entry.ticket !== undefined) isAgain = true;
      texts.push(entry.job.texts[entry.index] ?? '');
    }
    this.busy += entries.length;
    const answered = this.#loads.answered(thread);
    const message = { number, answered, texts, stopMs: this.#policy.stopMs };
    const again = isAgain && { tickets: entries.map(({ ticket }) => ticket) };
    void this.#workers.run(thread, { ...message, ...again }).then((end) => this.#ended(task, end));
  }

  #ended(task: RunningTask, end: TaskEnd): void {
    this.#loads.end(task);
    // From here on it has no page in the journal: whoever cancels must not ask for it.
    for (const entry of task.entries) if (entry.task === task) entry.task = undefined;
    const { left, itemUs, settle } = outcomeOf(task, end);
    if (itemUs > 0) this.#estimate.add(itemUs);
    this.busy -= task.kept - left.length;
    // First come, first served: what waits at the door came after what was given back.
    this.#putBack(left.length === 0 ? left : [...left, ...this.#loads.takeBackAll(task.thread)]);
    // Before the answers are written, which takes longer: the thread has nothing to do meanwhile.
    this.#pump();
    settle();
  }

  /** What was sent and not begun waits again, before all others. */
  #putBack(entries: readonly Entry[]): void {
    this.busy -= entries.length;
    for (const entry of entries.toReversed()) {
      entry.task = undefined;
      if (this.#isDestroyed) refuseEntry(entry, 'CLOSING');
      else if (entry.job.isCancelled) refuseEntry(entry, 'CANCELLED');
      else this.#wait(entry, this.#queue.unshift(entry));
    }
    if (entries.length > 0 && this.#workers.isOver()) this.#loseAll();
  }

  /** A thread became ready, or none ever will. */
  threadsChanged(): void {
    if (this.#workers.isOver()) this.#loseAll();
    else this.#pump();
  }

  #loseAll(): void {
    const detail = 'no task worker can be started';
    const failure = { ok: false, code: 'THREAD_DIED', detail, isUncounted: true } as const;
    for (const entry of this.#take(this.#queue.length)) loseEntry(entry, failure);
  }

  async close(deadlineMs: number): Promise<void> {
    this.isClosing = true;
    await this.#idle.wait(deadlineMs);
    this.#isDestroyed = true;
    for (const entry of this.#take(this.#queue.length)) refuseEntry(entry, 'CLOSING');
    // A thread goes on for a moment while it is ended: what it has not begun it must not begin.
    for (const thread of this.#workers.threads()) {
      this.#putBack(this.#loads.takeBackAll(thread));
    }
    this.#loads.close();
    await this.#workers.destroy();
  }
}
