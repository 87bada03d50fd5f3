// A planted fault: reads the count, scores, then writes the count plus one, as people write it:
//   n = stats[level]; result = score(tx); stats[level] = n + 1
// Two threads that score at the same time read the same number, and one count is lost. Each read
// and each write is atomic; the add is not. Any thread; it never blocks.

import { atomic, CELLS } from '../atomic.js';
import { nextCount } from '../count.js';
import { type AddOne, nameOf, type PlantedKind } from '../kind.js';

export const racy: PlantedKind = {
  does: 'reads the count before scoring and writes it plus one after: two at a time lose one',
  plan: atomic.plan,
  create(options) {
    const { names, region } = options;
    const cells = region.slice(CELLS);
    /** The level is not known yet: all of them are read. */
    function open(): AddOne {
      const before = names.map((_, counter) => cells.load(counter));
      return (counter) => {
        const cell = nameOf(names, counter);
        const count = before[counter] ?? 0n;
        const value = nextCount(count, cell);
        cells.store(counter, count + 1n);
        return { cell, value };
      };
    }
    return { ...atomic.create(options), open, add: (counter) => open()(counter) };
  },
};
