// The queue of the executors against a plain list: whatever is pushed, taken and given up, in
// whatever order, both hold the same in the same order. Pure; a planted queue is seen to fail.

import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { createQueue, type Place, type Queue } from '../../src/execution/queue.js';
import { propertyTest } from '../support/properties.js';
import { suite } from '../support/suite.js';

type Step =
  | { readonly does: 'push' }
  | { readonly does: 'unshift' }
  | { readonly does: 'shift' }
  | { readonly does: 'leave'; readonly which: number };

const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<Step>({ does: 'push' }) },
    { weight: 1, arbitrary: fc.constant<Step>({ does: 'unshift' }) },
    { weight: 2, arbitrary: fc.constant<Step>({ does: 'shift' }) },
    {
      weight: 2,
      // Of all places ever given, those long left too.
      arbitrary: fc.nat({ max: 60 }).map((which): Step => ({ does: 'leave', which })),
    },
  ),
  { maxLength: 120 },
);

/** Runs the steps on both and says whether they ever disagree; at the end both are emptied. */
function agrees(queue: Queue<number>, all: readonly Step[]): boolean {
  const model: number[] = [];
  const places: Place[] = [];
  const agreesOn = (step: Step): boolean => {
    if (step.does === 'push' || step.does === 'unshift') {
      model[step.does](places.length);
      places.push(queue[step.does](places.length));
      return queue.first === model[0];
    }
    if (step.does === 'shift') return queue.shift() === model.shift();
    const which = step.which % Math.max(1, places.length);
    const at = model.indexOf(which);
    if (at >= 0) model.splice(at, 1);
    return (places[which]?.leave() ?? false) === at >= 0;
  };
  const drain: Step[] = Array.from({ length: all.length + 1 }, () => ({ does: 'shift' }));
  return [...all, ...drain].every((step) => agreesOn(step) && queue.length === model.length);
}

const isQueue = (create: () => Queue<number>) =>
  propertyTest(fc.property(steps, (all) => agrees(create(), all)));

const test = suite('the queue');

test('is a list: first in, first out, and places may be left from anywhere', () => {
  isQueue(createQueue<number>).holds();
});

test('is empty at first', () => {
  const queue = createQueue<string>();
  assert.is(queue.length, 0);
  assert.is(queue.shift(), undefined);
});

test('leaving twice, or after having been taken, gives up nothing more', () => {
  const queue = createQueue<string>();
  const [first, second] = [queue.push('first'), queue.push('second')];
  queue.push('third');
  assert.is(second.leave(), true);
  assert.is(second.leave(), false);
  assert.is(queue.length, 2);
  assert.is(queue.shift(), 'first');
  assert.is(first.leave(), false);
  assert.is(queue.length, 1);
  assert.is(queue.shift(), 'third');
  assert.is(queue.shift(), undefined);
});

test('holds undefined like any other value', () => {
  const queue = createQueue<undefined>();
  queue.push(undefined);
  assert.is(queue.length, 1);
  queue.shift();
  assert.is(queue.length, 0);
});

const FAULTS = [
  'lifo',
  'leaves twice',
  'keeps its place',
  'forgets to count',
  'last of all',
] as const;

function planted(fault: (typeof FAULTS)[number]) {
  return (): Queue<number> => {
    const list: { value: number }[] = [];
    let forgotten = 0;
    const place = (node: { value: number }): Place => {
      let left = false;
      return {
        leave() {
          const at = list.indexOf(node);
          if (fault === 'keeps its place') return at >= 0;
          if (at >= 0) list.splice(at, 1);
          if (at >= 0 && fault === 'forgets to count') forgotten += 1;
          const again = fault === 'leaves twice' && left;
          left = true;
          return at >= 0 || again;
        },
      };
    };
    return {
      get length() {
        return list.length + forgotten;
      },
      get first() {
        return list[0]?.value;
      },
      push(value) {
        const node = { value };
        list.push(node);
        return place(node);
      },
      unshift(value) {
        const node = { value };
        if (fault === 'last of all') list.push(node);
        else list.unshift(node);
        return place(node);
      },
      shift: () => (fault === 'lifo' ? list.pop() : list.shift())?.value,
    };
  };
}

for (const fault of FAULTS) {
  test(`refuted: a queue that is wrong: ${fault}`, () => {
    assert.ok(isQueue(planted(fault)).isRefuted());
  });
}
test.run();
