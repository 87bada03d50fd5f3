// The seeded faults of the service: each shows its fault by adds and reads in an
// order written by hand, so that no luck is needed, beside a correct tally that does not.

import * as assert from 'uvu/assert';
import {
  cacheSnapshot,
  DOUBLE_EVERY,
  findSeededFault,
  SEEDED_FAULT_NAMES,
  SEEDED_FAULTS,
  STALE_MS,
} from '../../src/tally/faults/seeded-faults.js';
import { createRegion } from '../../src/tally/region.js';
import { createTally, TALLY_KINDS, type Tally, type TallyName, tallyPlan } from '../../src/tally/tally.js';
import { suite } from '../support/suite.js';
import { NAMES } from './tally-harness.js';

const test = suite('seeded faults of the service');

/** As several threads see one tally: the first is the owner. */
function listMembers(kind: TallyName, count = 1): [Tally, ...Tally[]] {
  const control = { control: { words: 1, padded: true } };
  const region = createRegion({ ...tallyPlan(kind, NAMES), ...control });
  const options = { kind, names: NAMES, region, channel: 'planted' };
  const owner = createTally({ ...options, role: 'owner' });
  const others = Array.from({ length: count - 1 }, () => {
    return createTally({ ...options, role: 'member' });
  });
  return [owner, ...others];
}

/** What scoring does: something before the score is known, and what counts it after. */
const begin = (tally: Tally) => tally.beforeScore?.() ?? tally.add;

const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);

test('the table has every fault once, under names that no honest kind has', () => {
  assert.equal(Object.keys(SEEDED_FAULTS), [...SEEDED_FAULT_NAMES]);
  for (const fault of SEEDED_FAULT_NAMES) {
    assert.is(findSeededFault(fault), fault);
    assert.match(SEEDED_FAULTS[fault].description, /\w/);
  }
  for (const kind of TALLY_KINDS) assert.is(findSeededFault(kind), undefined);
});

test('a correct tally is told nothing before a score, and its reads pass as they are', () => {
  for (const kind of TALLY_KINDS) {
    const [tally] = listMembers(kind);
    assert.is(tally.beforeScore, undefined, kind);
    assert.is(tally.wrapSnapshot, undefined, kind);
    tally.close();
  }
});

/** One caller whatever the tally; then two whose scorings overlap. */
async function overlap(kind: TallyName) {
  const [first, second = first] = listMembers(kind, 2);
  const [a, b] = [begin(first), begin(second)];
  const tickets = [await a(1), await b(1)].map(({ value }) => value);
  const { counts } = await first.snapshot();
  return { tickets, counts };
}

test('racy: two that scored at the same time hold one ticket, and one count is lost', async () => {
  assert.equal(await overlap('racy'), { tickets: [1, 1], counts: [0, 1, 0, 0] });
  assert.equal(await overlap('atomic'), { tickets: [1, 2], counts: [0, 2, 0, 0] });
});

test('racy: a late writer takes the counts of others back', async () => {
  const [slow, quick = slow] = listMembers('racy', 2);
  const late = begin(slow);
  for (let add = 0; add < 3; add++) await begin(quick)(0);
  assert.equal((await slow.snapshot()).counts, [3, 0, 0, 0]);
  assert.equal(await late(0), { cell: 'LOW', value: 1 });
  assert.equal((await slow.snapshot()).counts, [1, 0, 0, 0]);
});

test('racy: one after the other loses nothing', async () => {
  const [tally] = listMembers('racy');
  for (const value of [1, 2, 3]) assert.equal(await begin(tally)(2), { cell: 'HIGH', value });
  assert.equal(await tally.add(2), { cell: 'HIGH', value: 4 });
});

