// Random input, seeded by fast-check and printed when it fails: any JSON value is scored or refused
// and counted exactly once either way, and any bytes at all leave the service as well as before.

import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { LEVELS } from '../../src/scoring/rules.js';
import { dial, head, post } from '../support/http-raw.js';
import { overTopologies, type Test, type TestService } from '../support/http-service.js';

const text = fc.string({ unit: 'binary', maxLength: 300 });
const anything = fc.jsonValue({ maxDepth: 4 });

/** Values that are nearly transactions, so that both answers come often. */
const nearly = fc.record(
  {
    amount: fc.oneof(fc.double({ noNaN: true }), fc.nat(5_000), anything),
    category: fc.oneof(fc.constantFrom('electronics', 'elektronika'), text, anything),
    hour: fc.oneof(fc.integer({ min: -1, max: 24 }), anything),
    timestamp: fc.oneof(
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      text,
    ),
    tx_id: fc.oneof(text, anything),
    ['__proto__']: anything,
    other: anything,
  },
  { requiredKeys: [] },
);
const good = fc.record({ amount: fc.double({ min: 0, max: 1e6, noNaN: true }), tx_id: text });

const values = fc.oneof(
  anything,
  nearly,
  good.map((value) => ({ ...value, tx_id: 'T' })),
);

const addUp = (moved: Readonly<Record<string, number>>) =>
  Object.values(moved).reduce((sum, count) => sum + count, 0);

async function counts(service: TestService): Promise<Record<string, number>> {
  const { levels, rejected } = await service.stats();
  return { ...levels, rejected };
}

function promiseValues(test: Test, service: TestService): void {
  test('any JSON value is answered 200 or 400, and moves exactly one counter by one', async () => {
    const seen = new Set<number>();
    const property = fc.asyncProperty(values, async (value) => {
      const before = await counts(service);
      const answer = await service.post('/score', value);
      const after = await counts(service);
      seen.add(answer.status);
      assert.ok([200, 400].includes(answer.status), `${answer.status}: ${answer.body}`);
      const moved = Object.keys(after).filter((name) => after[name] !== before[name]);
      const level = (JSON.parse(answer.body) as { risk_level?: string }).risk_level;
      assert.equal(moved, [answer.status === 200 ? level : 'rejected']);
      assert.is(addUp(after), addUp(before) + 1);
    });
    await fc.assert(property, { numRuns: 150 });
    assert.equal([...seen].toSorted(), [200, 400]);
  });

  test('any JSON array as a batch moves the counters by as much as it has items', async () => {
    const property = fc.asyncProperty(fc.array(values, { maxLength: 150 }), async (items) => {
      const before = await counts(service);
      const answer = await service.post('/score/batch', items);
      assert.is(answer.status, 200, answer.body);
      const answers = JSON.parse(answer.body) as { risk_level?: string; status?: number }[];
      const expected: Record<string, number> = { ...before };
      for (const { risk_level: level, status } of answers) {
        assert.ok(level === undefined ? status === 400 : LEVELS.includes(level as 'LOW'));
        const name = level ?? 'rejected';
        expected[name] = (expected[name] ?? 0) + 1;
      }
      assert.is(answers.length, items.length);
      assert.equal(await counts(service), expected);
    });
    await fc.assert(property, { numRuns: 30 });
  });

  test('any text as a body is answered 200, 400 or 413, and moves one counter by one', async () => {
    const bodies = fc.oneof(
      fc.json().map((json) => Buffer.from(json)),
      text.map((body) => Buffer.from(body)),
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    );
    const property = fc.asyncProperty(bodies, async (body) => {
      const before = await counts(service);
      const { status } = await service.postText('/score', body);
      assert.ok([200, 400, 413].includes(status), `${status}`);
      assert.is(addUp(await counts(service)), addUp(before) + 1);
    });
    await fc.assert(property, { numRuns: 100 });
  });
}

function promiseBytes(test: Test, service: TestService): void {
  const whole = post('/score', '{"amount":1}') + head('GET /health') + head('OPTIONS *');
  // A request without Host is answered by node:http itself, in a form of its own.
  const host = /Host: localhost\r\n/g;
  const kept = [...whole.matchAll(host)].map(({ index, 0: { length } }) => [index, index + length]);
  const spoilable = [...whole].flatMap((_, at) =>
    kept.some(([from = 0, to = 0]) => from <= at && at < to) ? [] : [at],
  );

  /** A conversation of good requests, a few bytes of it replaced at random. */
  const spoil = fc.tuple(fc.constantFrom(...spoilable), fc.uint8Array({ maxLength: 4 }));
  const spoilt = fc.array(spoil, { maxLength: 4 }).map((spoils) => {
    const bytes = [...whole].map((byte) => Buffer.from(byte));
    for (const [at, junk] of spoils) bytes[at] = Buffer.from(junk);
    return Buffer.concat(bytes);
  });

  test('any bytes at all are answered in whole answers, never 500, and hurt nobody', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 500 }).map((noise) => Buffer.from(noise)),
      spoilt,
    );
    const property = fc.asyncProperty(bytes, async (sent) => {
      const before = await counts(service);
      const answers = await dial(service.url, async (raw) => {
        await raw.send(sent);
        raw.finish();
        return await raw.untilClosed();
      });
      for (const { status } of answers) assert.ok(status < 500, `${status}`);
      const scored = answers.filter(({ headers }) => headers.has('ticket')).length;
      const after = await counts(service);
      assert.ok(addUp(after) - addUp(before) >= scored);
      assert.is((await service.get('/health')).status, 200);
    });
    await fc.assert(property, { numRuns: 150 });
  });
}

overTopologies('any input', (test, service) => {
  test.timeout(60_000);
  promiseValues(test, service);
  promiseBytes(test, service);
});
