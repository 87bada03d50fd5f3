// A tally under one lock: load, plus one, store, with nobody in between. It is here to be
// compared: an add that locks is right too, and costs more. In a task worker or a listening thread
// a contended add blocks; on the main thread it returns a promise and tries again on later turns
// of the event loop, because the holder may have been killed, and only that loop can learn of it
// and recover.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';
import { nextCount, toCount } from './count.js';
import { type CountingOptions, type Kind, nameOf, startOf } from './kind.js';
import { createLock, type Lock } from './lock.js';
import type { Region } from './region.js';

const CELLS = 'tally.guarded';
const LOCK = 'tally.lock';

/** The lock that guards the cells of a `mutex` tally in this region. */
export function tallyLock(region: Region): Lock {
  return createLock(region.slice(LOCK), 0);
}

export const mutex: Kind = {
  plan: (names) => ({
    [CELLS]: { words: names.length, padded: true },
    [LOCK]: { words: 1, padded: true },
  }),

  create(options: CountingOptions) {
    const { names, region } = options;
    const cells = region.slice(CELLS);
    const lock = tallyLock(region);
    startOf(options).forEach((count, counter) => {
      cells.store(counter, BigInt(count));
    });
    const { run, close } = underLock(lock);
    return {
      add(counter) {
        const cell = nameOf(names, counter);
        return run(() => {
          // Not an atomic add: the lock alone keeps other adds out from between the load and the
          // store. Each of the two is atomic only so that none can be torn in halves by a kill.
          const before = cells.load(counter);
          const value = nextCount(before, cell);
          cells.store(counter, before + 1n);
          return { cell, value };
        });
      },
      cellOf: (counter) => nameOf(names, counter),
      snapshot: () =>
        run(() => {
          const counts = names.map((name, counter) => toCount(cells.load(counter), name));
          return { counts, exact: true, collects: 1 };
        }),
      // The holder died before its store or after it: the cell is as before that add or as after
      // it, never anything else. Nobody got a ticket for it in either case, so nothing was
      // promised.
      recover: (threadId) => lock.freeAfter(threadId),
      close,
    };
  },
};

/** Runs bodies that do not await while holding the lock: a turn of the loop never holds it. */
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
