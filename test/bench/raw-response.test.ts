// The minimal reader of answers: however the bytes are cut, it finds the same answer, and what it
// does not understand it calls broken. Pure.

import * as assert from 'uvu/assert';
import { createResponseReader } from '../../bench/load/load-child.js';
import { suite } from '../support/suite.js';

const ANSWER = 'HTTP/1.1 200 OK\r\nTicket: LOW:1\r\ncontent-LENGTH: 7\r\n\r\n{"a":1}';

const test = suite('bench: reading raw answers');

test('an answer is found wherever it is cut in two', () => {
  for (let cut = 1; cut < ANSWER.length; cut++) {
    const read = createResponseReader();
    assert.equal(read(ANSWER.slice(0, cut)), { state: 'more' });
    const answer = { state: 'answer', status: 200, body: '{"a":1}' };
    assert.equal(read(ANSWER.slice(cut)), answer);
    assert.equal(read(ANSWER), answer); // the next one on the same connection
  }
});

test('another status is an answer, too', () => {
  const reading = createResponseReader()('HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n');
  assert.equal(reading, { state: 'answer', status: 503, body: '' });
});

const CLOSED = 'Connection: close\r\nContent-Length: 2\r\n\r\n{}';

for (const head of ['HTTP/1.0 200 OK\r\n', `HTTP/1.1 200 OK\r\nServer: x\r\n`]) {
  test(`${head.trim()}, and the end: the last answer of a connection, or none`, () => {
    const answer = { state: 'answer', status: 200, body: '{}' };
    assert.equal(createResponseReader(true)(head + CLOSED), answer);
    const reading = createResponseReader()(head + CLOSED);
    assert.match(reading.state === 'broken' ? reading.why : '', /closes the connection/);
  });
}

const OK = 'HTTP/1.1 200 OK\r\n';
const BROKEN: Readonly<Record<string, readonly [text: string, why: RegExp]>> = {
  'no status line': ['SSH-2.0-x\r\nContent-Length: 0\r\n\r\n', /no status line/],
  'a body without a length': [`${OK}Transfer-Encoding: chunked\r\n\r\n`, /Length/],
  'a length that is only in another name': [`${OK}X-Content-Length: 1\r\n\r\na`, /no/],
  'more bytes than declared': [`${ANSWER}x`, /1 bytes more/],
  'two answers for one request': [ANSWER + ANSWER, /bytes more/],
  'an endless head': [`${OK}A: ${'a'.repeat(20_000)}`, /endless/],
  'an answer of HTTP/1.0': ['HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n', /closes the/],
  'a connection that ends': [`${OK}Connection: close\r\nContent-Length: 0\r\n\r\n`, /closes the/],
};

for (const [what, [text, why]] of Object.entries(BROKEN)) {
  test(`${what} is broken`, () => {
    const reading = createResponseReader()(text);
    assert.match(reading.state === 'broken' ? reading.why : reading.state, why);
  });
}

test.run();
