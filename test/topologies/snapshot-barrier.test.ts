// The snapshot of several processes (src/topologies/snapshot-barrier.ts), with processes that report when the
// test says so, and with a crowd of real barriers (word.ts) whose every acknowledgement is checked
// against every read. The check is shown to catch a snapshot that holds nobody.

import { setImmediate as turnsEnd } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { createRegion } from '../../src/tally/region.js';
import { createTally, tallyPlan } from '../../src/tally/tally.js';
import { replicateBeforeAck } from '../../src/topologies/count-replication.js';
import { createSnapshotBarrier, type SnapshotBarrier } from '../../src/topologies/snapshot-barrier.js';
import { freeze } from '../support/freeze.js';
import { suite } from '../support/suite.js';

/** A process that does as it is told, and writes down what that was. */
function obedient(id: number, snapshots: SnapshotBarrier, counts: readonly number[], told: string[]) {
  return {
    hold(round: number) {
      told.push(`hold ${id}`);
      queueMicrotask(() => snapshots.record(id, counts, round));
    },
    release: () => void told.push(`release ${id}`),
  };
}

const SILENT = { hold() {}, release() {} };

const test = suite('snapshot of several processes');

test('all are held before any is released; the sum has all of them', async () => {
  const snapshots = createSnapshotBarrier(2);
  const told: string[] = [];
  await snapshots.join(1, obedient(1, snapshots, [1, 2], told));
  await snapshots.join(2, obedient(2, snapshots, [10, 20], told));
  assert.equal(await snapshots.read(), { counts: [11, 22], exact: true, collects: 1 });
  assert.equal(told, ['hold 1', 'hold 2', 'release 1', 'release 2']);
});

test('without any process it is exact: nobody can be counting', async () => {
  assert.equal(await createSnapshotBarrier(1).read(), { counts: [0], exact: true, collects: 1 });
});

test('the last barrier of the dead stays in the sum', async () => {
  const snapshots = createSnapshotBarrier(1);
  await snapshots.join(1, SILENT);
  snapshots.record(1, [5]);
  snapshots.record(1, [7]);
  snapshots.drop(1);
  await snapshots.join(2, obedient(2, snapshots, [1], []));
  assert.equal(await snapshots.read(), { counts: [8], exact: true, collects: 1 });
});

test('a barrier that was overtaken takes nothing back', async () => {
  const snapshots = createSnapshotBarrier(2);
  snapshots.record(1, [7, 1]);
  snapshots.record(1, [5, 2]);
  snapshots.drop(1);
  assert.equal((await snapshots.read()).counts, [7, 2]);
});

test('who dies while it is asked is waited for no longer, and the sum is exact', async () => {
  const snapshots = createSnapshotBarrier(1);
  await snapshots.join(1, obedient(1, snapshots, [1], []));
  await snapshots.join(2, {
    hold() {
      snapshots.record(2, [3]); // a barrier that was on its way, and no report
      snapshots.drop(2);
    },
    release() {},
  });
  assert.equal(await snapshots.read(), { counts: [4], exact: true, collects: 1 });
});

test('who does not report in time is not waited for: inexact, with its last barrier', async () => {
  const snapshots = createSnapshotBarrier(1);
  const told: string[] = [];
  await snapshots.join(1, obedient(1, snapshots, [1], told));
  await snapshots.join(2, SILENT);
  snapshots.record(2, [2]);
  assert.equal(await snapshots.read(), { counts: [3], exact: false, collects: 5 });
  assert.is(told.filter((order) => order === 'release 1').length, 5, 'released after each try');
  assert.is(told.at(-1), 'release 1');
});

test('reads that come during one share the next, which begins after them', async () => {
  const snapshots = createSnapshotBarrier(1);
  let rounds = 0;
  await snapshots.join(1, {
    hold(round) {
      rounds += 1;
      setImmediate(() => snapshots.record(1, [round], round));
    },
    release() {},
  });
  const first = snapshots.read();
  const others = [snapshots.read(), snapshots.read()];
  assert.equal((await first).counts, [1]);
  for (const { counts } of await Promise.all(others)) assert.equal(counts, [2]);
  assert.is(rounds, 2);
  assert.equal((await snapshots.read()).counts, [3]);
});

test('who comes in the middle of one may accept only after it', async () => {
  const snapshots = createSnapshotBarrier(1);
  let report = () => {};
  await snapshots.join(1, {
    hold(round) {
      report = () => snapshots.record(1, [1], round);
    },
    release() {},
  });
  const reading = snapshots.read();
  let hasJoined = false;
  const joining = snapshots.join(2, SILENT).then(() => {
    hasJoined = true;
  });
  await turnsEnd();
  assert.not(hasJoined);
  report();
  await Promise.all([reading, joining]);
  // And who died while it waited is asked by nobody.
  const again = snapshots.read();
  void snapshots.join(3, SILENT);
  snapshots.drop(3);
  snapshots.drop(2);
  report();
  assert.equal(await again, { counts: [1], exact: true, collects: 1 });
});

