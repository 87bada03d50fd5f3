// The contract of every tally, kept by `owner`, and what only a tally with one owner has to promise.

import * as assert from 'uvu/assert';
import { createRegion } from '../../src/tally/region.js';
import { createTally, type Tally, tallyPlan } from '../../src/tally/tally.js';
import { suite } from '../support/suite.js';
import { tallyContract } from './tally.contract.js';
import { NAMES, openHarness } from './tally-harness.js';

// Fewer adds than the others: each is a message there and one back, tens of microseconds.
tallyContract('owner', { adds: 20_000, work: 0 });

const OWNER = new URL('../fixtures/tally/owner.worker.js', import.meta.url);
const test = suite('tally: owner, its members');

const region = () => createRegion(tallyPlan('owner', NAMES));
const create = (role: 'owner' | 'member', on: ReturnType<typeof region>, channel: string): Tally =>
  createTally({ kind: 'owner', names: NAMES, region: on, role, channel });
const readReason = (pending: unknown): Promise<string> =>
  Promise.resolve(pending).then(
    () => 'it did not reject',
    (error: unknown) => String(error),
  );

test('members created before the owner are answered once it is there', async () => {
  const shared = region();
  const member = create('member', shared, 'owner.late');
  const early = member.add(1);
  const owner = create('owner', shared, 'owner.late');
  assert.equal(await early, { cell: 'MEDIUM', value: 1 });
  assert.equal((await member.snapshot()).counts, [0, 1, 0, 0]);
  member.close();
  owner.close();
});

test('two members of one thread get their own answers', async () => {
  const shared = region();
  const owner = create('owner', shared, 'owner.two');
  const members = [create('member', shared, 'owner.two'), create('member', shared, 'owner.two')];
  const tickets = await Promise.all([0, 1, 0, 1].map((which) => Promise.resolve(members[which]?.add(2))));
  assert.equal(tickets.map((ticket) => ticket?.value).sort(), [1, 2, 3, 4]);
  for (const tally of [...members, owner]) tally.close();
});

test('an add whose owner has closed rejects and does not hang, whenever it was sent', async () => {
  const shared = region();
  const owner = create('owner', shared, 'owner.closed');
  const known = create('member', shared, 'owner.closed');
  await known.add(0);
  const unwelcomed = create('member', shared, 'owner.closed');
  const sent = [known.add(0), unwelcomed.add(0), unwelcomed.snapshot()];
  owner.close();
  const late = create('member', shared, 'owner.closed');
  const all = [...sent, known.add(0), late.add(0), late.snapshot()];
  for (const reason of await Promise.all(all.map(readReason))) {
    assert.match(reason, /its owner has ended/);
  }
});

test('answers that the owner had sent before it closed still arrive', async () => {
  const shared = region();
  const owner = create('owner', shared, 'owner.answered');
  const member = create('member', shared, 'owner.answered');
  await member.add(0);
  const answered = member.add(0);
  // The owner's own turn: its message from the member is handled, then it closes.
  const closed = new Promise<void>((resolve) => {
    const poll = (): void => {
      const { counts } = owner.snapshot() as { counts: readonly number[] };
      if (counts[0] !== 2) return void setImmediate(poll);
      owner.close();
      resolve();
    };
    poll();
  });
  assert.equal(await answered, { cell: 'LOW', value: 2 });
  await closed;
});

test('an add whose member closes before the answer rejects', async () => {
  const shared = region();
  const owner = create('owner', shared, 'owner.left');
  const member = create('member', shared, 'owner.left');
  const pending = member.add(0);
  member.close();
  assert.match(await readReason(pending), /owner answered/);
  assert.match(await readReason(member.add(0)), /owner answered/);
  owner.close();
});

test('a second owner is refused: two would count apart', () => {
  const shared = region();
  const owner = create('owner', shared, 'owner.second');
  assert.throws(() => create('owner', shared, 'owner.second'), /had an owner/);
  owner.close();
});

test('when the thread of the owner is killed, recover makes every waiting add reject', async () => {
  const harness = openHarness('owner', { role: 'member' });
  try {
    const owner = harness.hire(OWNER);
    await owner.running;
    assert.is((await harness.tally.add(0)).value, 1);
    await owner.kill();
    const waiting = harness.tally.add(0);
    harness.tally.recover(owner.threadId);
    assert.match(await readReason(waiting), /its owner has ended/);
    assert.match(await readReason(harness.tally.snapshot()), /its owner has ended/);
  } finally {
    await harness.close();
  }
});

test.run();
