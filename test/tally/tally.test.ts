// The table of tallies: every kind is under contract, plans can be merged, bad options are refused.
// And the border between 64-bit cells and numbers.

import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { createRegion, nextCount, sumCounts, toCount } from '../../src/tally/region.js';
import { createTally, TALLY_KINDS, tallyPlan } from '../../src/tally/tally.js';
import { suite } from '../support/suite.js';
import { NAMES } from './tally-harness.js';

const test = suite('tally: the table');

test('every kind in the table has a file here that puts it under contract', () => {
  const files = readdirSync(new URL('.', import.meta.url));
  for (const kind of TALLY_KINDS) assert.ok(files.includes(`${kind}.test.js`), kind);
});

test('the slices of a tally are named tally.*, so that they merge into one plan', () => {
  for (const kind of TALLY_KINDS) {
    const slices = Object.keys(tallyPlan(kind, NAMES));
    assert.ok(slices.length > 0);
    for (const slice of slices) assert.match(slice, /^tally\./);
  }
});

test('every cell of every kind has a cache line of its own', () => {
  for (const kind of TALLY_KINDS) {
    for (const slice of Object.values(tallyPlan(kind, NAMES))) assert.is(slice.padded, true);
  }
});

test('names that a header could not carry are refused, and so are none and twins', () => {
  for (const names of [[], ['A', 'A'], ['A:1'], ['A B'], ['A,B'], ['']]) {
    assert.throws(() => tallyPlan('atomic', names), RangeError);
  }
});

test('a start that is not one count for each name is refused', () => {
  const region = createRegion(tallyPlan('atomic', NAMES));
  for (const start of [[0], [0, 0, 0, -1], [0, 0, 0, 0.5], [0, 0, 0, 2 ** 53], [0, 0, 0, 0, 0]]) {
    const options = { names: NAMES, region, role: 'owner', channel: 'table', start } as const;
    assert.throws(() => createTally({ kind: 'atomic', ...options }), RangeError);
  }
});

test('only the owner writes the start: a member created later takes nothing back', async () => {
  for (const kind of TALLY_KINDS) {
    const region = createRegion(tallyPlan(kind, NAMES));
    const options = { kind, names: NAMES, region, channel: `table.${kind}`, start: [5, 0, 0, 7] };
    const owner = createTally({ ...options, role: 'owner' });
    assert.is((await owner.add(0)).value, 6);
    const member = createTally({ ...options, role: 'member' });
    assert.is((await member.add(0)).value, 7);
    assert.equal((await owner.snapshot()).counts, [7, 0, 0, 7]);
    member.close();
    owner.close();
  }
});

test('a cell becomes a number exactly, or not at all', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
      const inRange = value >= 0n && value <= 2n ** 53n - 1n;
      if (inRange) assert.is(BigInt(toCount(value, 'A')), value);
      else assert.throws(() => toCount(value, 'A'), /cell A would read/);
    }),
  );
});

test('the value after an add is exact, or refused: around 2^53 too', () => {
  const around = fc.bigInt({ min: 2n ** 53n - 5n, max: 2n ** 53n + 5n });
  fc.assert(
    fc.property(fc.oneof(around, fc.bigInt({ min: 0n, max: 2n ** 63n - 1n })), (before) => {
      if (before < 2n ** 53n - 1n) assert.is(BigInt(nextCount(before, 'A')), before + 1n);
      else assert.throws(() => nextCount(before, 'A'), RangeError);
    }),
  );
});

test('a sum of counts that are in range is refused when it is not', () => {
  const half = 2 ** 52;
  assert.is(sumCounts([half, half - 1], 'A'), Number.MAX_SAFE_INTEGER);
  assert.throws(() => sumCounts([half, half, 1], 'A'), /cell A .*740993/);
});

test.run();
