// A planted fault: awaits between reading the count and writing it plus one, as with a database:
//   n = await db.get(level); await db.set(level, n + 1)
// No second thread is needed: while one waits, the same event loop runs another, which reads the
// same number. Any thread; it never blocks.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { atomic, CELLS } from '../atomic.js';
import { nextCount } from '../count.js';
import { nameOf, type PlantedKind } from '../kind.js';

export const awaitRace: PlantedKind = {
  does: 'awaits a turn between reading the count and writing it plus one: two at a time lose one',
  plan: atomic.plan,
  create(options) {
    const cells = options.region.slice(CELLS);
    return {
      ...atomic.create(options),
      async add(counter) {
        const cell = nameOf(options.names, counter);
        const count = cells.load(counter);
        await nextTurn();
        const value = nextCount(count, cell);
        cells.store(counter, count + 1n);
        return { cell, value };
      },
    };
  },
};
