// Watches the threads of a Piscina pool from birth to death: says when all can score, replaces
// those that die, tells the tally which thread is gone, and gives up when none can be started.
// Main thread. It sends no tasks.

import type { Worker } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { attachJournal, type Journal } from '../tally/journal.js';
import type { ExecutorOptions } from './executor.js';
import type { Started } from './messages.js';

/** A task worker that can be given tasks, until it is gone. */
export interface TaskThread {
  readonly threadId: number;
  readonly journal: Journal;
  readonly cells: readonly string[];
  isGone(): boolean;
}

/** A thread that loads longer than this has failed to start. */
const START_DEADLINE_MS = 30_000;

/** Threads that may die while loading, one after the other, before the pool is given up. */
const FAILED_STARTS_MAX = 5;

/**
 * Piscina replaces a thread that dies while it works, but gives up for good on one that dies while
 * it loads: a task without any thread would then wait for ever, and a thread started later, for a
 * task, would die unwatched.
 */
export class Supervision {
  readonly #pool: Piscina;
  readonly #options: ExecutorOptions;
  readonly #onChange: () => void;
  readonly #watched = new WeakSet<Worker>();
  readonly #loading = createLoading((worker, reason) => this.#refuse(worker, reason));
  readonly #start = createStart();
  #ready: readonly TaskThread[] = [];
  #failedStarts = 0;
  #slowestStartMs = 0;
  #ended: Promise<void> | undefined;

  /** `onChange`: a thread became ready, or none ever will. */
  constructor(pool: Piscina, options: ExecutorOptions, onChange: () => void) {
    this.#pool = pool;
    this.#options = options;
    this.#onChange = onChange;
    pool.on('message', (message: Started) => {
      if (message?.started === true) this.#started(message);
    });
    // A thread that dies between two tasks, of any value thrown; its exit is seen below.
    pool.on('error', (error: unknown) => {
      options.log('task-worker-failed', 'a task worker failed', { error });
    });
    this.#watchNewThreads();
  }

  /** Resolves when all threads are ready. @throws Error with one line when they cannot be */
  get allStarted(): Promise<void> {
    return this.#start.promise;
  }

  get slowestStartMs(): number {
    return this.#slowestStartMs;
  }

  /** Those that can be given tasks. */
  threads(): readonly TaskThread[] {
    return this.#ready;
  }

  isOver(): boolean {
    return this.#ended !== undefined;
  }

  /** Once only: Piscina, told twice at the same time, takes the ends of its threads for deaths. */
  destroy(): Promise<void> {
    if (this.#ended === undefined) {
      this.#ready = [];
      this.#ended = this.#pool.destroy();
      this.#onChange();
    }
    return this.#ended;
  }

  #watchNewThreads(): void {
    for (const worker of this.#pool.threads) {
      if (this.#watched.has(worker)) continue;
      this.#watched.add(worker);
      const { threadId } = worker; // it reads -1 once the thread has ended
      this.#loading.add(worker);
      // Behind Piscina's own listeners: the thread that they start is watched in the same turn,
      // and nobody can give a task to one that Piscina has let go.
      worker.once('error', () => {
        this.forget(threadId);
        this.#heal();
      });
      worker.once('exit', () => this.#died(threadId));
    }
  }

  #started(message: Started): void {
    this.#watchNewThreads(); // a new thread may be ready before the one it replaces has ended
    const worker = this.#loading.find(message.threadId);
    if (worker === undefined) return;
    if (message.error !== undefined) return void this.#refuse(worker, message.error);
    // Piscina's own hand-shake has passed through the same port as this message, before it.
    const startMs = this.#loading.remove(message.threadId) ?? 0;
    this.#slowestStartMs = Math.max(this.#slowestStartMs, startMs);
    this.#ready = [...this.#ready, threadOf(message, () => this.#ready)];
    const isComplete = this.#pool.threads.length === this.#options.threads;
    if (this.#loading.isEmpty() && isComplete) this.#start.succeed();
    this.#onChange();
  }

  /** It is given no more tasks. */
  forget(threadId: number): void {
    this.#ready = this.#ready.filter((thread) => thread.threadId !== threadId);
  }

  /** Its end then counts as a failed start. Left alive it would draw tasks and fail them all. */
  #refuse(worker: Worker, reason: string): void {
    if (!this.#start.fail(reason)) {
      const data = { threadId: worker.threadId, error: reason };
      this.#options.log('task-worker-start-failed', 'a task worker did not start', data);
    }
    void worker.terminate();
  }

