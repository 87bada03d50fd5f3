// Tallies with a seeded fault, so that a user can see the checker catch it. Each is a mistake that
// people make. They have their own table, because the contract of a tally does not hold for them.
// Any thread; none of them blocks. src/topologies says on which topology each can fail.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { atomic, CELLS } from '../atomic.js';
import {
  type AddOne,
  type CellTicket,
  counterName,
  type StrategyFactory,
  type TakeSnapshot,
} from '../counter-strategy.js';
import { createNumbers } from '../owner.js';
import { nextCount, type Slice, toCount } from '../region.js';

export const SEEDED_FAULT_NAMES = ['racy', 'await-race', 'local', 'stale', 'torn', 'double'] as const;
export type SeededFaultName = (typeof SEEDED_FAULT_NAMES)[number];

export interface SeededFault extends StrategyFactory {
  /** What it does wrong: the end of a sentence that begins with its name. */
  readonly description: string;
  /** Several processes do not share its counts: each answers with its own. */
  readonly isUnshared?: true;
}

/** The second half of a lost update: writes the count that was read earlier, plus one. */
function writeBack(cells: Slice, counter: number, cell: string, before: bigint): CellTicket {
  const value = nextCount(before, cell);
  cells.store(counter, before + 1n);
  return { cell, value };
}

/**
 * A lost update: reads the count, scores, then writes the count plus one.
 *   n = stats[level]; result = score(tx); stats[level] = n + 1
 * Two threads that score at the same time read the same number, and one count is lost. Each read
 * and each write is atomic; the add is not.
 */
const racy: SeededFault = {
  description: 'reads the count before scoring and writes it plus one after: two at a time lose one',
  plan: atomic.plan,
  create(options) {
    const { names, region } = options;
    const cells = region.slice(CELLS);
    function beforeScore(): AddOne {
      // It reads all counters: the level is not known yet.
      const before = names.map((_, counter) => cells.load(counter));
      return (counter) => {
        return writeBack(cells, counter, counterName(names, counter), before[counter] ?? 0n);
      };
    }
    return { ...atomic.create(options), beforeScore, add: (counter) => beforeScore()(counter) };
  },
};

/**
 * A lost update without a second thread: awaits between the read and the write, as with a database.
 *   n = await db.get(level); await db.set(level, n + 1)
 * While one call waits, the same event loop runs another call, which reads the same number.
 */
const awaitRace: SeededFault = {
  description: 'awaits a turn between reading the count and writing it plus one: two at a time lose one',
  plan: atomic.plan,
  create(options) {
    const cells = options.region.slice(CELLS);
    return {
      ...atomic.create(options),
      async add(counter) {
        const cell = counterName(options.names, counter);
        const count = cells.load(counter);
        await nextTurn();
        return writeBack(cells, counter, cell, count);
      },
    };
  },
};

/**
 * Counts in plain variables of the thread or process that scores; /stats shows those of the one
 * that answers it. With one thread that scores and answers it is correct. It shares no memory.
 *   let stats = {}   // at the top of a module that several threads or processes load
 */
const local: SeededFault = {
  description: 'counts in a variable of each thread or process; /stats shows one of them',
  isUnshared: true,
  plan: () => ({}),
  create(options) {
    const numbers = createNumbers(options);
    return {
      add: numbers.add,
      cellOf: (counter) => counterName(options.names, counter),
      snapshot: () => ({ counts: numbers.counts(), exact: true, collects: 1 }),
      recover() {},
      close() {},
    };
  },
};

/** How long `stale` shows the same snapshot. */
export const STALE_MS = 100;

/**
 * Counts correctly, but each thread or process that answers /stats caches its snapshot.
 *   if (Date.now() - cache.at < 100) return cache.stats
 */
const stale: SeededFault = {
  description: `counts correctly, but /stats shows counts that are up to ${STALE_MS} ms old`,
  plan: atomic.plan,
  create: (options) => ({
    ...atomic.create(options),
    wrapSnapshot: (take) => cacheSnapshot(take, () => performance.now()),
  }),
};

/** Takes at most one snapshot in `STALE_MS` by the given clock, and repeats it in between. */
export function cacheSnapshot(take: TakeSnapshot, now: () => number): TakeSnapshot {
  let last: { readonly atMs: number; readonly snapshot: ReturnType<TakeSnapshot> } | undefined;
  return () => {
    const atMs = now();
    if (last === undefined || atMs - last.atMs >= STALE_MS) last = { atMs, snapshot: take() };
    return last.snapshot;
  };
}

const TOTAL = 'tally.total';

/**
 * Counts the total separately: adds to it when scoring begins, and to the level when it ends.
 *   stats.total++; result = score(tx); stats[result.level]++
 * Both adds are atomic and no count is lost. Yet a read in between shows a total that is not the
 * sum of the levels.
 */
const torn: SeededFault = {
  description: 'keeps the total apart from the levels and reads one after the other: they can disagree',
  plan: (names) => ({ ...atomic.plan(names), [TOTAL]: { words: 1, padded: true } }),
  create(options) {
    const { names, region } = options;
    const correct = atomic.create(options);
    const cells = region.slice(CELLS);
    const total = region.slice(TOTAL);
    return {
      ...correct,
      // A refused transaction has no `beforeScore`, so it is no part of the total.
      beforeScore() {
        total.add(0, 1n);
        return correct.add;
      },
      // One collect, where a snapshot needs two equal ones. `exact` is what its author believes.
      snapshot: () => ({
        total: toCount(total.load(0), 'total'),
        counts: names.map((name, counter) => toCount(cells.load(counter), name)),
        exact: true,
        collects: 1,
      }),
    };
  },
};

/** `double` does every 50th add of a thread or process twice. */
export const DOUBLE_EVERY = 50;

/**
 * A blind retry: the first attempt arrived and only its answer was lost. The ticket is that of the
 * second add.
 *   try { await add() } catch { await add() }
 */
const double: SeededFault = {
  description: `does every ${DOUBLE_EVERY}th add of each thread or process twice, as a blind retry would`,
  plan: atomic.plan,
  create(options) {
    const correct = atomic.create(options);
    let adds = 0;
    return {
      ...correct,
      add(counter) {
        adds += 1;
        if (adds % DOUBLE_EVERY === 0) void correct.add(counter);
        return correct.add(counter);
      },
    };
  },
};

export const SEEDED_FAULTS: Readonly<Record<SeededFaultName, SeededFault>> = {
  racy,
  'await-race': awaitRace,
  local,
  stale,
  torn,
  double,
};

/** The seeded fault of a tally with this name; undefined for a correct tally. */
export function findSeededFault(name: string): SeededFaultName | undefined {
  return SEEDED_FAULT_NAMES.find((fault) => fault === name);
}

/** Whether processes with this tally do not share their counts. */
export function isUnshared(name: string): boolean {
  const fault = findSeededFault(name);
  return fault !== undefined && SEEDED_FAULTS[fault].isUnshared === true;
}
