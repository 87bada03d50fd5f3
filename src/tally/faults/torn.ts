// A planted fault: the total is a counter of its own, added to when scoring begins, and the level
// when it ends; /stats reads the one and then the others:
//   stats.total++; result = score(tx); stats[result.level]++
// Both adds are atomic, no count is lost, and yet a read in between shows a total that is not the
// sum. Any thread; it never blocks.

import { atomic, CELLS } from '../atomic.js';
import { toCount } from '../count.js';
import type { PlantedKind } from '../kind.js';

const TOTAL = 'tally.total';

export const torn: PlantedKind = {
  does: 'keeps the total apart from the levels and reads one after the other: they can disagree',
  plan: (names) => ({ ...atomic.plan(names), [TOTAL]: { words: 1, padded: true } }),
  create(options) {
    const { names, region } = options;
    const sound = atomic.create(options);
    const cells = region.slice(CELLS);
    const total = region.slice(TOTAL);
    return {
      ...sound,
      // What is refused is added without being opened: it is no part of the total.
      open() {
        total.add(0, 1n);
        return sound.add;
      },
      /** One collect where two that agree are needed; `exact` is what its author believes. */
      snapshot: () => ({
        total: toCount(total.load(0), 'total'),
        counts: names.map((name, counter) => toCount(cells.load(counter), name)),
        exact: true,
        collects: 1,
      }),
    };
  },
};
