// What an answer means for the counter: of each kind of answer one, and what is said where the
// service is not what the options say.

import * as assert from 'uvu/assert';
import type { Exchange, ServiceAnswer } from '../../../src/checker/driver/connection.js';
import {
  classifyAdd,
  nothingAcknowledged,
  parseRead,
  refuseRedirect,
} from '../../../src/checker/driver/response-outcome.js';
import type { CheckTarget } from '../../../src/checker/driver/target.js';
import { suite } from '../../support/suite.js';

const test = suite('check: answers');

const TARGET: CheckTarget = {
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

function answered(answer: Partial<ServiceAnswer>): Exchange {
  const whole = { status: 200, headers: {}, text: '', ...answer };
  return { beganAt: 1, endedAt: 2, answer: whole, error: null };
}

function failed(error: object): Exchange {
  const thrown = Object.assign(new Error('it broke'), error);
  return { beganAt: 1, endedAt: 2, answer: null, error: thrown };
}

const OUTCOMES: readonly (readonly [string, Exchange, string])[] = [
  ['an acknowledgement', answered({ status: 201 }), 'ok'],
  ['another success', answered({ status: 202 }), 'unknown'],
  ['a refusal', answered({ status: 400 }), 'failed'],
  ['shed load', answered({ status: 503 }), 'failed'],
  ['a server error', answered({ status: 500 }), 'unknown'],
  ['a proxy timeout', answered({ status: 504 }), 'unknown'],
  ['a bad gateway', answered({ status: 502 }), 'unknown'],
  ['a redirect', answered({ status: 302 }), 'failed'],
  ['a reset', failed({ code: 'ECONNRESET', syscall: 'read' }), 'unknown'],
  ['no answer in time', failed({}), 'unknown'],
  ['no connection in time', failed({ code: 'UND_ERR_CONNECT_TIMEOUT' }), 'failed'],
  ['no such host', failed({ code: 'ENOTFOUND', syscall: 'getaddrinfo' }), 'failed'],
  ['no route to a host', failed({ code: 'EHOSTUNREACH', syscall: 'connect' }), 'failed'],
  // The same code on an open connection: the request may have arrived.
  ['no route any more', failed({ code: 'EHOSTUNREACH', syscall: 'write' }), 'unknown'],
  ['a connection timeout', failed({ code: 'ETIMEDOUT', syscall: 'read' }), 'unknown'],
  ['a closed socket', failed({ code: 'UND_ERR_SOCKET' }), 'unknown'],
  ['a refused connection', failed({ code: 'ECONNREFUSED', syscall: 'connect' }), 'failed'],
  ['an untrusted certificate', failed({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }), 'failed'],
];

for (const [title, exchange, outcome] of OUTCOMES) {
  test(`${title}: ${outcome}`, () => assert.is(classifyAdd(exchange, TARGET).outcome, outcome));
}

const TICKETS: readonly (readonly [string, object | null])[] = [
  ['CRITICAL:17', { cell: 'CRITICAL', value: 17 }],
  ['a:b:1', { cell: 'a:b', value: 1 }],
  ['17', { cell: '', value: 17 }],
];

for (const [ticket, parsed] of TICKETS) {
  test(`the ticket ${ticket} is read`, () => {
    assert.equal(classifyAdd(answered({ headers: { ticket } }), TARGET).ticket, parsed);
  });
}

test('a ticket in the body is read where the options say', () => {
  const target = { ...TARGET, ticket: { field: 'n' } };
  assert.equal(classifyAdd(answered({ text: '{"n":3}' }), target).ticket, { cell: '', value: 3 });
  assert.throws(() => classifyAdd(answered({ text: '{"m":3}' }), target), /has no 'n'/);
  assert.throws(() => classifyAdd(answered({ text: '{"n":0}' }), target), /'n' is 0/);
});

test('a missing ticket is borne, unless it was asked for; an unreadable one never is', () => {
  assert.is(classifyAdd(answered({}), TARGET).ticket, null);
  const required = { ...TARGET, ticket: { header: 'Ticket', isRequired: true } };
  assert.throws(() => classifyAdd(answered({}), required), /gave no header Ticket/);
  for (const ticket of ['x', 'A:0', '0', 'A:-1', '']) {
    assert.throws(() => classifyAdd(answered({ headers: { ticket } }), TARGET), /as Ticket/);
  }
});

test('a 503 of a service that does not say what it means by it is unknown', () => {
  const foreign = { ...TARGET, uncountedStatuses: [] };
  assert.is(classifyAdd(answered({ status: 503 }), foreign).outcome, 'unknown');
});

test('a redirect acknowledges where it is said to', () => {
  const moved = answered({ status: 303, headers: { location: '/done', ticket: '4' } });
  const target = { ...TARGET, okStatuses: [303] };
  assert.equal(classifyAdd(moved, target).ticket, { cell: '', value: 4 });
  refuseRedirect(moved.answer as ServiceAnswer, target, target.add);
  const refuse = () => refuseRedirect(moved.answer as ServiceAnswer, TARGET, TARGET.add);
  assert.throws(refuse, /address, or --ok 303/);
});

test('nothing follows a redirect: the error names its destination', () => {
  const moved = answered({ status: 301, headers: { location: 'https://there/hit' } });
  const said = /POST http:\/\/here\/hit .*\(301\) to https:\/\/there\/hit/;
  assert.throws(() => refuseRedirect(moved.answer as ServiceAnswer, TARGET, TARGET.add), said);
  assert.throws(() => parseRead(moved, TARGET), /GET http:\/\/here\/n redirects/);
});

const COUNTERS = '{"a":1,"b":2,"all":3}';

test('a read has its fields, their sum and its interval', () => {
  const read = parseRead(answered({ text: COUNTERS }), TARGET);
  assert.equal(read, { beginMs: 1, endMs: 2, values: [1, 2], sum: 3, isSnapshot: true });
  assert.is(parseRead(answered({ text: COUNTERS }), { ...TARGET, sum: null }).sum, null);
});

test('a service that says that its snapshot is inexact is taken at its word', () => {
  const inexact = { text: COUNTERS, headers: { snapshot: 'inexact; collects=64' } };
  assert.is(parseRead(answered(inexact), TARGET).isSnapshot, false);
  const exact = { text: COUNTERS, headers: { snapshot: 'exact; collects=2' } };
  assert.is(parseRead(answered(exact), TARGET).isSnapshot, true);
});

const UNREADABLE: readonly (readonly [string, Exchange, RegExp])[] = [
  ['nobody listens', failed({ code: 'ECONNREFUSED' }), /connection refused.*is the service runn/],
  ['404', answered({ status: 404 }), /GET http:\/\/here\/n: 404 Not Found/],
  ['HTML', answered({ text: '<h1>It works' }), /not JSON: .*<h1>It works/],
  ['nothing', answered({}), /answer is empty/],
  ['a missing field', answered({ text: '{"a":1}' }), /has no 'b'; .*--field/],
  ['a text', answered({ text: '{"a":"1","b":2,"all":3}' }), /its 'a' is "1", not a/],
];

for (const [title, exchange, why] of UNREADABLE) {
  test(`a read that gives ${title} is refused in one line`, () => {
    assert.throws(() => parseRead(exchange, TARGET), why);
  });
}

test('the reason is the error of the problem, else its detail, else the name of the status', () => {
  const reason = (status: number, text: string) =>
    classifyAdd(answered({ status, text }), TARGET).error ?? '';
  assert.is(reason(400, '{"error":"one","detail":"two"}'), '400 one');
  assert.is(reason(400, '{"error":7,"detail":"two"}'), '400 two');
  assert.is(reason(400, '<html>'), '400 Bad Request');
  assert.is(reason(499, ''), '499 no reason given');
  assert.ok(reason(400, JSON.stringify({ error: 'x'.repeat(5000) })).length <= 200);
});

test('a service that acknowledges nothing is told with its answer and the options', () => {
  const attempt = classifyAdd(answered({ status: 404 }), TARGET);
  assert.match(nothingAcknowledged(TARGET, attempt).message, /404 Not Found; see/);
});

test('what a service says cannot move the cursor of a terminal', () => {
  const text = `{"error":"\\u001b[2J"}`;
  const { error } = classifyAdd(answered({ status: 400, text }), TARGET);
  assert.is(error?.includes('\u001b'), false);
  const location = '\u001b[2J';
  const moved = answered({ status: 302, headers: { location } });
  assert.throws(
    () => parseRead(moved, TARGET),
    (thrown: Error) => !thrown.message.includes('\u001b'),
  );
});

test.run();
