// The parts of a submission: its places in the queue, its refusal, the counter that a closing
// executor drains, and the queue, compared with a plain list. Pure; a seeded fault of each fails.

import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { Completion } from '../../src/execution/executor.js';
import {
  countPlaces,
  createRefusal,
  InFlightCounter,
  LinkedQueue,
  type Links,
  PLACE_ITEMS_MAX,
  refuseSubmission,
} from '../../src/execution/submission.js';
import { propertyTest } from '../support/properties.js';
import { suite } from '../support/suite.js';

const submission = suite('a submission');

submission('needs a place for each 64 inputs or a part of them', () => {
  const sizes = [0, 1, PLACE_ITEMS_MAX, PLACE_ITEMS_MAX + 1, 10_000];
  assert.equal(sizes.map(countPlaces), [0, 1, 1, 2, 157]);
});

submission('that is refused completes at once, and cancelling it changes nothing', () => {
  const completions: Completion[] = [];
  refuseSubmission((completion) => completions.push(completion), 'QUEUE_FULL')();
  assert.equal(completions, [{ state: 'refused', reason: 'QUEUE_FULL' }]);
  assert.is(createRefusal('CLOSING').code, 'CLOSING');
});
submission.run();

// Nothing is timed: a deadline of an hour that nobody waits for, or one of 0, decides.
const HOUR_MS = 3_600_000;
const drain = suite('draining');

drain('ends at once when nothing is in flight', async () => {
  assert.is(await new InFlightCounter().drain(HOUR_MS), true);
  assert.is(await new InFlightCounter().drain(0), true);
});

drain('ends with the last of what is in flight, not with the first', async () => {
  const counter = new InFlightCounter();
  for (let begun = 0; begun < 3; begun++) counter.begin();
  let isOver = false;
  const drained = counter.drain(HOUR_MS).finally(() => {
    isOver = true;
  });
  for (const left of [2, 1, 0]) {
    await nextTurn();
    assert.is(isOver, false);
    counter.end();
    assert.is(counter.count, left);
  }
  assert.is(await drained, true);
});

drain('gives up at the deadline, and what is in flight goes on', async () => {
  const counter = new InFlightCounter();
  counter.begin();
  assert.is(await counter.drain(0), false);
  assert.is(counter.count, 1);
  counter.end();
  assert.is(await counter.drain(0), true);
});

drain('wakes every waiting caller once, and later ones too', async () => {
  const counter = new InFlightCounter();
  counter.begin();
  const waits = [counter.drain(HOUR_MS), counter.drain(HOUR_MS), counter.drain(0)];
  counter.end();
  assert.equal(await Promise.all(waits), [true, true, true]);
  counter.begin();
  const late = counter.drain(HOUR_MS);
  counter.end();
  assert.is(await late, true);
});

drain('each change is reported, with the count already changed', () => {
  const counts: number[] = [];
  const counter = new InFlightCounter(() => counts.push(counter.count));
  counter.begin();
  counter.end();
  assert.equal(counts, [1, 0]);
});
drain.run();

interface Node extends Links<Node> {
  readonly value: number;
}

type Queue = Pick<LinkedQueue<Node>, keyof LinkedQueue<Node>>;
type Step = { readonly kind: 'push' | 'unshift' | 'shift' | 'remove'; readonly which: number };

const steps = fc.array(
  fc.record<Step>({
    kind: fc.constantFrom('push', 'push', 'push', 'unshift', 'shift', 'shift', 'remove', 'remove'),
    // Of all nodes that ever were in the queue, those that left too.
    which: fc.nat({ max: 60 }),
  }),
  { maxLength: 120 },
);

/** Runs the steps on the queue and on a list, and empties both: do they always agree? */
function agrees(queue: Queue, all: readonly Step[]): boolean {
  const model: Node[] = [];
  const nodes: Node[] = [];
  const agreesOn = ({ kind, which }: Step): boolean => {
    if (kind === 'shift') return queue.shift() === model.shift();
    if (kind === 'push' || kind === 'unshift') {
      const value = nodes.length;
      const node = { value, previous: undefined, next: undefined, isQueued: false };
      nodes.push(node);
      model[kind](node);
      queue[kind](node);
      return true;
    }
    const node = nodes[which % Math.max(1, nodes.length)];
    if (node === undefined) return true;
    const at = model.indexOf(node);
    if (at >= 0) model.splice(at, 1);
    return queue.remove(node) === at >= 0;
  };
  const rest: Step[] = new Array(all.length + 1).fill({ kind: 'shift', which: 0 });
  return [...all, ...rest].every(
    (step) => agreesOn(step) && queue.length === model.length && queue.first === model[0],
  );
}

const isQueue = (create: () => Queue) => propertyTest(fc.property(steps, (all) => agrees(create(), all)));

const queues = suite('the queue');

queues('is a list: first in, first out, and a node may leave from anywhere', () => {
  isQueue(() => new LinkedQueue<Node>()).holds();
});

queues('a node that has left holds no other node in memory', () => {
  const queue = new LinkedQueue<Node>();
  const nodes = [0, 1, 2].map((value): Node => {
    return { value, previous: undefined, next: undefined, isQueued: false };
  });
  for (const node of nodes) queue.push(node);
  queue.remove(nodes[1] as Node);
  assert.equal([nodes[1]?.previous, nodes[1]?.next], [undefined, undefined]);
});

class Lifo extends LinkedQueue<Node> {
  override push = this.unshift;
}
class WrongEnd extends LinkedQueue<Node> {
  override unshift = this.push;
}
class RemovesNothing extends LinkedQueue<Node> {
  override remove = (node: Node): boolean => node.isQueued;
  override shift(): Node | undefined {
    const { first } = this;
    if (first !== undefined) super.remove(first);
    return first;
  }
}
class RemovesTwice extends LinkedQueue<Node> {
  override remove(node: Node): boolean {
    super.remove(node);
    return true;
  }
}
class ForgetsToCount extends LinkedQueue<Node> {
  override remove(node: Node): boolean {
    const wasQueued = super.remove(node);
    if (wasQueued && this.length % 3 === 1) this.length += 1;
    return wasQueued;
  }
}

for (const Wrong of [Lifo, WrongEnd, RemovesNothing, RemovesTwice, ForgetsToCount]) {
  queues(`refuted: ${Wrong.name}`, () => assert.ok(isQueue(() => new Wrong()).isRefuted()));
}
queues.run();
