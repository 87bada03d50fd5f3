// The `mutex` tally: one lock around load, plus one, and store. It serves for comparison: it is also
// correct, and costs more. In a task worker or a listening thread a contended add blocks. On the
// main thread it returns a promise and retries on later turns of the event loop: the holder may
// have been killed, and only that loop learns of it and frees the lock.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { isMainThread, threadId } from 'node:worker_threads';
import { counterName, type StrategyFactory, type StrategyOptions, startCounts } from './counter-strategy.js';
import { nextCount, type Region, type Slice, toCount } from './region.js';

const CELLS = 'tally.guarded';
const LOCK = 'tally.lock';

/** The lock that guards the cells of a `mutex` tally in this region. */
export function tallyLock(region: Region): Lock {
  return createLock(region.slice(LOCK), 0);
}

export const mutex: StrategyFactory = {
  plan: (names) => ({ [CELLS]: { words: names.length, padded: true }, [LOCK]: { words: 1, padded: true } }),

  create(options: StrategyOptions) {
    const { names, region } = options;
    const cells = region.slice(CELLS);
    const lock = tallyLock(region);
    startCounts(options).forEach((count, counter) => {
      cells.store(counter, BigInt(count));
    });
    const { run, close } = underLock(lock);
    return {
      add(counter) {
        const cell = counterName(names, counter);
        return run(() => {
          // Not an atomic add: only the lock keeps other adds out from between the load and the
          // store. Both are atomic so that a kill cannot tear a word.
          const before = cells.load(counter);
          const value = nextCount(before, cell);
          cells.store(counter, before + 1n);
          return { cell, value };
        });
      },
      cellOf: (counter) => counterName(names, counter),
      snapshot: () =>
        run(() => {
          const counts = names.map((name, counter) => toCount(cells.load(counter), name));
          return { counts, exact: true, collects: 1 };
        }),
      // The holder died before its store or after it: the cell is as before that add or as after
      // it. No caller got a ticket for that add, so the tally promised nothing.
      recover: (threadId) => lock.freeAfter(threadId),
      close,
    };
  },
};

/** Runs synchronous bodies under the lock: no turn of the event loop ends while it is held. */
function underLock(lock: Lock): { run: <T>(body: () => T) => T | Promise<T>; close: () => void } {
  let closed = false;

  function holding<T>(body: () => T): T {
    try {
      return body();
    } finally {
      lock.release();
    }
  }

  async function later<T>(body: () => T): Promise<T> {
    while (!closed) {
      await nextTurn();
      if (lock.tryAcquire()) return holding(body);
    }
    throw new Error('tally: closed before the lock came free; nothing was counted');
  }

  return {
    run(body) {
      if (lock.tryAcquire()) return holding(body);
      if (isMainThread) return later(body);
      lock.acquire();
      return holding(body);
    },
    close() {
      closed = true;
    },
  };
}

// The word: 0 is free; else (threadId + 1) * 2, plus 1 when a thread may sleep waiting for it. One
// word makes "take the lock" and "name the holder" one step. With the holder in a second word, a
// thread killed between the two steps would leave a lock that no living thread can free.
const FREE = 0n;
const CONTENDED = 1n;

/**
 * A mutual-exclusion lock in one word of shared memory: the three-state mutex of Ulrich Drepper,
 * "Futexes Are Tricky" (2011). The word names the holder, so that the supervisor can free the lock
 * of a dead thread. Only the main thread never blocks on it. It is neither recursive nor fair.
 */
export interface Lock {
  /** Takes the lock if it is free. Never blocks. */
  tryAcquire(): boolean;
  /** Takes the lock, blocking this thread until it has it. @throws Error on the main thread */
  acquire(): void;
  /** @throws Error when this thread does not hold the lock */
  release(): void;
  /** Frees the lock if that ended thread held it, and wakes all waiting threads. */
  freeAfter(endedThreadId: number): void;
  /** The holder, and whether a thread may sleep waiting: correct for a moment only. */
  inspect(): { readonly holder: number | undefined; readonly contended: boolean };
}

export function createLock(slice: Slice, index: number): Lock {
  const mine = BigInt(threadId + 1) << 1n;

  function acquire(): void {
    if (isMainThread) throw new Error('lock: the main thread must not block: use tryAcquire');
    let word = slice.compareExchange(index, FREE, mine);
    while (word !== FREE) {
      // Mark before sleeping: a holder that sees no mark wakes no thread, and we would sleep on.
      const marked = word | CONTENDED;
      if (word === marked || slice.compareExchange(index, word, marked) === word) {
        // Returns at once if the word is no longer `marked`, so we cannot miss a release between
        // the mark and the sleep.
        slice.wait(index, marked);
      }
      // Take it with the mark: other threads may still sleep, and the release that woke us cleared
      // their mark. Without it our own release would leave them asleep for ever.
      word = slice.compareExchange(index, FREE, mine | CONTENDED);
    }
  }

  return {
    tryAcquire: () => slice.compareExchange(index, FREE, mine) === FREE,
    acquire,
    release() {
      if (readHolder(slice.load(index)) !== threadId) {
        throw new Error(`lock: thread ${threadId} releases a lock that it does not hold`);
      }
      // Exchange, not store: a store would lose a mark set since the load, and its sleeper.
      const word = slice.exchange(index, FREE);
      if ((word & CONTENDED) !== 0n) slice.notify(index, 1);
    },
    freeAfter(endedThreadId) {
      // A loop, since waiting threads may set the mark meanwhile.
      let word = slice.load(index);
      while (readHolder(word) === endedThreadId) {
        slice.compareExchange(index, word, FREE);
        word = slice.load(index);
      }
      // Wake all, even if the dead thread held nothing: a release may have chosen to wake it. That
      // wake-up died with it, and the others would sleep beside a free lock.
      slice.notify(index);
    },
    inspect() {
      const word = slice.load(index);
      return { holder: readHolder(word), contended: (word & CONTENDED) !== 0n };
    },
  };
}

function readHolder(word: bigint): number | undefined {
  return word === FREE ? undefined : Number(word >> 1n) - 1;
}
