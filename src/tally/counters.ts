// Plain counters that every thread of the service may add to (requests by route and status, and so
// on), read by whoever answers `GET /metrics`. Any thread. This is not the tally: an add gives no
// ticket, and several reads are several moments, not a snapshot.

import { toCount } from './count.js';
import type { Slice } from './region.js';

/** Counters by index: what an index stands for is known by the caller alone. */
export interface Counters {
  /**
   * Adds `by` (1 when left out) with one atomic add.
   * @throws RangeError when `by` is not a whole number from 0 up: a counter never goes down
   */
  add(index: number, by?: number): void;
  /** @throws RangeError above 2^53-1 */
  read(index: number): number;
}

export function createCounters(slice: Slice): Counters {
  return {
    add(index, by = 1) {
      if (!Number.isSafeInteger(by) || by < 0) {
        throw new RangeError(`counter ${index}: cannot add ${by}, only whole numbers from 0 up`);
      }
      slice.add(index, BigInt(by));
    },
    read: (index) => toCount(slice.load(index), `counter ${index}`),
  };
}
