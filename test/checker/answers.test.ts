// What an answer means for the counter: of each kind of answer one, and what is said where the
// service is not what the options say.

import * as assert from 'uvu/assert';
import { judgeAdd, judgeRead, nothingAcknowledged } from '../../src/checker/driver/answers.js';
import type { Answer, Exchange } from '../../src/checker/driver/connection.js';
import type { Target } from '../../src/checker/driver/target.js';
import { suite } from '../support/suite.js';

const test = suite('check: answers');

const TARGET: Target = {
  origin: 'http://here',
  add: { method: 'POST', path: '/hit' },
  read: { method: 'GET', path: '/n' },
  headers: {},
  givenHeaders: [],
  bodies: [],
  okStatuses: [200, 201],
  uncountedStatuses: [503],
  fields: ['a', 'b'],
  sum: 'all',
  ticket: { header: 'Ticket', isRequired: false },
  timeoutMs: 1_000,
};

function answered(answer: Partial<Answer>): Exchange {
  const whole = { status: 200, headers: {}, text: '', ...answer };
  return { beganAt: 1, endedAt: 2, answer: whole, error: null };
}

function failed(error: object): Exchange {
  const thrown = Object.assign(new Error('it broke'), error);
  return { beganAt: 1, endedAt: 2, answer: null, error: thrown };
}

const OUTCOMES: readonly (readonly [string, Exchange, string])[] = [
  ['a status that acknowledges', answered({ status: 201 }), 'ok'],
  ['another success may have been counted', answered({ status: 202 }), 'unknown'],
  ['a refusal', answered({ status: 400 }), 'failed'],
  ['load that is shed, as the target says', answered({ status: 503 }), 'failed'],
  ['an error of the server, perhaps after the count', answered({ status: 500 }), 'unknown'],
  ['a proxy that stopped waiting', answered({ status: 504 }), 'unknown'],
  ['a reset', failed({ code: 'ECONNRESET', syscall: 'read' }), 'unknown'],
  ['no answer in time', failed({}), 'unknown'],
  ['a refused connection', failed({ code: 'ECONNREFUSED', syscall: 'connect' }), 'failed'],
  ['a certificate nobody trusts', failed({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }), 'failed'],
];

for (const [title, exchange, outcome] of OUTCOMES) {
  test(`${title}: ${outcome}`, () => assert.is(judgeAdd(exchange, TARGET).outcome, outcome));
}

const TICKETS: readonly (readonly [string, object | null])[] = [
  ['CRITICAL:17', { cell: 'CRITICAL', value: 17 }],
  ['a:b:1', { cell: 'a:b', value: 1 }],
  ['17', { cell: '', value: 17 }],
];

for (const [ticket, parsed] of TICKETS) {
  test(`the ticket ${ticket} is read`, () => {
    assert.equal(judgeAdd(answered({ headers: { ticket } }), TARGET).ticket, parsed);
  });
}

test('a ticket in the body is read where the options say', () => {
  const target = { ...TARGET, ticket: { field: 'n' } };
  assert.equal(judgeAdd(answered({ text: '{"n":3}' }), target).ticket, { cell: '', value: 3 });
  assert.throws(() => judgeAdd(answered({ text: '{"m":3}' }), target), /no ticket: .* has no 'n'/);
  assert.throws(() => judgeAdd(answered({ text: '{"n":0}' }), target), /no ticket: its 'n' is 0/);
});

test('a missing ticket is borne, unless it was asked for; an unreadable one never is', () => {
  assert.is(judgeAdd(answered({}), TARGET).ticket, null);
  const required = { ...TARGET, ticket: { header: 'Ticket', isRequired: true } };
  assert.throws(() => judgeAdd(answered({}), required), /gave no header Ticket: a ticket is like/);
  for (const ticket of ['x', 'A:0', '0', 'A:-1', '']) {
    assert.throws(() => judgeAdd(answered({ headers: { ticket } }), TARGET), /as Ticket/);
  }
});

test('a 503 of a service that does not say what it means by it is unknown', () => {
  const foreign = { ...TARGET, uncountedStatuses: [] };
  assert.is(judgeAdd(answered({ status: 503 }), foreign).outcome, 'unknown');
});

test('a redirect acknowledges where it is said to', () => {
  const moved = answered({ status: 303, headers: { location: '/done', ticket: '4' } });
  const target = { ...TARGET, okStatuses: [303] };
  assert.equal(judgeAdd(moved, target).ticket, { cell: '', value: 4 });
  assert.throws(() => judgeAdd(moved, TARGET), /give that address, or --ok 303/);
});

test('a redirect is followed by nobody: the user is told where it leads', () => {
  const moved = answered({ status: 301, headers: { location: 'https://there/hit' } });
  const said = /POST http:\/\/here\/hit redirects \(301\) to https:\/\/there\/hit: give that/;
  assert.throws(() => judgeAdd(moved, TARGET), said);
  assert.throws(() => judgeRead(moved, TARGET), /GET http:\/\/here\/n redirects/);
});

const COUNTERS = '{"a":1,"b":2,"all":3}';

test('a read has its fields, their sum and its interval', () => {
  const read = judgeRead(answered({ text: COUNTERS }), TARGET);
  assert.equal(read, { beginMs: 1, endMs: 2, values: [1, 2], sum: 3, isSnapshot: true });
  assert.is(judgeRead(answered({ text: COUNTERS }), { ...TARGET, sum: null }).sum, null);
});

test('a service that says that its snapshot is inexact is taken at its word', () => {
  const inexact = { text: COUNTERS, headers: { snapshot: 'inexact; collects=64' } };
  assert.is(judgeRead(answered(inexact), TARGET).isSnapshot, false);
  const exact = { text: COUNTERS, headers: { snapshot: 'exact; collects=2' } };
  assert.is(judgeRead(answered(exact), TARGET).isSnapshot, true);
});

const UNREADABLE: readonly (readonly [string, Exchange, RegExp])[] = [
  ['nobody listens', failed({ code: 'ECONNREFUSED' }), /connection refused.*is the service runn/],
  ['404', answered({ status: 404 }), /GET http:\/\/here\/n: 404 Not Found/],
  ['HTML', answered({ text: '<h1>It works' }), /is not JSON: its answer begins "<h1>It works"/],
  ['nothing', answered({}), /is not JSON: its answer is empty/],
  [
    'a missing field',
    answered({ text: '{"a":1}' }),
    /has no 'b'; it has the numbers a; see --field/,
  ],
  ['a text', answered({ text: '{"a":"1","b":2,"all":3}' }), /its 'a' is "1", not a whole number/],
];

for (const [title, exchange, why] of UNREADABLE) {
  test(`a read that gives ${title} is refused in one line`, () => {
    assert.throws(() => judgeRead(exchange, TARGET), why);
  });
}

test('a service that acknowledges nothing is told with its answer and the options', () => {
  const attempt = judgeAdd(answered({ status: 404 }), TARGET);
  assert.match(nothingAcknowledged(TARGET, attempt).message, /nothing: 404 Not Found; see --do/);
});

test('what a service says cannot move the cursor of a terminal', () => {
  const text = `{"error":"\\u001b[2J"}`;
  const { error } = judgeAdd(answered({ status: 400, text }), TARGET);
  assert.is(error?.includes('\u001b'), false);
  const location = '\u001b[2J';
  const moved = answered({ status: 302, headers: { location } });
  assert.throws(
    () => judgeRead(moved, TARGET),
    (thrown: Error) => !thrown.message.includes('\u001b'),
  );
});

test.run();