  #died(threadId: number): void {
    this.forget(threadId);
    const wasLoading = this.#loading.remove(threadId) !== undefined;
    this.#failedStarts = wasLoading ? this.#failedStarts + 1 : 0;
    this.#options.tally.recover(threadId);
    if (this.#ended !== undefined) return;
    const message = `task worker ${threadId} died; a new one takes its place`;
    this.#options.log('task-worker-died', message, { threadId });
    if (this.#failedStarts >= FAILED_STARTS_MAX) this.#giveUp();
    else this.#heal();
  }

  /** Only a task makes Piscina start a thread; it is withdrawn as soon as it has done so. */
  #heal(): void {
    const { threads } = this.#options;
    const isShort = () => !this.isOver() && this.#pool.threads.length < threads;
    for (let tries = 0; tries < threads && isShort(); tries++) {
      const withdrawal = new AbortController();
      void this.#pool.run(undefined, { signal: withdrawal.signal }).catch(() => {});
      withdrawal.abort();
    }
    this.#watchNewThreads();
  }

  #giveUp(): void {
    this.#start.fail('Task workers die while they load the scorer');
    const failedStarts = this.#failedStarts;
    const message = `${failedStarts} task workers in a row died while loading: no more are started`;
    this.#options.log('task-workers-stopped', message, { failedStarts });
    void this.destroy();
  }
}

function threadOf(
  { threadId, cells, journal }: Started,
  ready: () => readonly TaskThread[],
): TaskThread {
  const thread: TaskThread = {
    threadId,
    cells,
    journal: attachJournal(journal),
    isGone: () => !ready().includes(thread),
  };
  return thread;
}

/** The threads that still load, each with the deadline at which it is refused. */
function createLoading(refuse: (worker: Worker, reason: string) => void) {
  interface Entry {
    readonly worker: Worker;
    readonly overdue: NodeJS.Timeout;
    readonly since: number;
  }
  const threads = new Map<number, Entry>();
  return {
    add(worker: Worker): void {
      const reason = `A task worker did not start within ${START_DEADLINE_MS / 1000} s`;
      const overdue = setTimeout(refuse, START_DEADLINE_MS, worker, reason);
      threads.set(worker.threadId, { worker, overdue, since: performance.now() });
    },
    find: (threadId: number) => threads.get(threadId)?.worker,
    /** How many milliseconds it was loading; undefined when it was not, until now. */
    remove(threadId: number): number | undefined {
      const entry = threads.get(threadId);
      if (entry === undefined) return undefined;
      clearTimeout(entry.overdue);
      threads.delete(threadId);
      return performance.now() - entry.since;
    },
    isEmpty: () => threads.size === 0,
  };
}

/** A promise that is settled from outside; `fail` says whether it was still open. */
function createStart() {
  let isOpen = true;
  let succeed = () => {};
  let reject = (_reason: Error) => {};
  const promise = new Promise<void>((resolve, refuse) => {
    succeed = resolve;
    reject = refuse;
  });
  return {
    promise,
    succeed() {
      isOpen = false;
      succeed();
    },
    fail(reason: string): boolean {
      const wasOpen = isOpen;
      isOpen = false;
      if (wasOpen) reject(new Error(reason));
      return wasOpen;
    },
  };
}