test('held up for longer than a report may take, all still have time to report', async () => {
  const HOLD_MS_MAX = 20;
  const snapshots = createSnapshotBarrier(1, HOLD_MS_MAX);
  await snapshots.join(1, {
    hold(round) {
      setImmediate(() => snapshots.record(1, [1], round));
      freeze(2 * HOLD_MS_MAX);
    },
    release() {},
  });
  await turnsEnd(); // the timers come next, and the report only after them
  assert.equal(await snapshots.read(), { counts: [1], exact: true, collects: 1 });
});

interface Crowd {
  readonly snapshots: SnapshotBarrier;
  /** Adds one in this process; resolves when it is acknowledged. */
  add(id: number): Promise<unknown>;
}

/** Processes with barriers of their own; messages keep their order, and take a while of their own. */
function crowd(size: number): Crowd {
  const snapshots = createSnapshotBarrier(1);
  const later = async (turns: number, act: () => void) => {
    for (let turn = 0; turn < turns; turn++) await turnsEnd();
    act();
  };
  const barriers = Array.from({ length: size }, (_, id) => {
    const region = createRegion(tallyPlan('atomic', ['A']));
    const options = { names: ['A'], region, role: 'owner', channel: 'crowd' } as const;
    const barrier = replicateBeforeAck(createTally({ kind: 'atomic', ...options }), (counts, written) => {
      written(null);
      void later(id, () => snapshots.record(id, counts));
    });
    const report = async (round: number) => {
      const counts = await barrier.hold(round);
      await later(id, () => snapshots.record(id, counts, round));
    };
    void snapshots.join(id, {
      hold: (round) => void later(size - id, () => void report(round)),
      release: (round) => void later(size - id, () => barrier.release(round)),
    });
    return barrier;
  });
  return { snapshots, add: async (id) => barriers[id % size]?.tally.add(0) };
}

/** One client that adds here and there, one after the other, and one that reads meanwhile. */
async function checkReads({ snapshots, add }: Crowd): Promise<void> {
  let began = 0;
  let acknowledged = 0;
  let isDone = false;
  const adding = (async () => {
    for (let count = 0; count < 400; count++) {
      began += 1;
      await add(count * 7);
      acknowledged += 1;
    }
    isDone = true;
  })();
  let reads = 0;
  let before = 0;
  while (!isDone) {
    const atLeast = acknowledged;
    const { counts, exact } = await snapshots.read();
    const [count = 0] = counts;
    assert.ok(exact);
    assert.ok(count >= atLeast, `${atLeast} were acknowledged before, ${count} were read`);
    assert.ok(count <= began, `${began} were begun, ${count} were read`);
    assert.ok(count >= before, 'never backwards');
    before = count;
    reads += 1;
  }
  await adding;
  assert.ok(reads > 10, `${reads} reads`);
}

test('no read misses what was acknowledged before it, or goes back', async () => {
  await checkReads(crowd(4));
});

/**
 * With two processes: after the first has reported, it adds one; when that is acknowledged, the
 * second adds one, and reports it. Has the sum the later add and not the earlier one?
 */
async function addsInOrder(holds: boolean): Promise<string> {
  const snapshots = createSnapshotBarrier(2);
  const acknowledged: string[] = [];
  const made = [0, 1].map((id) => {
    const region = createRegion(tallyPlan('atomic', ['A', 'B']));
    const options = { names: ['A', 'B'], region, role: 'owner', channel: 'order' } as const;
    const barrier = replicateBeforeAck(createTally({ kind: 'atomic', ...options }), (_, written) => {
      written(null);
    });
    return { id, barrier, round: 0 };
  });
  for (const one of made) {
    await snapshots.join(one.id, {
      hold(round) {
        one.round = round;
      },
      release: (round) => one.barrier.release(round),
    });
  }
  const report = async ({ id, barrier, round }: (typeof made)[number]) => {
    const counts = holds ? await barrier.hold(round) : (await barrier.tally.snapshot()).counts;
    snapshots.record(id, counts, round);
  };
  const [first, second] = made;
  if (first === undefined || second === undefined) throw new Error('two were made');
  const reading = snapshots.read();
  await report(first);
  const earlier = Promise.resolve(first.barrier.tally.add(0)).then(() => acknowledged.push('earlier'));
  for (let turn = 0; turn < 5; turn++) await turnsEnd();
  if (acknowledged.length > 0) void second.barrier.tally.add(1);
  await report(second);
  const { counts } = await reading;
  await earlier;
  return counts.join();
}

test('an add is never read without the one that was acknowledged before it began', async () => {
  assert.is(await addsInOrder(true), '0,0', 'the earlier one waits for its acknowledgement');
  assert.is(await addsInOrder(false), '0,1', 'without a hold only the later one would be read');
});

test.run();
