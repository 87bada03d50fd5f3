// The question that several are asked (src/topologies/question.ts): who answers in time is heard, who
// does not is done without, and answers to an earlier round are no answers.

import * as assert from 'uvu/assert';
import { createQuestion } from '../../src/topologies/question.js';
import { suite } from '../support/suite.js';

const test = suite('a question to several');

test('it is over when all have answered, once each', async () => {
  const question = createQuestion<string>();
  const answers = await question.ask([1, 2], (id, round) => {
    question.heard(id, round, `answer ${id}`);
    question.heard(id, round, 'again');
  });
  assert.equal(answers, ['answer 1', 'answer 2']);
});

test('who leaves is waited for no longer, and its answer still counts', async () => {
  const question = createQuestion<string>();
  const answers = await question.ask([1, 2, 3], (id, round) => {
    if (id === 2) question.heard(id, round, 'last words');
    if (id !== 1) question.left(id);
    else question.heard(id, round, 'alive');
  });
  assert.equal(answers, ['alive', 'last words']);
});

test('who does not answer in time is left out', async () => {
  const question = createQuestion<string>();
  const answers = await question.ask([1, 2], (id, round) => {
    if (id === 1) question.heard(id, round, 'in time');
  });
  assert.equal(answers, ['in time']);
});

test('an answer to another round, and one that nobody asked for, are nobody’s', async () => {
  const question = createQuestion<string>();
  const answers = await question.ask([1], (id, round) => {
    question.heard(id, round - 1, 'too late');
    question.heard(9, round, 'a stranger');
    question.heard(id, round, 'asked');
  });
  assert.equal(answers, ['asked']);
  assert.equal(await question.ask([], () => {}), []);
});

test.run();
