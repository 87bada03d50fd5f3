// A tally with 16 cells (stripes) for each counter: threads add to cells of their own, which costs
// the same however many they are, and a read adds the stripes up. Any thread; it never blocks. Two
// threads on one stripe (16 apart) stay right, since the add is atomic: they only share its cost.

import { threadId } from 'node:worker_threads';
import { collectCells } from './collect.js';
import { nextCount } from './count.js';
import { type CountingOptions, type Kind, nameOf, startOf } from './kind.js';

const CELLS = 'tally.stripes';

/** More than the cores of most machines; each counter takes 16 * 128 bytes. */
export const STRIPES = 16;

export const striped: Kind = {
  plan: (names) => ({ [CELLS]: { words: names.length * STRIPES, padded: true } }),

  create(options: CountingOptions) {
    const { names } = options;
    const cells = options.region.slice(CELLS);
    const stripe = threadId % STRIPES;
    // All of the start goes into the owner's stripe: its tickets then go on from there.
    startOf(options).forEach((count, counter) => {
      cells.store(counter * STRIPES + stripe, BigInt(count));
    });
    const cellNames = names.flatMap((name) =>
      Array.from({ length: STRIPES }, (_, index) => `${name}.${index}`),
    );
    const ownCells = names.map((name) => `${name}.${stripe}`);
    const cellName = (index: number): string => nameOf(cellNames, index);
    return {
      add(counter) {
        const cell = nameOf(ownCells, counter);
        return { cell, value: nextCount(cells.add(counter * STRIPES + stripe, 1n), cell) };
      },
      cellOf: (counter) => nameOf(ownCells, counter),
      snapshot: () => collectCells(cells, names, cellName),
      recover() {},
      close() {},
    };
  },
};
