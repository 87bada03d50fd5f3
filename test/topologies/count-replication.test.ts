// Replication before the acknowledgement (count-replication.ts), with a pipe that writes when the
// test says so: no add resolves before its count is written, nor on hold before the release. The
// checks catch a barrier that replicates too late, and one that holds nothing back.

import { setImmediate as turnsEnd } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { createRegion } from '../../src/tally/region.js';
import { createTally, type Tally, type TallyName, tallyPlan } from '../../src/tally/tally.js';
import {
  type AckBarrier,
  type Replicate,
  replicateBeforeAck,
} from '../../src/topologies/count-replication.js';
import type { Counts } from '../../src/topologies/listener.js';
import { suite } from '../support/suite.js';

const NAMES = ['A', 'B'];

function newTally(kind: TallyName = 'atomic'): Tally {
  const region = createRegion(tallyPlan(kind, NAMES));
  const channel = 'word test';
  return createTally({ kind, names: NAMES, region, role: 'owner', channel });
}

interface Given {
  readonly counts: Counts;
  readonly written: (error: Error | null) => void;
}

type CreateBarrier = (tally: Tally, give: Replicate) => AckBarrier;

function createHarness(make: CreateBarrier = replicateBeforeAck) {
  const given: Given[] = [];
  const barrier = make(newTally(), (counts, written) => given.push({ counts, written }));
  const acknowledged: string[] = [];
  const add = (counter: number) => {
    const ticket = Promise.resolve(barrier.tally.add(counter));
    ticket.then(({ cell, value }) => acknowledged.push(`${cell}:${value}`)).catch(() => {});
    return ticket;
  };
  return { given, barrier, acknowledged, add };
}

/** Long enough for whatever is to happen without the pipe. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await turnsEnd();
}

async function checkWordFirst(make: CreateBarrier): Promise<void> {
  const { given, acknowledged, add } = createHarness(make);
  void add(0);
  await settled();
  assert.equal(acknowledged, [], 'acknowledged before the word was written');
  assert.equal(given.at(-1)?.counts, [1, 0]);
  given.at(-1)?.written(null);
  await settled();
  assert.equal(acknowledged, ['A:1']);
}

async function checkHold(make: CreateBarrier): Promise<void> {
  const { given, barrier, acknowledged, add } = createHarness(make);
  void add(0);
  await settled();
  assert.equal(await barrier.hold(1), [1, 0]);
  void add(1);
  await settled();
  for (const { written } of given) written(null);
  await settled();
  assert.equal(acknowledged, [], 'acknowledged on hold');
  barrier.release(1);
  await settled();
  assert.equal(acknowledged, ['A:1', 'B:1']);
}

/** Answers first and gives its word afterwards: what the process counted last would die with it. */
const wordTooLate: CreateBarrier = (tally, give) => {
  const barrier = replicateBeforeAck(tally, give);
  const add = (counter: number) => {
    void barrier.tally.add(counter);
    return { cell: NAMES[counter] ?? '', value: 1 };
  };
  return { ...barrier, tally: { ...tally, add } };
};

/** Knows no hold: a snapshot would miss what is acknowledged while it is taken. */
const neverHolds: CreateBarrier = (tally, give) => {
  const barrier = replicateBeforeAck(tally, give);
  return { ...barrier, hold: async () => (await tally.snapshot()).counts };
};

const test = suite('word before acknowledgement');

test('an add resolves only when the word that has it is written', async () => {
  await checkWordFirst(replicateBeforeAck);
});

test('so does one that a planted fault opened before it knew the counter', async () => {
  assert.is(replicateBeforeAck(newTally(), () => {}).tally.beforeScore, undefined);
  const written: (() => void)[] = [];
  const barrier = replicateBeforeAck(newTally('racy'), (_counts, done) => written.push(() => done(null)));
  const seen: number[] = [];
  const adds = [barrier.tally.beforeScore?.(), barrier.tally.beforeScore?.()];
  const tickets = adds.map(async (add) => seen.push((await add?.(0))?.value ?? 0));
  await settled();
  assert.equal(seen, [], 'acknowledged before the word was written');
  for (const write of written) write();
  await Promise.all(tickets);
  assert.equal(seen, [1, 1], 'both had read 0');
});

test('on hold nothing resolves, written or not; on release all of it does', async () => {
  await checkHold(replicateBeforeAck);
});

for (const [what, make, check] of [
  ['a word that is given after the answer', wordTooLate, checkWordFirst],
  ['a hold that holds nothing', neverHolds, checkHold],
] as const) {
  test(`the checks above notice ${what}`, async () => {
    const error = await check(make).catch((reason: Error) => reason);
    assert.match(String(error), /acknowledged (before|on hold)/);
  });
}

test('all adds of one turn share one word, and later ones have the next', async () => {
  const { given, acknowledged, add } = createHarness();
  for (let count = 0; count < 100; count++) void add(0);
  await settled();
  assert.equal(
    given.map(({ counts }) => counts),
    [[100, 0]],
  );
  void add(1);
  await settled();
  assert.equal(given[1]?.counts, [100, 1], 'a word has all counts, so that a lost one is no loss');
  given[0]?.written(null);
  await settled();
  assert.is(acknowledged.length, 100, 'not the one whose word is not written');
  given[1]?.written(null);
  await settled();
  assert.is(acknowledged.at(-1), 'B:1');
});

test('a word that cannot be given is no acknowledgement', async () => {
  const { given, add } = createHarness();
  const ticket = add(0);
  await settled();
  given[0]?.written(new Error('the pipe is gone'));
  const error = await ticket.catch((reason: Error) => reason);
  assert.match(String(error), /could not be handed over/);
});

test('the release of another round releases nothing', async () => {
  const { given, barrier, acknowledged, add } = createHarness();
  await barrier.hold(2);
  void add(0);
  await settled();
  given[0]?.written(null);
  barrier.release(1);
  await settled();
  assert.equal(acknowledged, []);
  barrier.release(2);
  await settled();
  assert.equal(acknowledged, ['A:1']);
});

test.run();
