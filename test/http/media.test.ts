// What a request may say about its body: media type, charset, encoding, and the expectation to be
// told to go on. `100 Continue` is a promise to read; it is sent only where the body is wanted.

import * as assert from 'uvu/assert';
import { dial, exchange, head, post, statuses } from '../support/http-raw.js';
import { expectProblem, overTopologies, type Test, type TestService } from '../support/http-service.js';

const GOOD = '{"amount":1}';

const WELCOME: readonly Readonly<Record<string, string>>[] = [
  { 'content-type': 'application/json' },
  { 'content-type': 'Application/JSON' },
  { 'content-type': 'application/json; charset=utf-8' },
  { 'content-type': 'application/json;charset="UTF-8"' },
  { 'content-type': 'application/json ; charset=utf8' },
  { 'content-type': 'application/json; version=1' },
  { 'content-type': 'application/vnd.bank.v1+json' },
  { 'content-type': 'application/json', 'content-encoding': 'identity' },
];

/** Header fields -> what the problem says. */
const UNWELCOME: readonly (readonly [Readonly<Record<string, string>>, RegExp])[] = [
  [{}, /got no Content-Type$/],
  [{ 'content-type': '' }, /got ''$/],
  [{ 'content-type': 'json' }, /got 'json'$/],
  [{ 'content-type': 'text/plain' }, /got 'text\/plain'$/],
  [{ 'content-type': 'text/json' }, /got 'text\/json'$/],
  [{ 'content-type': 'application/x-www-form-urlencoded' }, /urlencoded'$/],
  [{ 'content-type': 'multipart/form-data; boundary=x' }, /form-data/],
  [{ 'content-type': 'application/jsonp' }, /jsonp/],
  [{ 'content-type': 'application/json-seq' }, /json-seq/],
  [{ 'content-type': 'application/+json' }, /\+json/],
  [{ 'content-type': 'text/plain, application/json' }, /text\/plain/],
  [{ 'content-type': 'application/json; charset=utf-16' }, /charset 'utf-16'/],
  [{ 'content-type': 'application/json; charset=ISO-8859-2' }, /charset 'iso-8859-2'/],
  [{ 'content-type': 'application/json', 'content-encoding': 'gzip' }, /'gzip'/],
  [{ 'content-type': 'application/json', 'content-encoding': 'identity, br' }, /'identity, br'/],
  [{ 'content-type': `text/${'x'.repeat(10_000)}` }, /^.{1,200}$/],
];

function promiseMedia(test: Test, service: TestService): void {
  test.counted('JSON is read under each of its names', { LOW: WELCOME.length }, async () => {
    for (const headers of WELCOME) {
      const answer = await service.ask('POST', '/score', headers, GOOD);
      assert.is(answer.status, 200, answer.body);
    }
  });

  test.counted('what is not called JSON in UTF-8 is refused', {}, async () => {
    for (const [headers, detail] of UNWELCOME) {
      const answer = await service.ask('POST', '/score', headers, GOOD);
      expectProblem(answer, { status: 415, code: 'unsupported-media-type', detail });
      assert.is(answer.headers.get('accept'), 'application/json');
      assert.is(answer.headers.get('accept-encoding'), 'identity');
    }
  });

  test.counted('a GET that brings a body is answered as if it had none', {}, async () => {
    const answer = await service.ask('GET', '/hello', { 'content-type': 'x/y' }, GOOD);
    assert.equal([answer.status, answer.body], [200, 'Hello, stranger!']);
  });
}

const EXPECT = 'Expect: 100-continue';

/** What a client that waits is told at once -> the status, and what it counts. */
const REFUSED = {
  'an unknown path': [head('POST /nothing', EXPECT, 'Content-Length: 12'), 404, 0],
  'the wrong method': [head('PUT /score', EXPECT, 'Content-Length: 12'), 405, 0],
  'no media type': [head('POST /score', EXPECT, 'Content-Length: 12'), 415, 0],
  'a body that is too large': [
    head('POST /score', EXPECT, 'Content-Type: application/json', 'Content-Length: 65537'),
    413,
    1,
  ],
  'another expectation': [head('POST /score', 'Expect: 200-ok', 'Content-Length: 12'), 417, 1],
} as const;

function promiseContinue(test: Test, service: TestService): void {
  test.counted('a client that waits is told to go on where its body is wanted', { LOW: 2 }, async () => {
    await dial(service.url, async (raw) => {
      for (const expect of [EXPECT, 'expect: 100-Continue']) {
        await raw.send(post('/score', GOOD, expect).slice(0, -GOOD.length));
        const [goOn] = await raw.answers(1);
        assert.equal([goOn?.status, goOn?.body], [100, '']);
        await raw.send(GOOD);
        const [answer] = await raw.answers(1);
        assert.is(answer?.status, 200);
      }
    });
  });

  test.counted('a client that does not wait although it said so is served as well', { LOW: 1 }, async () => {
    const answers = await exchange(service.url, post('/score', GOOD, EXPECT) + head('GET /health'), 3);
    assert.equal(statuses(answers), [100, 200, 200]);
  });
}

function promiseRefusals(test: Test, service: TestService): void {
  for (const [what, [bytes, status, rejected]] of Object.entries(REFUSED)) {
    test.counted(`for ${what} it is refused without being told to go on`, { rejected }, async () => {
      const [answer] = await exchange(service.url, bytes, 1);
      assert.is(answer?.status, status);
      assert.match(answer?.headers.get('content-type') ?? '', /problem\+json/);
      // Its body may come or not: what follows could not be told from it.
      assert.is(answer?.headers.get('connection'), 'close');
    });

    test.counted(`for ${what} a body that still comes is no request`, { rejected }, async () => {
      const length = Number(/Content-Length: (\d+)/.exec(bytes)?.[1]);
      const body = head('GET /score').padEnd(length, '\n').slice(0, length);
      assert.equal(statuses(await exchange(service.url, bytes + body)), [status]);
    });
  }

  test('where no body is read nobody is told to go on', async () => {
    const requests = { 'GET /hello': 200, 'OPTIONS /score': 204, 'GET /nothing': 404 };
    for (const [request, status] of Object.entries(requests)) {
      const [answer] = await exchange(service.url, head(request, EXPECT), 1);
      assert.is(answer?.status, status);
    }
  });

  test.counted('HTTP/1.0 knows no expectations, and none is answered', { LOW: 1 }, async () => {
    const answers = await exchange(service.url, post('/score', GOOD, EXPECT).replace('HTTP/1.1', 'HTTP/1.0'));
    assert.equal(statuses(answers), [200]);
  });
}

overTopologies('media types and expectations', [promiseMedia, promiseContinue]);
// A connection on which all of a refused body has come may be used again: its end is waited for.
overTopologies('expectations that are refused', promiseRefusals, { keepAliveTimeoutMs: 300 });