test('await-race: two adds of one turn hold one ticket, and one count is lost', async () => {
  const twoAtOnce = async (kind: TallyName) => {
    const [tally] = listMembers(kind);
    const tickets = await Promise.all([tally.add(0), tally.add(0)]);
    return [...tickets.map(({ value }) => value), ...(await tally.snapshot()).counts];
  };
  assert.equal(await twoAtOnce('await-race'), [1, 1, 1, 0, 0, 0]);
  assert.equal(await twoAtOnce('atomic'), [1, 2, 2, 0, 0, 0]);
});

test('await-race: one after the other loses nothing', async () => {
  const [tally] = listMembers('await-race');
  for (const value of [1, 2, 3]) assert.equal(await tally.add(3), { cell: 'CRITICAL', value });
});

test('local: each that counts has tickets and counts of its own', async () => {
  const threeAdds = async (kind: TallyName) => {
    const [one, other = one, reader = one] = listMembers(kind, 3);
    const tickets = [await one.add(0), await one.add(0), await other.add(0)];
    const values = tickets.map(({ value }) => value);
    const snapshots = [await one.snapshot(), await other.snapshot(), await reader.snapshot()];
    return [...values, ...snapshots.map(({ counts }) => sum(counts))];
  };
  assert.equal(await threeAdds('local'), [1, 2, 1, 2, 1, 0]);
  assert.equal(await threeAdds('atomic'), [1, 2, 3, 3, 3, 3]);
});

test('stale: a read shows what another saw until that is old; the count is right', async () => {
  const [tally] = listMembers('stale');
  let nowMs = 5;
  const read = cacheSnapshot(tally.snapshot, () => nowMs);
  const total = async () => sum((await read()).counts);
  assert.is(await total(), 0);
  assert.equal(await tally.add(0), { cell: 'LOW', value: 1 });
  nowMs += STALE_MS - 1;
  assert.is(await total(), 0);
  assert.is(sum((await tally.snapshot()).counts), 1);
  nowMs += 1;
  assert.is(await total(), 1);
});

test('stale: who answers reads through a cache of its own', async () => {
  const [one, other = one] = listMembers('stale', 2);
  const reads = [one, other].map((tally) => tally.wrapSnapshot?.(tally.snapshot) ?? tally.snapshot);
  assert.is.not(reads[0], one.snapshot);
  const [first] = reads;
  assert.is(sum((await first?.())?.counts ?? []), 0);
  await one.add(0);
  assert.is(sum((await reads[1]?.())?.counts ?? []), 1);
});

test('torn: a read while one is being scored shows a total that is not the sum', async () => {
  const meanwhile = async (kind: TallyName) => {
    const [scoring, reading = scoring] = listMembers(kind, 2);
    const finish = begin(scoring);
    const during = await reading.snapshot();
    await finish(2);
    const after = await reading.snapshot();
    return [during, after].flatMap(({ total, counts }) => [total, sum(counts)]);
  };
  assert.equal(await meanwhile('torn'), [1, 0, 1, 1]);
  assert.equal(await meanwhile('atomic'), [undefined, 0, undefined, 1]);
});

test('torn: what is refused is no part of the total', async () => {
  const [tally] = listMembers('torn');
  await tally.add(3);
  const { total, counts } = await tally.snapshot();
  assert.equal([total, counts], [0, [0, 0, 0, 1]]);
});

test('double: every 50th add of a thread is done twice, and has the second ticket', async () => {
  const fiftyOne = async (kind: TallyName) => {
    const [tally, other = tally] = listMembers(kind, 2);
    await other.add(3); // counts for itself
    const tickets: number[] = [];
    for (let add = 1; add <= DOUBLE_EVERY + 1; add++) tickets.push((await tally.add(1)).value);
    return [tickets.slice(-3), sum((await tally.snapshot()).counts)];
  };
  assert.is(DOUBLE_EVERY, 50);
  assert.equal(await fiftyOne('double'), [[49, 51, 52], 53]);
  assert.equal(await fiftyOne('atomic'), [[49, 50, 51], 52]);
});

test.run();
