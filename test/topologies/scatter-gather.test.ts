// The query that several are asked (snapshot-barrier.ts): who answers in time is heard, who
// does not is done without, and answers to an earlier round are no answers.

import * as assert from 'uvu/assert';
import { ScatterGather } from '../../src/topologies/snapshot-barrier.js';
import { suite } from '../support/suite.js';

const test = suite('a query to several');

test('it is over when all have answered, once each', async () => {
  const query = new ScatterGather<string>(50);
  const { replies } = await query.gather([1, 2], (id, round) => {
    query.receive(id, round, `answer ${id}`);
    query.receive(id, round, 'again');
  });
  assert.equal(replies, ['answer 1', 'answer 2']);
});

test('who leaves is waited for no longer, and its answer still counts', async () => {
  const query = new ScatterGather<string>(50);
  const { replies } = await query.gather([1, 2, 3], (id, round) => {
    if (id === 2) query.receive(id, round, 'last words');
    if (id !== 1) query.drop(id);
    else query.receive(id, round, 'alive');
  });
  assert.equal(replies, ['alive', 'last words']);
});

test('who does not answer in time is left out', async () => {
  const query = new ScatterGather<string>(50);
  const { replies } = await query.gather([1, 2], (id, round) => {
    if (id === 1) query.receive(id, round, 'in time');
  });
  assert.equal(replies, ['in time']);
});

test('an answer to another round, and one that nobody asked for, are nobody’s', async () => {
  const query = new ScatterGather<string>(50);
  const { replies } = await query.gather([1], (id, round) => {
    query.receive(id, round - 1, 'too late');
    query.receive(9, round, 'a stranger');
    query.receive(id, round, 'asked');
  });
  assert.equal(replies, ['asked']);
  assert.equal(await query.gather([], () => {}), { replies: [], isComplete: true });
});

test.run();
