// POST /score, good transactions: the rules and levels of the contract, where the hour comes from,
// what is ignored, and how each answer was counted. Bad bodies are in bad-bodies.test.ts.

import * as assert from 'uvu/assert';
import type { RiskLevel } from '../../src/scoring/rules.js';
import {
  type Answer,
  expectCounted,
  type Moves,
  oneCell,
  overTopologies,
  plainTicket,
  type Test,
  type TestService,
} from '../support/http-service.js';

const R1 = 'R1: amount > 3000';
const R2 = 'R2: electronics > 1500';
const R3 = 'R3: night hour';

type Row = readonly [object, number, RiskLevel, readonly string[]];

/** Transaction -> score, level, rules: every combination of rules. Bounds are in scoring/rules.test.ts. */
const SCORED: readonly Row[] = [
  [{ amount: -0 }, 0, 'LOW', []],
  [{ amount: 1e308 }, 3, 'HIGH', [R1]],
  [{ amount: 1501, category: 'elektronika' }, 2, 'MEDIUM', [R2]],
  [{ amount: 1, hour: 5.0 }, 2, 'MEDIUM', [R3]],
  [{ amount: 2000, category: 'electronics', hour: 5 }, 4, 'HIGH', [R2, R3]],
  [{ amount: 3001, hour: 5 }, 5, 'CRITICAL', [R1, R3]],
  [{ amount: 3001, category: 'electronics' }, 5, 'CRITICAL', [R1, R2]],
  [{ amount: 4200, category: 'elektronika', hour: 3 }, 7, 'CRITICAL', [R1, R2, R3]],
];

/** Timestamp -> whether its own clock showed an hour of the night. Forms are in transaction.test.ts. */
const TIMESTAMPS: Readonly<Record<string, boolean>> = {
  '2026-01-31 05:59:59': true,
  '2026-01-31 06:00:00': false,
  '2026-01-31T03:00:00+12:00': true,
  '2026-01-31T15:00:00-12:00': false,
};

function expectAssessment(answer: Answer, row: Row, txId: string): void {
  const [, score, level, rules] = row;
  assert.is(answer.status, 200, answer.body);
  const expected = { score, risk_level: level, triggered_rules: rules, tx_id: txId };
  assert.is(answer.body, JSON.stringify(expected));
  assert.is(answer.headers.get('content-type'), 'application/json; charset=utf-8');
}

function computeMoves(rows: readonly Row[]): Moves {
  const moves: Partial<Record<RiskLevel, number>> = {};
  for (const [, , level] of rows) moves[level] = (moves[level] ?? 0) + 1;
  return moves;
}

function promiseRules(test: Test, service: TestService): void {
  test.counted('rules add points, the score gives the level that counts', computeMoves(SCORED), async () => {
    for (const [index, row] of SCORED.entries()) {
      const txId = `TX${index}`;
      const answer = await service.post('/score', { ...row[0], tx_id: txId });
      expectAssessment(answer, row, txId);
    }
  });

  test('without an hour, the hour is that of the timestamp on its own clock', async () => {
    const nights = Object.values(TIMESTAMPS).filter((isNight) => isNight).length;
    const days = Object.keys(TIMESTAMPS).length - nights;
    await expectCounted(service, { LOW: days, MEDIUM: nights }, async () => {
      for (const [timestamp, isNight] of Object.entries(TIMESTAMPS)) {
        const answer = await service.post('/score', { amount: 1, timestamp });
        const { triggered_rules: rules } = JSON.parse(answer.body) as { triggered_rules: unknown };
        assert.equal(rules, isNight ? [R3] : [], timestamp);
      }
    });
  });

  test.counted('an hour wins over the timestamp; the default is noon', { LOW: 2, MEDIUM: 1 }, async () => {
    const timestamp = '2026-01-31 03:00:00';
    const ask = async (transaction: object) =>
      (JSON.parse((await service.post('/score', transaction)).body) as { score: number }).score;
    assert.is(await ask({ amount: 1, hour: 12, timestamp }), 0);
    assert.is(await ask({ amount: 1, hour: 4, timestamp: '2026-01-31T12:00:00Z' }), 2);
    assert.is(await ask({ amount: 1 }), 0);
  });
}

