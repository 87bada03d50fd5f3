// The judgement of single answers, as tables: what was answered, and what it proves about the
// counter. No server is needed.

import * as assert from 'uvu/assert';
import { judgeAnswer, judgeFailure, type Outcome } from '../../../src/checker/driver/answer.js';
import { suite } from '../../support/suite.js';

const test = suite('client: what an answer proves');

const GOOD = { score: 7, risk_level: 'CRITICAL', triggered_rules: ['R1'], tx_id: 'TX1' };

test('a well-formed 200 was counted exactly once', () => {
  const judged = judgeAnswer(200, 'CRITICAL:17', JSON.stringify(GOOD), 'TX1');
  assert.equal([judged.outcome, judged.error, judged.malformed], ['ok', null, false]);
  assert.equal(judged.assessment, GOOD);
  assert.is(judged.ticket, 'CRITICAL:17');
});

test('a name that was not sent cannot be mistaken for another', () => {
  assert.is(judgeAnswer(200, null, JSON.stringify(GOOD), null).outcome, 'ok');
});

const SPOILT: readonly [object | string, RegExp][] = [
  ['<h1>hello</h1>', /not a JSON object/],
  ['null', /not a JSON object/],
  ['[]', /not a JSON object/],
  [{ ...GOOD, score: '7' }, /'score' is not a number/],
  [{ ...GOOD, risk_level: 'SEVERE' }, /'risk_level' is none of LOW, MEDIUM, HIGH, CRITICAL/],
  [{ ...GOOD, triggered_rules: 'R1' }, /'triggered_rules' is not an array/],
  [{ ...GOOD, triggered_rules: [1] }, /'triggered_rules' is not an array/],
  [{ ...GOOD, tx_id: 1 }, /'tx_id' is not a text/],
  [{ ...GOOD, tx_id: 'TX2\u001b[2J' }, /^200, but it answers for "TX2\ufffd\[2J"$/],
];

test('a 200 of the wrong shape, or for another transaction, is reported and not believed', () => {
  for (const [body, error] of SPOILT) {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const judged = judgeAnswer(200, null, text, 'TX1');
    assert.equal([judged.outcome, judged.malformed, judged.assessment], ['unknown', true, null]);
    assert.match(judged.error ?? '', error);
  }
});

const STATUSES: readonly [number, Outcome][] = [
  [202, 'unknown'],
  [302, 'refused'],
  [400, 'refused'],
  [404, 'refused'],
  [413, 'refused'],
  [500, 'unknown'],
  [502, 'unknown'],
  [503, 'refused'],
  [504, 'unknown'],
];

test('only a 503 among the 5xx proves that nothing was counted', () => {
  for (const [status, outcome] of STATUSES) {
    assert.is(judgeAnswer(status, null, '', 'TX1').outcome, outcome, String(status));
  }
});

test('the reason is the error of the problem, else its detail, else the name of the status', () => {
  const reason = (body: string): string | null => judgeAnswer(400, null, body, null).error;
  assert.is(reason('{"error":"one","detail":"two"}'), '400 one');
  assert.is(reason('{"error":7,"detail":"two"}'), '400 two');
  assert.is(reason('<html>'), '400 Bad Request');
  assert.is(judgeAnswer(499, null, '', null).error, '499 no reason given');
  assert.ok((reason(JSON.stringify({ error: 'x'.repeat(5000) }))?.length ?? 0) <= 200);
});

const coded = (fields: object): Error => Object.assign(new Error('boom'), fields);

const FAILURES: readonly [unknown, Outcome][] = [
  [coded({ code: 'ECONNREFUSED' }), 'unsent'],
  [coded({ code: 'UND_ERR_CONNECT_TIMEOUT' }), 'unsent'],
  [coded({ code: 'ENOTFOUND', syscall: 'getaddrinfo' }), 'unsent'],
  [coded({ code: 'EHOSTUNREACH', syscall: 'connect' }), 'unsent'],
  // The same code on an open connection: the request may have arrived.
  [coded({ code: 'EHOSTUNREACH', syscall: 'write' }), 'unknown'],
  [coded({ code: 'ETIMEDOUT', syscall: 'read' }), 'unknown'],
  [coded({ code: 'ECONNRESET', syscall: 'read' }), 'unknown'],
  [coded({ code: 'UND_ERR_SOCKET' }), 'unknown'],
  ['no answer within 5 ms', 'unknown'],
  [null, 'unknown'],
];

test('without an answer, only a failure to connect proves that nothing was counted', () => {
  for (const [error, outcome] of FAILURES) assert.is(judgeFailure(error).outcome, outcome);
});

test.run();
