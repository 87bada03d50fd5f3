// A planted fault: the counts are plain variables of the thread or the process that scores, and
// /stats shows those of whoever answers it:
//   let stats = {}   // at the top of a module that is loaded in several threads or processes
// With one that both scores and answers it is right. Any thread; it shares no memory at all.

import { nextCount, toCount } from '../count.js';
import { nameOf, type PlantedKind, startOf } from '../kind.js';

export const local: PlantedKind = {
  does: 'counts in a variable of each thread or process; /stats shows those of whoever answers',
  isEachItsOwn: true,
  plan: () => ({}),
  create(options) {
    const { names } = options;
    const start = startOf(options);
    const counts = names.map((_, counter) => BigInt(start[counter] ?? 0));
    return {
      add(counter) {
        const cell = nameOf(names, counter);
        const count = counts[counter] ?? 0n;
        const value = nextCount(count, cell);
        counts[counter] = count + 1n;
        return { cell, value };
      },
      cellOf: (counter) => nameOf(names, counter),
      snapshot: () => ({
        counts: names.map((name, counter) => toCount(counts[counter] ?? 0n, name)),
        exact: true,
        collects: 1,
      }),
      recover() {},
      close() {},
    };
  },
};
