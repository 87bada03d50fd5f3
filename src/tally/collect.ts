// A snapshot of cells that other threads go on adding to, without stopping them: the double
// collect. Any thread. It never blocks, and gives up being exact rather than try for ever.

import { sumCounts, toCount } from './count.js';
import { nameOf, type Snapshot } from './kind.js';
import type { Slice } from './region.js';

/** Enough for adds that come every few microseconds, and a bound on the reader's time. */
export const COLLECTS_MAX = 64;

/**
 * Reads the cells of each name, which lie side by side, and adds them up.
 *
 * Why two equal collects are a snapshot (Afek et al., "Atomic Snapshots of Shared Memory", J. ACM
 * 40(4), 1993, the observation that their algorithms begin with): cells only grow, so a cell read
 * as v and later as v again held v all the time in between. The first collect ended before the
 * second began: at any moment between the two, every cell held what both read. The snapshot took
 * place at that moment, which lies inside the call: that is linearizability. With cells that go
 * down and up again it would be false (A-B-A).
 *
 * @throws RangeError when a cell or a sum is above 2^53-1
 */
export function collectCells(
  cells: Slice,
  names: readonly string[],
  cellName: (index: number) => string,
): Snapshot {
  const perCounter = cells.length / names.length;
  let last = collect(cells, cellName);
  let exact = false;
  let collects = 1;
  while (!exact && collects < COLLECTS_MAX) {
    const next = collect(cells, cellName);
    collects += 1;
    exact = sameCounts(last, next);
    last = next;
  }
  const counts = names.map((_, counter) => {
    const first = counter * perCounter;
    return sumCounts(last.slice(first, first + perCounter), nameOf(names, counter));
  });
  return { counts, exact, collects };
}

function collect(cells: Slice, cellName: (index: number) => string): number[] {
  const counts: number[] = [];
  for (let index = 0; index < cells.length; index += 1) {
    counts.push(toCount(cells.load(index), cellName(index)));
  }
  return counts;
}

function sameCounts(some: readonly number[], others: readonly number[]): boolean {
  return some.every((count, index) => count === others[index]);
}