function promiseFields(test: Test, service: TestService): void {
  test('tx_id comes back as it was, and is "unknown" when absent', async () => {
    const names = ['', ' ', 'ż\u0000"\\\n', '🦉'.repeat(64), '\ud800', '__proto__', 'a'.repeat(256)];
    await expectCounted(service, { LOW: names.length + 1 }, async () => {
      for (const name of names) {
        const answer = await service.post('/score', { amount: 1, tx_id: name });
        expectAssessment(answer, [{}, 0, 'LOW', []], name);
      }
      const answer = await service.post('/score', { amount: 1 });
      expectAssessment(answer, [{}, 0, 'LOW', []], 'unknown');
    });
  });

  test.counted('fields of other names are ignored, whatever they hold', { LOW: 1 }, async () => {
    const others = { score: 9, risk_level: 'CRITICAL', Amount: 9e9, '': null, x: [[{}]] };
    const answer = await service.post('/score', { ...others, amount: 1, tx_id: 'T' });
    expectAssessment(answer, [{}, 0, 'LOW', []], 'T');
  });

  test.counted('of duplicate keys the last one counts', { HIGH: 1, LOW: 1, rejected: 1 }, async () => {
    const high = await service.postText('/score', '{"amount":1,"amount":5000}');
    expectAssessment(high, [{}, 3, 'HIGH', [R1]], 'unknown');
    const low = await service.postText('/score', '{"amount":"x","amount":1}');
    expectAssessment(low, [{}, 0, 'LOW', []], 'unknown');
    assert.is((await service.postText('/score', '{"amount":1,"amount":"x"}')).status, 400);
  });

  test('keys named __proto__ and constructor are data, and pollute nobody', async () => {
    const evil = '{"amount":9999,"category":"electronics","hour":3,"polluted":true}';
    const bodies = [
      `{"amount":1,"tx_id":"T","__proto__":${evil}}`,
      `{"amount":1,"tx_id":"T","constructor":{"prototype":${evil}}}`,
      `{"__proto__":null,"amount":1,"tx_id":"T"}`,
    ];
    await expectCounted(service, { LOW: bodies.length + 2, rejected: 1 }, async () => {
      for (const body of bodies) {
        expectAssessment(await service.postText('/score', body), [{}, 0, 'LOW', []], 'T');
      }
      // Were the prototype of all objects changed here or on a task worker, these would show it.
      assert.is((await service.postText('/score', `{"__proto__":${evil}}`)).status, 400);
      assert.not('polluted' in {});
      for (let thread = 0; thread < 2; thread += 1) {
        const answer = await service.post('/score', { amount: 1, tx_id: 'T' });
        expectAssessment(answer, [{}, 0, 'LOW', []], 'T');
      }
    });
  });
}

function promiseTickets(test: Test, service: TestService): void {
  test('the ticket names the level and rises by one; it is what /stats then shows', async () => {
    const count = 5;
    await expectCounted(service, { MEDIUM: count, CRITICAL: count }, async () => {
      const { levels } = await service.stats();
      for (let add = 1; add <= count; add += 1) {
        const medium = await service.post('/score', { amount: 1, hour: 1 });
        const critical = await service.post('/score', { amount: 4000, hour: 1 });
        const [first, second] = [medium, critical].map(({ headers }) => headers.get('ticket'));
        assert.is(plainTicket(first), `MEDIUM:${levels.MEDIUM + add}`);
        assert.is(plainTicket(second), `CRITICAL:${levels.CRITICAL + add}`);
      }
    });
  });

  test('callers at the same time get different tickets, without a gap', async () => {
    const count = 50;
    await expectCounted(service, { LOW: count }, async () => {
      const { LOW } = (await service.stats()).levels;
      const asked = Array.from({ length: count }, () => service.post('/score', { amount: 1 }));
      const tickets = (await Promise.all(asked)).map(({ headers }) => {
        return plainTicket(headers.get('ticket'));
      });
      const values = tickets.map((ticket) => Number(/^LOW:(\d+)$/.exec(ticket)?.[1]));
      const expected = Array.from({ length: count }, (_, index) => LOW + index + 1);
      assert.equal(
        values.toSorted((a, b) => a - b),
        expected,
      );
    });
  });

  test('Server-Timing says in milliseconds how long it waited, was scored, took', async () => {
    const answer = await service.post('/score', { amount: 1 });
    const timing = answer.headers.get('server-timing') ?? '';
    const entries = timing.split(', ').map((entry) => /^(\w+);dur=(\d+\.\d{3})$/.exec(entry));
    assert.equal(
      entries.map((entry) => entry?.[1]),
      ['queue', 'score', 'total'],
    );
    const [queueMs = Number.NaN, scoreMs = Number.NaN, totalMs = Number.NaN] = entries.map((entry) =>
      Number(entry?.[2]),
    );
    assert.ok(queueMs + scoreMs <= totalMs + 0.002, timing); // three roundings
  });
}

overTopologies('scoring', [promiseRules, promiseFields]);
overTopologies('tickets', promiseTickets, oneCell);
