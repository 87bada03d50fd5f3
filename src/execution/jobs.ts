// What is said of texts that were not taken, and how many places in the queue a submission needs.
// Pure; it neither queues nor scores.

import type { Cancel, Failure, RefusalReason, Settle } from './executor.js';

/** Texts that share one place in the queue; and at most so many are one task of `pool`. */
export const PLACE_ITEMS_MAX = 64;

/** Places that a submission of so many texts needs. */
export function placesFor(texts: number): number {
  return Math.ceil(texts / PLACE_ITEMS_MAX);
}

/** The item of a text that was refused while others of its submission were begun. */
export function neverBegun(code: RefusalReason): Failure {
  return { ok: false, code, detail: 'it was never begun' };
}

/** Settles a submission that was not taken. */
export function refuse(settle: Settle, reason: RefusalReason): Cancel {
  settle({ state: 'refused', reason });
  return nothingToCancel;
}

export function nothingToCancel(): void {}

/** Settles a submission of no texts. */
export function nothingToDo(settle: Settle): Cancel {
  settle({ state: 'done', items: [], timing: { queueMs: 0, scoreMs: 0, dispatchMs: 0 } });
  return nothingToCancel;
}
