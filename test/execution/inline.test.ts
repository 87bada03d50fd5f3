// The contract of every executor, kept by `inline`, and what only it promises: a synchronous
// scorer is answered at once, and a large batch lets others in between.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { BroadcastChannel } from 'node:worker_threads';
import * as assert from 'uvu/assert';
import { suite } from '../support/suite.js';
import { executorContract } from './executor.contract.js';
import { many, onHarness, requireItems, tx, withHarness } from './executor-harness.js';

const INLINE = { kind: 'inline', threads: 0 } as const;

executorContract(INLINE);

const test = suite('inline alone');
const on = onHarness(test, INLINE);

on('a synchronous scorer is answered before `submit` returns', async ({ executor }) => {
  const { settled, cancel } = executor.submit([tx('answers', 5)]);
  assert.is(settled?.state, 'done');
  cancel();
  assert.is(executor.busy(), 0);
});

on.with({ queueMax: 0 })('a synchronous scorer needs no queue', async ({ executor, counted }) => {
  for (const one of many(100)) assert.is(executor.submit([one]).settled?.state, 'done');
  assert.is(await counted(), 100);
});

on('in the middle of a large batch the event loop turns', async ({ executor, counted }) => {
  const { completion } = executor.submit(many(500));
  const seen: number[] = [];
  while (executor.busy() > 0) {
    seen.push(await counted());
    await nextTurn();
  }
  assert.is(requireItems(await completion).length, 500);
  assert.ok(new Set(seen).size > 3, `counts seen on the way: ${seen}`);
});

on('a scorer at the latch of a test keeps no process alive', async ({ executor }) => {
  const ports = () => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort');
  const before = ports().length;
  executor.submit([tx('waits at the latch')]);
  assert.is(ports().length, before);
  const planted = new BroadcastChannel('planted');
  planted.onmessage = () => {};
  assert.is(ports().length, before + 1);
  planted.close();
});

test('it starts no thread, and a scorer that cannot be loaded is said at once', async () => {
  const bad = { ...INLINE, scorer: 'file:///no/such/scorer.js' };
  const line = await withHarness(bad, async () => {})().catch((error: Error) => error.message);
  assert.match(String(line), /^Cannot load the scorer/);
});
test.run();
