// Supervises the threads of a Piscina pool: reports when all can score, replaces those that die, tells the
// tally which thread has ended, and gives up when no thread can be started. Main thread. It sends no tasks.

import type { Worker } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { attachJournal, type Journal } from '../tally/journal.js';
import type { ExecutorOptions } from './executor.js';
import type { StartMessage } from './score-task.js';
import { END_MS_MAX, endThread, killAtExit } from './unended-threads.js';

/** A task worker that can receive tasks, until it is gone. */
export interface TaskThread {
  readonly threadId: number;
  readonly journal: Journal;
  readonly cells: readonly string[];
  readonly isGone: boolean;
}

/** Fields, not functions: the dispatcher reads them several times for each task. */
export interface PoolState {
  /** The threads that can receive tasks. */
  readonly ready: readonly TaskThread[];
  /** True once no thread will ever score again. */
  readonly isOver: boolean;
}

/** A thread that loads longer than this has failed to start. */
const START_DEADLINE_MS = 40_000;

/** The supervisor gives up after this many threads in a row died while loading. */
const FAILED_STARTS_MAX = 5;

/**
 * Piscina replaces a thread that dies while it works, but not one that dies while it loads. A task without
 * any thread would then wait for ever, and a thread started later, for a task, would die unobserved.
 */
export class WorkerSupervisor implements PoolState {
  ready: readonly (TaskThread & { isGone: boolean })[] = [];
  isOver = false;
  readonly #pool: Piscina;
  readonly #options: ExecutorOptions;
  readonly #onChange: () => void;
  /** Resolves when all threads are ready. @throws Error with one line when they cannot be */
  readonly allStarted: Promise<void>;
  readonly #watched = new WeakSet<Worker>();
  /** Threads that did not end; at most as many as the pool has. */
  readonly #abandoned = new Set<Worker>();
  readonly #loading = new Map<number, LoadingThread>();
  #settleStart: ((failure?: Error) => void) | undefined;
  #failedStarts = 0;
  #slowestStartMs = 0;
  #ended: Promise<void> | undefined;

  /** `onChange`: a thread became ready, or none ever will. */
  constructor(pool: Piscina, options: ExecutorOptions, onChange: () => void) {
    this.#pool = pool;
    this.#options = options;
    this.#onChange = onChange;
    this.allStarted = new Promise((resolve, reject) => {
      this.#settleStart = (failure) => (failure === undefined ? resolve() : reject(failure));
    });
    pool.on('message', (message: StartMessage) => {
      if (message?.started === true) this.#started(message);
    });
    // A thread that dies between two tasks, with any thrown value. Its `exit` follows.
    pool.on('error', (error: unknown) => {
      options.log('task-worker-failed', 'a task worker failed', { error });
    });
    this.#watchNewThreads();
  }

  get slowestStartMs(): number {
    return this.#slowestStartMs;
  }

  /** Only once: a second call meanwhile makes Piscina report the ends of its threads as deaths. */
  destroy(): Promise<void> {
    if (this.#ended === undefined) {
      this.isOver = true;
      for (const { threadId } of this.ready) this.forget(threadId);
      this.#ended = this.#endAll();
      this.#onChange();
    }
    return this.#ended;
  }

