// Finds task workers whose scorer does not return: it saves what they scored before, ends them, and says when
// none has had room for longer than the deadline. Main thread. Their journals show the progress.

import type { BatchingPolicy } from './batching-policy.js';
import type { ExecutorOptions } from './executor.js';
import { HELD_TICKS, type InFlightTasks } from './in-flight.js';
import { planTicks, RoomWatch, startTicks } from './scorer-timeout.js';
import type { Item } from './submission.js';
import type { TaskWorkers } from './task-workers.js';

interface WatchParts {
  readonly policy: BatchingPolicy;
  readonly options: ExecutorOptions;
  readonly workers: TaskWorkers;
  readonly inFlight: InFlightTasks;
  /** Sends these items to another thread. */
  sendAgain(items: readonly Item[]): void;
}

export class ThreadWatch {
  readonly #parts: WatchParts;
  readonly #room: RoomWatch;
  readonly #plan;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(parts: WatchParts) {
    const { options } = parts;
    this.#parts = parts;
    this.#plan = planTicks(options);
    this.#room = new RoomWatch(this.#plan, options.log, options.onLoadChange);
    this.#timer = startTicks(this.#plan, () => this.#tick());
  }

  get isStuck(): boolean {
    return this.#room.isStuck;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const { policy, options, workers, inFlight, sendAgain } = this.#parts;
    const { tickMs, hungTicks } = this.#plan;
    options.onProgress?.();
    const threads = inFlight.tick();
    // A full thread that goes on from item to item is busy, not stuck.
    this.#room.tick(threads.some(({ idleTicks }) => idleTicks === 0));
    const isAnyFree = threads.some(({ idleTicks }) => idleTicks < HELD_TICKS);
    for (const { thread, idleTicks } of threads) {
      if (idleTicks >= hungTicks) {
        workers.endHung(thread, idleTicks * tickMs);
        sendAgain([...inFlight.takeScored(thread), ...inFlight.revokeAll(thread)]);
      } else if (idleTicks >= HELD_TICKS && isAnyFree && policy.coalesce) {
        // A task of `pool` is one request, which needs the item that holds it up anyway.
        sendAgain(inFlight.takeScored(thread));
      }
    }
  }
}
