// One submission on its way through the dispatcher: its items, their results, and its completion;
// the queue in which items wait; refusals; and the counter that a closing executor waits for. Main
// thread. It sends nothing.

import type {
  Cancel,
  Input,
  ItemResult,
  OnCompletion,
  RefusalReason,
  ScoreFailure,
  Timing,
} from './executor.js';
import type { TaskThread } from './worker-supervisor.js';

/** Items that share one place in the queue, and the maximum size of a task of `pool`. */
export const PLACE_ITEMS_MAX = 64;

export function countPlaces(items: number): number {
  return Math.ceil(items / PLACE_ITEMS_MAX);
}

export interface RunningTask {
  readonly thread: TaskThread;
  readonly number: number;
  readonly items: readonly Item[];
  /** The task still has the items from `from` to `kept`: others were revoked, or saved from a hung thread. */
  from: number;
  kept: number;
  isRevoked: boolean;
}

/** One input of a submission. It is itself the node of the queue, so that queueing is cheap. */
export interface Item extends Links<Item> {
  readonly submission: Submission;
  readonly index: number;
  readonly input: Input;
  /** Undefined unless a task worker has it. */
  task: RunningTask | undefined;
  sentAt: number;
  /** From a thread that counted it and died before it answered. */
  ticket: string | undefined;
  /** The number of threads that died after they had begun it. */
  deaths: number;
}

const REFUSALS: ReadonlySet<string> = new Set(['CLOSING', 'CANCELLED', 'QUEUE_FULL']);
const NO_TIME: Timing = { queueMs: 0, scoreMs: 0, dispatchMs: 0 };

export class Submission {
  readonly items: readonly Item[];
  readonly queuedAt = performance.now();
  /** Items that wait in the queue. */
  waiting = 0;
  isCancelled = false;
  readonly #results: ItemResult[];
  readonly #running: InFlightCounter;
  readonly #onCompletion: OnCompletion;
  #open: number;
  #isAwaited = true;
  #timing = NO_TIME;
  #slowestMs = -1;

  constructor(inputs: readonly Input[], running: InFlightCounter, onCompletion: OnCompletion) {
    this.#running = running;
    this.#onCompletion = onCompletion;
    this.#open = inputs.length;
    this.#results = new Array(inputs.length);
    this.items = inputs.map((input, index) => ({
      submission: this,
      index,
      input,
      previous: undefined,
      next: undefined,
      isQueued: false,
      task: undefined,
      sentAt: 0,
      ticket: undefined,
      deaths: 0,
    }));
    running.begin();
  }

  /** Sets the result of one item; the last one completes the submission. */
  settle(item: Item, result: ItemResult): void {
    this.#results[item.index] = result;
    item.task = undefined;
    this.#open--;
    if (this.#open > 0) return;
    this.abandon();
    const reason = findCommonRefusal(this.#results);
    if (reason !== undefined) this.#onCompletion({ state: 'refused', reason });
    else this.#onCompletion({ state: 'done', items: this.#results, timing: this.#timing });
  }

  /** Nobody waits for it any more; what has begun goes on. */
  abandon(): void {
    if (this.#isAwaited) this.#running.end();
    this.#isAwaited = false;
  }

  /** Keeps the timing of the slowest item; call it before the item is settled. */
  recordTiming({ sentAt }: Item, scoreMs: number, now: number): void {
    if (now - this.queuedAt <= this.#slowestMs) return;
    this.#slowestMs = now - this.queuedAt;
    // The clocks of two threads: a rounding error must not become a negative duration.
    const dispatchMs = Math.max(0, now - sentAt - scoreMs);
    this.#timing = { queueMs: sentAt - this.queuedAt, scoreMs, dispatchMs };
  }
}

/** A submission of which nothing began is refused as a whole. */
function findCommonRefusal(results: readonly ItemResult[]): RefusalReason | undefined {
  const [first] = results;
  if (first === undefined || first.ok || !REFUSALS.has(first.code)) return undefined;
  const isCommon = results.every((result) => !result.ok && result.code === first.code);
  return isCommon ? (first.code as RefusalReason) : undefined;
}

export function refuseItem(item: Item, reason: RefusalReason): void {
  if (item.ticket === undefined) item.submission.settle(item, createRefusal(reason));
  else failItem(item, { ok: false, code: 'THREAD_DIED', detail: 'not scored again' });
}

/** The dispatcher will not send it again. */
export function failItem(item: Item, failure: ScoreFailure): void {
  const { ok, code, detail } = failure;
  const { ticket } = item;
  item.submission.settle(item, ticket === undefined ? failure : { ok, code, detail, ticket });
}

/** The result of an item that was refused while others of its submission were begun. */
export function createRefusal(code: RefusalReason): ScoreFailure {
  return { ok: false, code, detail: 'scoring never began' };
}

/** Completes a submission that the executor did not take. */
export function refuseSubmission(onCompletion: OnCompletion, reason: RefusalReason): Cancel {
  onCompletion({ state: 'refused', reason });
  return cancelNothing;
}

/** Completes a submission without inputs. */
export function completeEmpty(onCompletion: OnCompletion): Cancel {
  onCompletion({ state: 'done', items: [], timing: NO_TIME });
  return cancelNothing;
}

export function cancelNothing(): void {}

/** Counts what is in flight, and lets a closing executor wait until nothing is. */
export class InFlightCounter {
  count = 0;
  readonly #onChange: (() => void) | undefined;
  readonly #waiting = new Set<() => void>();

  constructor(onChange?: () => void) {
    this.#onChange = onChange;
  }

  begin(): void {
    this.count++;
    this.#onChange?.();
  }

  end(): void {
    this.count--;
    this.#onChange?.();
    if (this.count === 0) for (const wake of this.#waiting) wake();
  }

  /** Resolves with true once nothing is in flight, or with false after `deadlineMs`. */
  drain(deadlineMs: number): Promise<boolean> {
    if (this.count === 0) return Promise.resolve(true);
    return new Promise((resolve) => {
      const end = (isDrained: boolean) => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve(isDrained);
      };
      const wake = () => end(true);
      const timer = setTimeout(end, deadlineMs, false);
      this.#waiting.add(wake);
    });
  }
}

export interface Links<T> {
  previous: T | undefined;
  next: T | undefined;
  isQueued: boolean;
}

/**
 * First come, first served; a value can leave from the middle. A doubly linked list: every operation
 * takes constant time, and a value that left holds no memory. Clients that connect and leave all
 * day must not grow it. It has no bound: its owner refuses what is too much.
 */
export class LinkedQueue<T extends Links<T>> {
  length = 0;
  first: T | undefined;
  #last: T | undefined;

  push(value: T): void {
    this.#insert(value, this.#last, undefined);
  }

  unshift(value: T): void {
    this.#insert(value, undefined, this.first);
  }

  shift(): T | undefined {
    const { first } = this;
    if (first !== undefined) this.remove(first);
    return first;
  }

  /** False when the value is not in the queue. */
  remove(value: T): boolean {
    if (!value.isQueued) return false;
    const { previous, next } = value;
    if (previous === undefined) this.first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    value.isQueued = false;
    value.previous = undefined;
    value.next = undefined;
    this.length--;
    return true;
  }

  #insert(value: T, previous: T | undefined, next: T | undefined): void {
    value.previous = previous;
    value.next = next;
    value.isQueued = true;
    if (previous === undefined) this.first = value;
    else previous.next = value;
    if (next === undefined) this.#last = value;
    else next.previous = value;
    this.length++;
  }
}
