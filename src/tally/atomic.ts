// The tallies whose add is one atomic fetch-and-add: `atomic` (default) has one cell for each
// counter, `striped` has 16. Any thread; they never block. Nothing needs recovery: an add has
// happened or has not, and has no middle.

import { threadId } from 'node:worker_threads';
import {
  type CounterStrategy,
  counterName,
  type Snapshot,
  type StrategyFactory,
  type StrategyOptions,
  startCounts,
} from './counter-strategy.js';
import { nextCount, type Slice, sumCounts, toCount } from './region.js';

export const CELLS = 'tally.cells';
const STRIPED_CELLS = 'tally.stripes';

/** More than the cores of most machines. Each counter takes 16 * 128 bytes. */
const STRIPES = 16;

export const atomic: StrategyFactory = {
  plan: (names) => ({ [CELLS]: { words: names.length, padded: true } }),
  create: (options) => createCells(options, CELLS, options.names, 0),
};

/**
 * Each thread adds to its own stripe, so the cost does not grow with the number of threads; a read
 * sums the stripes. Two threads on one stripe (16 apart) stay correct, since the add is atomic.
 */
export const striped: StrategyFactory = {
  plan: (names) => ({ [STRIPED_CELLS]: { words: names.length * STRIPES, padded: true } }),
  create(options) {
    const stripes = Array.from({ length: STRIPES }, (_, index) => index);
    const cellNames = options.names.flatMap((name) => stripes.map((index) => `${name}.${index}`));
    // The owner's stripe takes the whole start, so that its tickets continue from there.
    return createCells(options, STRIPED_CELLS, cellNames, threadId % STRIPES);
  },
};

/** The cells of one counter are adjacent; this thread adds to the one at `stripe`. */
function createCells(
  options: StrategyOptions,
  slice: string,
  cellNames: readonly string[],
  stripe: number,
): CounterStrategy {
  const { names } = options;
  const cells = options.region.slice(slice);
  const perCounter = cellNames.length / names.length;
  startCounts(options).forEach((count, counter) => {
    cells.store(counter * perCounter + stripe, BigInt(count));
  });
  const ownCells = names.map((_, counter) => counterName(cellNames, counter * perCounter + stripe));
  return {
    add(counter) {
      const cell = ownCells[counter] ?? counterName(ownCells, counter);
      return { cell, value: nextCount(cells.add(counter * perCounter + stripe, 1n), cell) };
    },
    cellOf: (counter) => counterName(ownCells, counter),
    snapshot: () => collectCells(cells, names, (index) => counterName(cellNames, index)),
    recover() {},
    close() {},
  };
}

/** Enough while adds come every few microseconds. It bounds the time of a read. */
export const COLLECTS_MAX = 64;

/**
 * A snapshot of cells that other threads add to meanwhile: the double collect. It reads the cells
 * of each name, which are adjacent, and sums them. It never blocks: after `COLLECTS_MAX` collects
 * it returns an inexact snapshot.
 *
 * Why two equal collects are a snapshot (Afek et al., "Atomic Snapshots of Shared Memory", J. ACM
 * 40(4), 1993, first observation): cells only grow, so a cell read as v and later as v again held v
 * all the time in between. The first collect ended before the second began: at any moment between
 * the two, every cell held what both read. That moment lies inside the call, which is
 * linearizability. With cells that also shrink it would be false (A-B-A).
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
    exact = last.every((count, index) => count === next[index]);
    last = next;
  }
  const counts = names.map((name, counter) => {
    const first = counter * perCounter;
    return sumCounts(last.slice(first, first + perCounter), name);
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
