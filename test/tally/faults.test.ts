// The bad twins of the contract: each of its detectors is shown to fire on a tally that is broken
// on purpose, by real threads, and on histories written by hand.

import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { COLLECTS_MAX, collectCells } from '../../src/tally/atomic.js';
import type { Slice } from '../../src/tally/region.js';
import { gather } from '../fixtures/tally/job.js';
import { suite } from '../support/suite.js';
import { backwards, fallingTicket, lostAdds, offStairs, sparseTicket, unchained } from './detectors.js';
import { openHarness } from './tally-harness.js';

const test = suite('tally: planted faults');

// A race need not happen in one try: the thread may not overlap. It has these many.
const ROUNDS_MAX = 20;

test('load and store instead of add: adds are lost, and two get the same ticket', async () => {
  let lost = 0;
  let repeated: unknown;
  for (let round = 0; round < ROUNDS_MAX && (lost === 0 || repeated === undefined); round += 1) {
    const harness = openHarness('racy');
    try {
      const crew = harness.crew(Array(2).fill({ is: 'adds', adds: 100_000, work: 0 }));
      const tickets = await Promise.all(crew.map((hired) => hired.tickets));
      lost = Math.max(lost, lostAdds(harness.acknowledged(), await harness.count()));
      repeated ??= sparseTicket(tickets.flatMap(({ LOW }) => LOW ?? []));
    } finally {
      await harness.close();
    }
  }
  assert.ok(lost > 0, `no add was lost in ${ROUNDS_MAX} rounds`);
  assert.ok(repeated, `no ticket was given twice in ${ROUNDS_MAX} rounds`);
});

test('one collect instead of two: snapshots that never were, and no order explains', async () => {
  const adders = 2;
  const wanted = { exactWanted: 2000, readsMax: 4000 };
  let impossible: unknown;
  let pair: unknown;
  for (let round = 0; round < ROUNDS_MAX && !(impossible && pair); round += 1) {
    const harness = openHarness('oneCollect');
    try {
      const [reader, ...crew] = harness.crew([
        { is: 'reads', ...wanted },
        ...Array(adders).fill({ is: 'adds until stopped', work: 500 }),
      ]);
      const here = await gather(() => harness.tally.snapshot(), wanted, nextTurn);
      const there = (await reader?.snapshots) ?? [];
      harness.stop();
      await Promise.all(crew.map((hired) => hired.tickets));
      const seen = [...here, ...there].map(({ counts }) => counts);
      impossible ??= offStairs(seen, adders);
      pair ??= unchained(seen);
    } finally {
      await harness.close();
    }
  }
  assert.ok(impossible, `no impossible snapshot in ${ROUNDS_MAX} rounds`);
  assert.ok(pair, `no incomparable snapshots in ${ROUNDS_MAX} rounds`);
});

test('cells that never rest: the reader gives up after its last collect and says so', () => {
  // Every load moves a cell, as if an adder always came in between.
  let loads = 0n;
  const restless = { length: 2, load: () => loads++ } as unknown as Slice;
  const { exact, collects, counts } = collectCells(restless, ['A', 'B'], String);
  assert.is(exact, false);
  assert.is(collects, COLLECTS_MAX);
  assert.equal(counts, [2 * COLLECTS_MAX - 2, 2 * COLLECTS_MAX - 1]);
});

test('cells that move once: the reader collects again until two collects agree', () => {
  const first = [1n, 1n, 2n, 1n];
  const slice = { length: 2, load: (index: number) => first.shift() ?? [2n, 1n][index] };
  const snapshot = collectCells(slice as unknown as Slice, ['A', 'B'], String);
  assert.equal(snapshot, { counts: [2, 1], exact: true, collects: 3 });
});

test('tickets: a repeated, a missing, a zero and a falling one are each seen', () => {
  assert.is(sparseTicket([2, 1, 3]), undefined);
  assert.equal(sparseTicket([1, 2, 2]), { expected: 3, found: 2 });
  assert.equal(sparseTicket([1, 3]), { expected: 2, found: 3 });
  assert.equal(sparseTicket([0, 1]), { expected: 1, found: 0 });
  assert.is(fallingTicket([1, 4, 9]), undefined);
  assert.equal(fallingTicket([1, 4, 4]), { before: 4, after: 4 });
});

/** One snapshot for each text, one digit for each cell. */
const read = (...texts: string[]) => texts.map((text) => Array.from(text, Number));

test('readers: a step back, two incomparable snapshots and an impossible one are each seen', () => {
  assert.is(backwards(read('10', '11')), undefined);
  assert.ok(backwards(read('11', '20')));
  assert.is(unchained(read('22', '01', '11')), undefined);
  assert.ok(unchained(read('01', '10')));
  assert.is(offStairs(read('211', '322'), 1), undefined);
  assert.ok(offStairs(read('010'), 2));
  assert.ok(offStairs(read('300'), 2));
});

test('comparing neighbours finds exactly the sets in which some two are incomparable', () => {
  const count = fc.integer({ min: 0, max: 3 });
  const vectors = fc.array(fc.tuple(count, count, count), { maxLength: 8 });
  fc.assert(
    fc.property(vectors, (all) => {
      const below = (a: number[], b: number[]) => a.every((value, cell) => value <= (b[cell] ?? 0));
      const everyPair = all.every((a) => all.every((b) => below(a, b) || below(b, a)));
      assert.is(unchained(all) === undefined, everyPair);
    }),
  );
});

test.run();
