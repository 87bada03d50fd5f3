// What a text is thought to cost: one outlier changes it hardly, a change of cost soon. Pure.

import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { createEstimate, type Estimate } from '../../src/execution/estimate.js';
import { propertyTest } from '../support/properties.js';
import { suite } from '../support/suite.js';

const costs = fc.double({ min: 0.1, max: 1e6, noNaN: true });

type Create = (initialUs: number) => Estimate;

function after(create: Create, samples: readonly number[]): number {
  const estimate = create(500);
  for (const sample of samples) estimate.add(sample);
  return estimate.itemUs();
}

const PROPERTIES: Readonly<Record<string, (create: Create) => ReturnType<typeof propertyTest>>> = {
  'is the cost, when every task costs the same': (create) =>
    propertyTest(
      fc.property(costs, fc.integer({ min: 1, max: 20 }), (cost, tasks) => {
        return after(create, new Array(tasks).fill(cost)) === cost;
      }),
    ),
  'does not believe one outlier among five': (create) =>
    propertyTest(
      fc.property(costs, costs, fc.nat({ max: 4 }), (cost, outlier, at) => {
        const samples = new Array(5).fill(cost).with(at, outlier);
        return after(create, samples) === cost;
      }),
    ),
  'believes a change after three tasks, however long it was otherwise': (create) =>
    propertyTest(
      fc.property(costs, costs, fc.integer({ min: 1, max: 50 }), (before, now, tasks) => {
        return after(create, [...new Array(tasks).fill(before), now, now, now]) === now;
      }),
    ),
};

const MEAN: Create = (initialUs) => {
  const all: number[] = [];
  return {
    itemUs: () => (all.length === 0 ? initialUs : all.reduce((a, b) => a + b) / all.length),
    add: (itemUs) => void all.push(itemUs),
  };
};
const LAST: Create = (initialUs) => {
  let last = initialUs;
  return {
    itemUs: () => last,
    add(itemUs) {
      last = itemUs;
    },
  };
};

const test = suite('an estimate of cost');

for (const [title, create] of Object.entries(PROPERTIES)) {
  test(title, () => create(createEstimate).holds());
}
test('is what it was told at first, until something was measured', () => {
  assert.is(after(createEstimate, []), 500);
});
test('refuted: the last cost, which believes an outlier', () => {
  assert.ok(PROPERTIES['does not believe one outlier among five']?.(LAST).isRefuted());
});
test('refuted: the mean of all, which forgets nothing', () => {
  const title = 'believes a change after three tasks, however long it was otherwise';
  assert.ok(PROPERTIES[title]?.(MEAN).isRefuted());
});
test.run();
