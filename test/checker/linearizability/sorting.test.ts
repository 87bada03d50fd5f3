// The radix sort and the heap of the checker against the plain way.

import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { createHeap, sortIdsByKey, sortIndices } from '../../../src/checker/linearizability/sorting.js';
import { random } from '../../../src/checker/random.js';
import { suite } from '../../support/suite.js';

const test = suite('check: sorting');

function plainOrder(keys: Float64Array): number[] {
  const indices = [...keys.keys()];
  return indices.sort((a, b) => {
    const [one = 0, other = 0] = [keys[a], keys[b]];
    return one < other ? -1 : one > other ? 1 : a - b;
  });
}

test('the order is that of a stable sort, for few numbers of any size and sign', () => {
  const key = fc.oneof(fc.double({ noNaN: true }), fc.integer({ min: -2, max: 2 }));
  fc.assert(
    fc.property(fc.array(key), (list) => {
      const keys = Float64Array.from(list);
      assert.equal([...sortIndices(keys)], plainOrder(keys));
    }),
  );
});

test('the order is that of a stable sort, for many numbers', () => {
  const next = random(1);
  const makers: readonly (() => number)[] = [
    () => Math.floor(next() * 300) - 150,
    () => (next() - 0.5) * 1e3,
    () => Math.floor(next() * 2 ** 53),
    () => 2 ** 52 + Math.floor(next() * 4_000),
    () => (next() < 0.2 ? Number.POSITIVE_INFINITY : next()),
    () => (next() < 0.5 ? -0 : 0),
    () => 7,
  ];
  for (const make of makers) {
    const keys = Float64Array.from({ length: 5_000 }, make);
    assert.equal([...sortIndices(keys)], plainOrder(keys), `${make}`);
  }
});

test('ids are sorted by their keys', () => {
  const keys = Float64Array.from([9, 5, 7, 1]);
  assert.equal([...sortIdsByKey(Uint32Array.from([0, 1, 3]), keys)], [3, 1, 0]);
});

test('a heap returns its ids in the order of their keys, whenever they were pushed', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(50), fc.boolean()), { maxLength: 60 }), (steps) => {
      const keys = Float64Array.from(steps, ([key]) => key);
      const heap = createHeap(steps.length, keys);
      const held: number[] = [];
      const least = () => (held.length === 0 ? undefined : Math.min(...held));
      for (const [item, [key, isPop]] of steps.entries()) {
        heap.push(item);
        held.push(key);
        if (!isPop) continue;
        assert.is(keys[heap.top()], least());
        held.splice(held.indexOf(keys[heap.top()] ?? -1), 1);
        heap.pop();
      }
      assert.is(heap.size(), held.length);
      for (; heap.size() > 0; heap.pop()) {
        assert.is(keys[heap.top()], least());
        held.splice(held.indexOf(keys[heap.top()] ?? -1), 1);
      }
      assert.is(heap.top(), -1);
    }),
  );
});

test.run();
