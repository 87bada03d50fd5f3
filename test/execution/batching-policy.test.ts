// The size of a batch, and the estimate of what an item costs: as properties, each of which refutes
// a wrong policy. Pure.

import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { CostEstimate, createBatchedPolicy, type QueueState } from '../../src/execution/batching-policy.js';
import { ITEMS_MAX } from '../../src/tally/journal.js';
import { propertyTest } from '../support/properties.js';
import { suite } from '../support/suite.js';

type Size = (queue: QueueState, sliceUs: number) => number;

const batched: Size = (queue, sliceUs) => createBatchedPolicy(sliceUs).chooseBatchSize(queue);

const queues: fc.Arbitrary<QueueState> = fc.record({
  waiting: fc.integer({ min: 1, max: 5_000 }),
  front: fc.constant(1),
  threads: fc.integer({ min: 1, max: 8 }),
  idle: fc.integer({ min: 0, max: 8 }),
  isFull: fc.boolean(),
  itemUs: fc.double({ min: 0.05, max: 1e6, noNaN: true }),
});
const SLICE_US = 500;

const holdsFor = (isRight: (queue: QueueState, size: Size) => boolean) => (size: Size) =>
  propertyTest(fc.property(queues, (queue) => isRight(queue, size)));

const SIZES = {
  'never idles': holdsFor((queue, size) => (queue.idle === 0 && !queue.isFull) || size(queue, SLICE_US) > 0),
  'is bounded': holdsFor((queue, size) => {
    const count = size(queue, SLICE_US);
    const isCheap = count <= 1 || count * queue.itemUs <= 4 * SLICE_US;
    return count <= queue.waiting && count <= ITEMS_MAX && isCheap;
  }),
  'grows with the queue': holdsFor((queue, size) => {
    const costUs = size(queue, SLICE_US) * queue.itemUs;
    const each = (queue.waiting * queue.itemUs) / queue.threads;
    return costUs <= Math.max(SLICE_US, queue.itemUs) || 2 * costUs <= each + 1e-6;
  }),
  'is worth a message': holdsFor((queue, size) => {
    const count = size({ ...queue, idle: 0, isFull: false }, SLICE_US);
    return count === 0 || queue.waiting * queue.itemUs >= 50;
  }),
  'shares dear items': holdsFor((queue, size) => {
    const idle = Math.max(2, queue.idle);
    return size({ ...queue, idle, itemUs: 100 }, 1e9) <= Math.ceil(queue.waiting / idle);
  }),
};

const WRONG_SIZES: Readonly<Record<string, readonly [keyof typeof SIZES, Size]>> = {
  'waits for a full batch': ['never idles', (q, slice) => (q.waiting < 10 ? 0 : batched(q, slice))],
  'sends all there is': ['is bounded', ({ waiting }) => waiting],
  'always takes four slices': ['grows with the queue', (q, slice) => batched(q, 4 * slice)],
  'sends each alone': ['is worth a message', () => 1],
  'gives all to the first': ['shares dear items', ({ waiting }) => Math.min(waiting, ITEMS_MAX)],
};

const sizes = suite('the size of a batch');
for (const [title, create] of Object.entries(SIZES)) {
  sizes(title, () => create(batched).holds());
}
for (const [title, [broken, wrong]] of Object.entries(WRONG_SIZES)) {
  sizes(`refuted: a policy that ${title}`, () => assert.ok(SIZES[broken](wrong).isRefuted()));
}
sizes.run();

type Estimate = Pick<CostEstimate, 'itemUs' | 'add'>;
type Create = (initialUs: number) => Estimate;

function estimate(create: Create, samples: readonly number[]): number {
  const cost = create(500);
  for (const sample of samples) cost.add(sample);
  return cost.itemUs;
}

const costs = fc.double({ min: 0.1, max: 1e6, noNaN: true });

const ESTIMATES = {
  'equals a constant cost': (create: Create) =>
    propertyTest(
      fc.property(costs, fc.integer({ min: 1, max: 20 }), (cost, tasks) => {
        return estimate(create, new Array(tasks).fill(cost)) === cost;
      }),
    ),
  'ignores one outlier': (create: Create) =>
    propertyTest(
      fc.property(costs, costs, fc.nat({ max: 4 }), (cost, outlier, at) => {
        return estimate(create, new Array(5).fill(cost).with(at, outlier)) === cost;
      }),
    ),
  'follows within 3 tasks': (create: Create) =>
    propertyTest(
      fc.property(costs, costs, fc.integer({ min: 1, max: 50 }), (before, now, tasks) => {
        return estimate(create, [...new Array(tasks).fill(before), now, now, now]) === now;
      }),
    ),
};

class LastCost implements Estimate {
  itemUs: number;
  constructor(initialUs: number) {
    this.itemUs = initialUs;
  }
  add(itemUs: number): void {
    this.itemUs = itemUs;
  }
}
class MeanCost implements Estimate {
  itemUs: number;
  #tasks = 0;
  constructor(initialUs: number) {
    this.itemUs = initialUs;
  }
  add(itemUs: number): void {
    this.itemUs = (this.itemUs * this.#tasks + itemUs) / (this.#tasks + 1);
    this.#tasks += 1;
  }
}

const test = suite('the estimate of a cost');
for (const [title, create] of Object.entries(ESTIMATES)) {
  test(title, () => create((initialUs) => new CostEstimate(initialUs)).holds());
}
test('is its initial value until something was measured', () => {
  assert.is(new CostEstimate(500).itemUs, 500);
});
test('refuted: the last cost, which an outlier moves', () => {
  assert.ok(ESTIMATES['ignores one outlier']((us) => new LastCost(us)).isRefuted());
});
test('refuted: the mean of all, which forgets nothing', () => {
  assert.ok(ESTIMATES['follows within 3 tasks']((us) => new MeanCost(us)).isRefuted());
});
test.run();