  #watchNewThreads(): void {
    for (const worker of this.#pool.threads) {
      if (this.#watched.has(worker)) continue;
      this.#watched.add(worker);
      const { threadId } = worker; // it reads -1 once the thread has ended
      const reason = `A task worker did not start within ${START_DEADLINE_MS / 1000} s`;
      const overdue = setTimeout(() => this.#refuse(worker, reason), START_DEADLINE_MS);
      this.#loading.set(threadId, { worker, overdue, since: performance.now() });
      // After Piscina's own listeners: this watches the thread that they start in the same turn, and
      // the dispatcher cannot send a task to a thread that Piscina has dropped.
      worker.once('error', () => {
        this.forget(threadId);
        this.#heal();
      });
      worker.once('exit', () => this.#died(threadId));
    }
  }

  #started(message: StartMessage): void {
    this.#watchNewThreads(); // a new thread may be ready before the one it replaces has ended
    const worker = this.#loading.get(message.threadId)?.worker;
    if (worker === undefined) return;
    if (message.error !== undefined) return void this.#refuse(worker, message.error);
    // Piscina's own hand-shake came before this message, through the same port.
    const startMs = this.#endLoading(message.threadId) ?? 0;
    this.#slowestStartMs = Math.max(this.#slowestStartMs, startMs);
    const { threadId, cells } = message;
    const journal = attachJournal(message.journal);
    this.ready = [...this.ready, { threadId, cells, journal, isGone: false }];
    const isComplete = this.#pool.threads.length === this.#options.threads;
    if (this.#loading.size === 0 && isComplete) this.#endStart();
    this.#onChange();
  }

  /** The thread gets no more tasks. */
  forget(threadId: number): void {
    for (const thread of this.ready) if (thread.threadId === threadId) thread.isGone = true;
    this.ready = this.ready.filter(({ isGone }) => !isGone);
  }

  /** Its end is then the death of any thread, which `#died` heals. */
  endHung(threadId: number, scoringMs: number): void {
    const worker = this.#pool.threads.find((one) => one.threadId === threadId);
    this.forget(threadId);
    const message = `task worker ${threadId} is ended: its scorer has not returned for ${scoringMs} ms`;
    this.#options.log('task-worker-hung', message, { threadId, scoringMs });
    this.#options.onScorerHung?.();
    if (worker !== undefined) endThread(worker, () => this.#abandon(worker));
  }

  /** For Piscina an error is the death of its thread, so another one takes its place. */
  #abandon(worker: Worker): void {
    if (this.isOver || this.#abandoned.size >= this.#options.threads) return;
    this.#abandoned.add(worker);
    worker.once('exit', () => this.#abandoned.delete(worker));
    const error = new Error('it is inside native code, and cannot be ended');
    this.#options.log('task-worker-failed', 'a task worker failed', { error });
    worker.emit('error', error);
  }

  async #endAll(): Promise<void> {
    const threads = [...this.#pool.threads, ...this.#abandoned];
    let timer: NodeJS.Timeout | undefined;
    const overdue = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, END_MS_MAX);
    });
    await Promise.race([this.#pool.destroy(), overdue]);
    clearTimeout(timer);
    killAtExit(threads);
  }

  /** Its end then counts as a failed start. Alive it would receive tasks and fail them all. */
  #refuse(worker: Worker, reason: string): void {
    if (!this.#endStart(new Error(reason))) {
      const data = { threadId: worker.threadId, error: reason };
      this.#options.log('task-worker-start-failed', 'a task worker did not start', data);
    }
    void worker.terminate();
  }

  #died(threadId: number): void {
    this.forget(threadId);
    const wasLoading = this.#endLoading(threadId) !== undefined;
    this.#failedStarts = wasLoading ? this.#failedStarts + 1 : 0;
    this.#options.tally.recover(threadId);
    if (this.isOver) return;
    const message = `task worker ${threadId} died; a new one takes its place`;
    this.#options.log('task-worker-died', message, { threadId });
    if (this.#failedStarts >= FAILED_STARTS_MAX) this.#giveUp();
    else this.#heal();
  }

  /** Only a task makes Piscina start a thread, so this submits one and aborts it at once. */
  #heal(): void {
    const { threads } = this.#options;
    const isShort = () => !this.isOver && this.#pool.threads.length < threads;
    for (let tries = 0; tries < threads && isShort(); tries++) {
      const withdrawal = new AbortController();
      void this.#pool.run(undefined, { signal: withdrawal.signal }).catch(() => {});
      withdrawal.abort();
    }
    this.#watchNewThreads();
  }

  #giveUp(): void {
    this.#endStart(new Error('Task workers die while they load the scorer'));
    const failedStarts = this.#failedStarts;
    const message = `${failedStarts} task workers in a row died while loading: no more are started`;
    this.#options.log('task-workers-stopped', message, { failedStarts });
    void this.destroy();
  }

  /** The milliseconds that this thread has loaded; undefined if it was not loading. */
  #endLoading(threadId: number): number | undefined {
    const thread = this.#loading.get(threadId);
    if (thread === undefined) return undefined;
    clearTimeout(thread.overdue);
    this.#loading.delete(threadId);
    return performance.now() - thread.since;
  }

  /** Settles `allStarted`; false when it was settled before. */
  #endStart(failure?: Error): boolean {
    const settle = this.#settleStart;
    this.#settleStart = undefined;
    settle?.(failure);
    return settle !== undefined;
  }
}

/** A thread that still loads, with its deadline. */
interface LoadingThread {
  readonly worker: Worker;
  readonly overdue: NodeJS.Timeout;
  readonly since: number;
}
