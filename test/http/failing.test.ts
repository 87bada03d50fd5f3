// A user's scorer that fails: its transaction is answered 500 without a word from inside, is not
// counted, and nobody else notices. The operator's log has what the client is not shown.

import { setImmediate as nextTurn } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import {
  expectCounted,
  expectProblem,
  expectProblemBody,
  overTopologies,
  type Test,
  type TestService,
} from '../support/http-service.js';

const FAULTY_SCORER = new URL('../../../test/fixtures/scorers/faulty.mjs', import.meta.url).href;

/** Fault -> what the operator reads. */
const FAULTS = {
  throws: /secret: .*model\.bin is missing/,
  rejects: /model timed out/,
  'throws a string': /secret/,
  'scores NaN': /'score' of NaN/,
  'returns nothing': /returned undefined/,
  'invents a level': /'risk_level'/,
};

const FAILED = { status: 500, code: 'scorer-failed', detail: /was not counted$/ } as const;

/** What the operator was told of one failure: another way than the answer's, perhaps later. */
async function takeTrouble(service: TestService): Promise<string> {
  while (service.troubles.length < 1) await nextTurn();
  const troubles = service.takeTroubles();
  assert.is(troubles.length, 1);
  return troubles[0]?.text ?? '';
}

function promiseFailures(test: Test, service: TestService): void {
  for (const [fault, says] of Object.entries(FAULTS)) {
    test.counted(`a scorer that ${fault}: 500, nothing counted, the cause in the log only`, {}, async () => {
      const answer = await service.post('/score', { amount: 1, fault });
      expectProblem(answer, FAILED);
      assert.not.match(answer.body, /secret|NaN/);
      assert.not(answer.headers.has('ticket'));
      assert.match(await takeTrouble(service), says);
    });
  }

  test.counted('in a batch an item whose scorer fails fails alone', { LOW: 2, rejected: 1 }, async () => {
    const items = [{ amount: 1 }, { amount: 1, fault: 'throws' }, {}, { amount: 1 }];
    const answer = await service.post('/score/batch', items);
    const [first, failed, bad, last] = JSON.parse(answer.body) as { risk_level?: string }[];
    assert.equal([first?.risk_level, last?.risk_level], ['LOW', 'LOW']);
    expectProblemBody(failed, FAILED);
    const pointers = ['/2/amount'];
    expectProblemBody(bad, { status: 400, code: 'invalid-transaction', pointers });
    assert.not.match(answer.body, /secret/);
    assert.match(await takeTrouble(service), FAULTS.throws);
  });

  test('a service with a user’s scorer says so', async () => {
    const { body } = await service.get('/health');
    assert.is(body, '{"status":"ok","version":"1.0-faulty"}');
  });
}

function promiseDeaths(test: Test, service: TestService): void {
  test('a scorer that ends its thread: 500 for its caller, and the next is served', async () => {
    await expectCounted(service, { LOW: 4 }, async () => {
      const answer = await service.post('/score', { amount: 1, fault: 'ends its thread' });
      const detail = /counted at most once$/;
      expectProblem(answer, { status: 500, code: 'thread-died', detail });
      for (let count = 0; count < 4; count += 1) {
        assert.is((await service.post('/score', { amount: 1 })).status, 200);
      }
    });
    for (const { event } of service.takeTroubles()) {
      assert.match(event, /-died$|-failed$|-replaced$/);
    }
  });
}

const OPTIONS = { scorer: FAULTY_SCORER };

overTopologies('a failing scorer', promiseFailures, OPTIONS);
overTopologies('a dying thread', promiseDeaths, OPTIONS, 'whoever asked the one that died is told so');
