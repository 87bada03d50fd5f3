// A mutual-exclusion lock in one word of shared memory, which knows who holds it: the three-state
// mutex of Ulrich Drepper, "Futexes Are Tricky" (2011), with the holder in the word, so that the
// lock of a dead thread can be freed. Task workers and listening threads may block here; the main
// thread never does. It is neither recursive nor fair.

import { isMainThread, threadId } from 'node:worker_threads';
import type { Slice } from './region.js';

// The word: 0 is free; else (threadId + 1) * 2, plus 1 when somebody may be asleep waiting for it.
// One word, so that taking the lock and signing for it are one step: with the holder in a word of
// its own, a thread killed between the two would leave a lock that is held by nobody.
const FREE = 0n;
const CONTENDED = 1n;

export interface Lock {
  /** Takes the lock if it is free. Never blocks. */
  tryAcquire(): boolean;
  /** Takes the lock, blocking this thread until it has it. @throws Error on the main thread */
  acquire(): void;
  /** @throws Error when this thread does not hold the lock */
  release(): void;
  /** Frees the lock if that thread, which has ended, held it, and wakes all who wait. */
  freeAfter(endedThreadId: number): void;
  /** Who holds it and whether somebody may be asleep waiting: right for a moment only. */
  inspect(): { readonly holder: number | undefined; readonly contended: boolean };
}

export function createLock(slice: Slice, index: number): Lock {
  const mine = signatureOf(threadId);

  function acquire(): void {
    if (isMainThread) throw new Error('lock: the main thread must not block: use tryAcquire');
    let word = slice.compareExchange(index, FREE, mine);
    while (word !== FREE) {
      // Marked before sleeping: a holder that sees no mark wakes nobody, and we would sleep on.
      const marked = word | CONTENDED;
      if (word === marked || slice.compareExchange(index, word, marked) === word) {
        // Returns at once if the word is no longer `marked`: a release between the mark and the
        // sleep is not missed.
        slice.wait(index, marked);
      }
      // Taken with the mark: others may be asleep behind us, and the release that woke us has wiped
      // their mark out. Without it our own release would leave them asleep for ever.
      word = slice.compareExchange(index, FREE, mine | CONTENDED);
    }
  }

  return {
    tryAcquire: () => slice.compareExchange(index, FREE, mine) === FREE,
    acquire,
    release() {
      if (holderOf(slice.load(index)) !== threadId) {
        throw new Error(`lock: thread ${threadId} releases a lock that it does not hold`);
      }
      // Exchanged, not stored: a mark set since the load would be lost, and its sleeper with it.
      const word = slice.exchange(index, FREE);
      if ((word & CONTENDED) !== 0n) slice.notify(index, 1);
    },
    freeAfter(endedThreadId) {
      // In a loop, since waiters may set the mark meanwhile; the holder itself is dead.
      let word = slice.load(index);
      while (holderOf(word) === endedThreadId) {
        slice.compareExchange(index, word, FREE);
        word = slice.load(index);
      }
      // All, and even if the dead thread held nothing: it may have been the one that a release
      // chose to wake, and that wake-up died with it while the others sleep beside a free lock.
      slice.notify(index);
    },
    inspect() {
      const word = slice.load(index);
      return { holder: holderOf(word), contended: (word & CONTENDED) !== 0n };
    },
  };
}

function signatureOf(thread: number): bigint {
  return BigInt(thread + 1) << 1n;
}

function holderOf(word: bigint): number | undefined {
  return word === FREE ? undefined : Number(word >> 1n) - 1;
}
