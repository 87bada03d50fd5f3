// The default tally: one cell for each counter, one fetch-and-add for each add. Any thread; it
// never blocks, and there is nothing to recover: an add has happened or has not, it has no middle.

import { collectCells } from './collect.js';
import { nextCount } from './count.js';
import { type CountingOptions, type Kind, nameOf, startOf } from './kind.js';

export const CELLS = 'tally.cells';

export const atomic: Kind = {
  plan: (names) => ({ [CELLS]: { words: names.length, padded: true } }),

  create(options: CountingOptions) {
    const { names } = options;
    const cells = options.region.slice(CELLS);
    startOf(options).forEach((count, counter) => {
      cells.store(counter, BigInt(count));
    });
    const cellName = (index: number): string => nameOf(names, index);
    return {
      add(counter) {
        const cell = nameOf(names, counter);
        return { cell, value: nextCount(cells.add(counter, 1n), cell) };
      },
      cellOf: cellName,
      snapshot: () => collectCells(cells, names, cellName),
      recover() {},
      close() {},
    };
  },
};
