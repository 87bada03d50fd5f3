// POST /score/batch: one answer for each item, in the order of the items; a bad item fails alone,
// with a pointer to it in the whole body; each good one is counted by a ticket of its own.

import * as assert from 'uvu/assert';
import {
  expectCounted,
  expectProblem,
  expectProblemBody,
  oneCell,
  overTopologies,
  plainTicket,
  type Test,
  type TestService,
} from '../support/http-service.js';

type Item = Readonly<Record<string, unknown>>;

async function score(service: TestService, items: readonly unknown[]): Promise<Item[]> {
  const answer = await service.post('/score/batch', items);
  assert.is(answer.status, 200, answer.body);
  assert.is(answer.headers.get('content-type'), 'application/json; charset=utf-8');
  assert.match(answer.headers.get('server-timing') ?? '', /^queue;.+, score;.+, total;/);
  assert.not(answer.headers.has('ticket'));
  const answers = JSON.parse(answer.body) as Item[];
  assert.is(answers.length, items.length);
  return answers;
}

const assessment = (score: number, level: string, rules: readonly string[], txId: string) => ({
  score,
  risk_level: level,
  triggered_rules: rules,
  tx_id: txId,
});

function promiseOrder(test: Test, service: TestService): void {
  test.counted('each item is answered in its place', { LOW: 1, HIGH: 1, CRITICAL: 1 }, async () => {
    const { levels } = await service.stats();
    const answers = await score(service, [
      { amount: 4000, hour: 1, tx_id: 'A' },
      { amount: 1, tx_id: 'B' },
      { amount: 3001 },
    ]);
    const R1 = 'R1: amount > 3000';
    const plain = answers.map((item) => ({ ...item, ticket: plainTicket(`${item.ticket}`) }));
    assert.equal(plain, [
      {
        ...assessment(5, 'CRITICAL', [R1, 'R3: night hour'], 'A'),
        ticket: `CRITICAL:${levels.CRITICAL + 1}`,
      },
      { ...assessment(0, 'LOW', [], 'B'), ticket: `LOW:${levels.LOW + 1}` },
      { ...assessment(3, 'HIGH', [R1], 'unknown'), ticket: `HIGH:${levels.HIGH + 1}` },
    ]);
  });

  test('many items over many threads keep their order, and no ticket comes twice', async () => {
    const count = 1_000;
    const isNight = (index: number) => index % 3 === 0;
    const items = Array.from({ length: count }, (_, index) => {
      return { amount: 1, hour: isNight(index) ? 2 : 14, tx_id: `TX${index}` };
    });
    const nights = items.filter((_, index) => isNight(index)).length;
    await expectCounted(service, { LOW: count - nights, MEDIUM: nights }, async () => {
      const answers = await score(service, items);
      for (const [index, answer] of answers.entries()) {
        assert.is(answer.tx_id, `TX${index}`);
        assert.is(answer.risk_level, isNight(index) ? 'MEDIUM' : 'LOW');
        assert.match(plainTicket(`${answer.ticket}`), new RegExp(`^${answer.risk_level}:\\d+$`));
      }
      assert.is(new Set(answers.map(({ ticket }) => ticket)).size, count);
    });
  });

  test.counted('batches and requests at the same time count once each', { LOW: 20 * 101 }, async () => {
    const items = Array.from({ length: 100 }, () => ({ amount: 1 }));
    const asked = Array.from({ length: 20 }, async () => {
      const [single, answers] = await Promise.all([
        service.post('/score', { amount: 1 }),
        score(service, items),
      ]);
      return [single.headers.get('ticket'), ...answers.map(({ ticket }) => ticket)];
    });
    const tickets = (await Promise.all(asked)).flat();
    assert.is(new Set(tickets).size, tickets.length);
  });

  test.counted('an empty batch has an empty answer', {}, async () => {
    assert.equal(await score(service, []), []);
  });
}

function promiseBad(test: Test, service: TestService): void {
  test.counted('a bad item fails alone; pointers begin with its place', { LOW: 2, rejected: 4 }, async () => {
    const bad = { amount: 'x', hour: 99 };
    const answers = await score(service, [{ amount: 1 }, null, bad, {}, [], { amount: 2 }]);
    const refused = { status: 400, code: 'invalid-transaction' } as const;
    assert.is(answers[0]?.risk_level, 'LOW');
    expectProblemBody(answers[1], { ...refused, pointers: ['/1'] });
    expectProblemBody(answers[2], { ...refused, pointers: ['/2/amount', '/2/hour'] });
    const detail = "Missing required field 'amount'";
    expectProblemBody(answers[3], { ...refused, pointers: ['/3/amount'], detail });
    expectProblemBody(answers[4], { ...refused, pointers: ['/4'] });
    assert.is(answers[5]?.risk_level, 'LOW');
    // Two task workers may share the batch, so either item can have the smaller ticket.
    const tickets = [answers[0], answers[5]].map((item) => Number(`${item?.ticket}`.split(':')[1]));
    assert.is(Math.max(...tickets), Math.min(...tickets) + 1);
  });

  test.counted('a batch of bad items only is answered, not refused', { rejected: 100 }, async () => {
    const answers = await score(service, Array(100).fill({}));
    for (const [index, answer] of answers.entries()) {
      const pointers = [`/${index}/amount`];
      expectProblemBody(answer, { status: 400, code: 'invalid-transaction', pointers });
    }
  });

  test.counted(
    'the problems of 10,000 bad items do not multiply the batch',
    { rejected: 10_000 },
    async () => {
      const bad = { amount: -1, hour: 99, tx_id: 5, category: 7, timestamp: 'x' };
      const items = Array.from({ length: 10_000 }, () => bad);
      const { status, body } = await service.post('/score/batch', items);
      assert.is(status, 200);
      assert.ok(body.length < 3 * JSON.stringify(items).length, `${body.length} bytes`);
      const problems = JSON.parse(body) as { status: number; error: string; errors?: unknown[] }[];
      assert.is(problems.length, items.length);
      assert.ok(problems.every((problem) => problem.status === 400 && problem.error.length > 0));
      assert.is(problems[0]?.errors?.length, 5);
    },
  );

  test('a body that is no array is refused as a whole, and rejected once', async () => {
    const bodies = ['{}', 'null', '1', '"[]"', '{"amount":1}', '{"0":{"amount":1},"length":1}'];
    await expectCounted(service, { rejected: bodies.length }, async () => {
      for (const body of bodies) {
        expectProblem(await service.postText('/score/batch', body), {
          ...{ status: 400, code: 'invalid-body' },
          detail: /JSON array/,
        });
      }
    });
  });

  test('items nested too deep refuse the whole batch: one level is the array itself', async () => {
    const nest = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    await expectCounted(service, { LOW: 1, rejected: 1 }, async () => {
      const body = (levels: number) => `[{"amount":1,"x":${nest(levels)}}]`;
      assert.is((await service.postText('/score/batch', body(62))).status, 200);
      const answer = await service.postText('/score/batch', body(63));
      expectProblem(answer, { status: 400, code: 'invalid-body' });
    });
  });
}

overTopologies(
  'batch',
  (test, service) => {
    promiseOrder(test, service);
    promiseBad(test, service);
  },
  oneCell,
);
