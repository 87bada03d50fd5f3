// The cut of shared memory into slices: nothing overlaps, padded words share no cache line with any
// other word, every thread sees the same bytes, and bad plans are refused.

import fc from 'fast-check';
import * as assert from 'uvu/assert';
import {
  attachRegion,
  createRegion,
  LINE_BYTES,
  type Region,
  type RegionPlan,
} from '../../src/tally/region.js';
import { suite } from '../support/suite.js';

const test = suite('shared: region');

const plans = fc.dictionary(
  fc.string({ minLength: 1, maxLength: 6 }),
  fc.record({ words: fc.integer({ min: 1, max: 40 }), padded: fc.boolean() }),
  { minKeys: 1, maxKeys: 6 },
);

interface Word {
  readonly slice: string;
  readonly padded: boolean;
  readonly offsetBytes: number;
}

function readWords(region: Region): Word[] {
  return Object.entries(region.handle.plan)
    .flatMap(([slice, { words, padded }]) => {
      const { offsetBytes, strideBytes } = region.place(slice);
      return Array.from({ length: words }, (_, index) => {
        return { slice, padded, offsetBytes: offsetBytes + index * strideBytes };
      });
    })
    .toSorted((some, others) => some.offsetBytes - others.offsetBytes);
}

test('words are aligned to 8 bytes, inside the buffer, and never overlap', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const region = createRegion(plan);
      let freeFrom = 0;
      for (const { offsetBytes } of readWords(region)) {
        assert.is(offsetBytes % 8, 0);
        assert.ok(offsetBytes >= freeFrom);
        freeFrom = offsetBytes + 8;
      }
      assert.ok(freeFrom <= region.handle.buffer.byteLength);
    }),
  );
});

test('a padded word shares its cache line with nothing, wherever the buffer itself begins', () => {
  fc.assert(
    fc.property(plans, fc.integer({ min: 0, max: 15 }), (plan, words) => {
      const region = createRegion(plan);
      // Line numbers if the buffer began this many words into a line.
      const findLine = (offset: number): number => Math.floor((offset + words * 8) / LINE_BYTES);
      const all = readWords(region);
      for (const [index, word] of all.entries()) {
        const next = all[index + 1];
        const apart = next !== undefined && (word.padded || next.slice !== word.slice);
        if (apart) assert.ok(findLine(next.offsetBytes) > findLine(word.offsetBytes));
      }
      // Memory of others before and behind the buffer may be on the same lines as its ends.
      const [first, last] = [all[0], all.at(-1)];
      const end = region.handle.buffer.byteLength;
      assert.ok(findLine(first?.offsetBytes ?? 0) > findLine(0));
      assert.ok(findLine(last?.offsetBytes ?? end) < findLine(end));
    }),
  );
});

test('every slice begins on a fresh line, and packed words lie side by side', () => {
  const plan = { a: { words: 3, padded: false }, b: { words: 17, padded: false } };
  const region = createRegion({ ...plan, c: { words: 2, padded: true } });
  for (const slice of ['a', 'b', 'c']) assert.is(region.place(slice).offsetBytes % LINE_BYTES, 0);
  assert.is(region.place('b').strideBytes, 8);
  assert.is(region.place('c').strideBytes, LINE_BYTES);
});

test('a word is read in its own slice only, and by whoever attaches to the handle', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const region = createRegion(plan);
      const names = Object.keys(plan);
      let value = 0n;
      for (const name of names) {
        const slice = region.slice(name);
        for (let index = 0; index < slice.length; index += 1) slice.store(index, ++value);
      }
      // As it crosses a thread: structured clone shares the buffer and copies the plan.
      const there = attachRegion(structuredClone(region.handle));
      let expected = 0n;
      for (const name of names) {
        const slice = there.slice(name);
        for (let index = 0; index < slice.length; index += 1) {
          assert.is(slice.load(index), ++expected);
        }
      }
    }),
  );
});

test('operations give the value before, and compareExchange stores only when it matches', () => {
  const slice = createRegion({ one: { words: 2, padded: true } }).slice('one');
  assert.is(slice.add(1, 5n), 0n);
  assert.is(slice.add(1, -2n), 5n);
  assert.is(slice.exchange(1, 9n), 3n);
  assert.is(slice.compareExchange(1, 8n, 1n), 9n);
  assert.is(slice.load(1), 9n);
  assert.is(slice.compareExchange(1, 9n, 1n), 9n);
  assert.is(slice.load(1), 1n);
  assert.is(slice.load(0), 0n);
});

test('wait returns at once when the word has another value, and notify counts whom it woke', () => {
  const slice = createRegion({ one: { words: 1, padded: true } }).slice('one');
  assert.is(slice.wait(0, 1n), 'not-equal');
  assert.is(slice.wait(0, 0n, 0), 'timed-out');
  assert.is(slice.notify(0), 0);
});

test('an index outside a slice is refused: it would be padding, or a neighbour', () => {
  const region = createRegion({ padded: { words: 2, padded: true }, packed: { words: 2, padded: false } });
  for (const slice of [region.slice('padded'), region.slice('packed')]) {
    for (const index of [-1, 2, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => slice.add(index, 1n), RangeError);
      assert.throws(() => slice.load(index), RangeError);
      assert.throws(() => slice.store(index, 1n), RangeError);
    }
  }
});

test('no slices, a slice of no whole words and a huge region are refused', () => {
  const bad: RegionPlan[] = [
    {},
    { a: { words: 0, padded: true } },
    { a: { words: -1, padded: false } },
    { a: { words: 1.5, padded: false } },
    { a: { words: Number.NaN, padded: true } },
    { a: { words: 2 ** 40, padded: true } },
  ];
  for (const plan of bad) assert.throws(() => createRegion(plan), RangeError);
});

test('an unknown slice is refused, and so is a buffer that does not fit its plan', () => {
  const plan = { a: { words: 1, padded: true } };
  const { handle, slice } = createRegion(plan);
  assert.throws(() => slice('b'), RangeError);
  assert.throws(() => slice('constructor'), RangeError);
  const longer = { ...plan, b: { words: 1, padded: true } };
  assert.throws(() => attachRegion({ ...handle, plan: longer }), RangeError);
  const unshared = new ArrayBuffer(handle.buffer.byteLength) as unknown as SharedArrayBuffer;
  assert.throws(() => attachRegion({ buffer: unshared, plan }), RangeError);
});

test.run();
