// The contract, route by route: what each path answers to the letter, and what the methods mean
// that every path shares. Scoring itself is in scoring.test.ts and batch.test.ts.

import * as assert from 'uvu/assert';
import { exchange, head } from '../support/http-raw.js';
import { expectProblem, overTopologies, type Test, type TestService } from '../support/http-service.js';

const TEXT = 'text/plain; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';
const WELCOME = 'Welcome to the transaction monitoring system!';

const LONGEST = 'a'.repeat(256);

/** Path -> media type and exact body. */
const ANSWERS: Readonly<Record<string, readonly [string, string]>> = {
  '/': [TEXT, WELCOME],
  '/?x=1': [TEXT, WELCOME],
  '/hello': [TEXT, 'Hello, stranger!'],
  '/hello?name=Anna': [TEXT, 'Hello, Anna!'],
  '/hello?name=': [TEXT, 'Hello, !'],
  '/hello?name': [TEXT, 'Hello, !'],
  '/hello?Name=Anna': [TEXT, 'Hello, stranger!'],
  '/hello?name=Anna&name=Piotr': [TEXT, 'Hello, Anna!'],
  '/hello?name=Anna+Maria%20J': [TEXT, 'Hello, Anna Maria J!'],
  '/hello?name=Za%C5%BC%C3%B3%C5%82%C4%87': [TEXT, 'Hello, Zażółć!'],
  '/hello?name=a%26b%3Dc%3Fd%2Fe%23f': [TEXT, 'Hello, a&b=c?d/e#f!'],
  '/hello?name=50%': [TEXT, 'Hello, 50%!'],
  '/hello?__proto__=x&constructor=y': [TEXT, 'Hello, stranger!'],
  '/hello?name=%3Cb%3E': [TEXT, 'Hello, <b>!'],
  '/transaction/TX0042': [JSON_TYPE, '{"tx_id":"TX0042","status":"found"}'],
  '/transaction/TX0042?x=1': [JSON_TYPE, '{"tx_id":"TX0042","status":"found"}'],
  '/transaction/a%20b': [JSON_TYPE, '{"tx_id":"a b","status":"found"}'],
  '/transaction/a%2Fb': [JSON_TYPE, '{"tx_id":"a/b","status":"found"}'],
  '/transaction/a%3Fb%23c%25d': [JSON_TYPE, '{"tx_id":"a?b#c%d","status":"found"}'],
  '/transaction/%22%5C': [JSON_TYPE, '{"tx_id":"\\"\\\\","status":"found"}'],
  '/transaction/%C5%BC': [JSON_TYPE, '{"tx_id":"ż","status":"found"}'],
  '/transaction/a+b;c=d': [JSON_TYPE, '{"tx_id":"a+b;c=d","status":"found"}'],
  '/transaction/__proto__': [JSON_TYPE, '{"tx_id":"__proto__","status":"found"}'],
  [`/transaction/${LONGEST}`]: [JSON_TYPE, `{"tx_id":"${LONGEST}","status":"found"}`],
  '/status': [JSON_TYPE, '{"service":"monitoring","version":"1.0","status":"ok"}'],
  '/health': [JSON_TYPE, '{"status":"ok","version":"1.0-rules"}'],
  '/ready': [JSON_TYPE, '{"status":"ready"}'],
};

const READ_PATHS = ['/', '/hello', '/transaction/TX1', '/status', '/health', '/ready', '/stats'];

/** Path -> the methods it answers. */
const METHODS: Readonly<Record<string, string>> = Object.fromEntries([
  ...[...READ_PATHS, '/metrics', '/openapi.json'].map((path) => [path, 'GET, HEAD, OPTIONS']),
  ...['/echo', '/score', '/score/batch'].map((path) => [path, 'POST, OPTIONS']),
]);

const NOWHERE = [
  ...['/nothing', '/hello/', '/Hello', '//', '/score/', '/score/batch/x', '/transaction'],
  ...['/transaction/a/b', `/transaction/${LONGEST}a`, '/%2e%2e/etc/passwd', '/__proto__', '/constructor'],
];

const UNDECODABLE = ['/transaction/%', '/transaction/%zz', '/transaction/%C5', '/%E0%A4%A'];

function promiseAnswers(test: Test, service: TestService): void {
  test('every GET route answers to the letter, in its media type', async () => {
    for (const [path, [type, body]] of Object.entries(ANSWERS)) {
      const answer = await service.get(path);
      assert.equal([answer.status, answer.body], [200, body], path);
      assert.is(answer.headers.get('content-type'), type, path);
      assert.is(answer.headers.get('content-length'), `${Buffer.byteLength(body)}`, path);
      assert.is(answer.headers.get('x-content-type-options'), 'nosniff', path);
    }
  });

  test('/echo gives the object back as it was, and counts its fields', async () => {
    const bodies = {
      '{}': '{"received":{},"field_count":0}',
      '{"a":1,"b":[2,{"c":null}]}': '{"received":{"a":1,"b":[2,{"c":null}]},"field_count":2}',
      '{"b":"ż","a":true}': '{"received":{"b":"ż","a":true},"field_count":2}',
      '{"a":1,"a":2}': '{"received":{"a":2},"field_count":1}',
      '{"__proto__":{"x":1},"constructor":2}':
        '{"received":{"__proto__":{"x":1},"constructor":2},"field_count":2}',
      '{"toJSON":1,"length":2}': '{"received":{"toJSON":1,"length":2},"field_count":2}',
      ' {"a" : -0.5e1}\n': '{"received":{"a":-5},"field_count":1}',
    };
    for (const [sent, body] of Object.entries(bodies)) {
      const answer = await service.postText('/echo', sent);
      assert.equal([answer.status, answer.body], [200, body]);
      assert.is(answer.headers.get('content-type'), JSON_TYPE);
    }
  });
}

function promiseMethods(test: Test, service: TestService): void {
  test('HEAD answers the header fields of GET and no body', async () => {
    const paths = [...Object.keys(ANSWERS), '/stats', '/metrics', '/openapi.json'];
    const readFields = async (method: string, path: string, isHead: boolean) => {
      const [answer] = await exchange(service.url, head(`${method} ${path}`), 1, isHead);
      assert.is(answer?.status, 200, path);
      // When it was answered, and how often it was tried until then, is said anew each time.
      const fields = [...(answer?.headers ?? [])].map(([name, value]) => {
        return name === 'date' || name === 'snapshot' ? [name] : [name, value];
      });
      // The text of /metrics differs from one moment to the next.
      return path === '/metrics' ? fields.map(([name]) => name) : fields;
    };
    for (const path of paths) {
      assert.equal(await readFields('HEAD', path, true), await readFields('GET', path, false), path);
    }
  });

  test('OPTIONS answers 204 and names the methods of the path', async () => {
    for (const [path, methods] of Object.entries(METHODS)) {
      const answer = await service.ask('OPTIONS', path);
      assert.equal([answer.status, answer.body], [204, ''], path);
      assert.is(answer.headers.get('allow'), methods, path);
      assert.not(answer.headers.has('content-type'), path);
      assert.not(answer.headers.has('content-length'), path);
    }
    const [answer] = await exchange(service.url, head('OPTIONS *'), 1);
    assert.is(answer?.headers.get('allow'), 'POST, GET, HEAD, OPTIONS');
  });

  test.counted('a method that a path does not answer is refused with those it does', {}, async () => {
    for (const [path, methods] of Object.entries(METHODS)) {
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'TRACE']) {
        if (methods.split(', ').includes(method)) continue;
        const answer = await service.ask(method, path);
        assert.is(answer.headers.get('allow'), methods, `${method} ${path}`);
        const detail = `${path} does not answer ${method}; it answers ${methods}`;
        if (method === 'HEAD') assert.equal([answer.status, answer.body], [405, '']);
        else expectProblem(answer, { status: 405, code: 'method-not-allowed', detail });
      }
    }
  });
}

function promiseNothing(test: Test, service: TestService): void {
  test('a path that is nowhere is 404 to every method', async () => {
    for (const path of NOWHERE) {
      for (const method of ['GET', 'POST', 'PUT', 'OPTIONS']) {
        const answer = await service.ask(method, path);
        const detail = `There is nothing at ${path.slice(0, 200)}; see /openapi.json`;
        expectProblem(answer, { status: 404, code: 'not-found', detail });
        assert.not(answer.headers.has('allow'), path);
      }
    }
  });

  test('a path whose % escapes cannot be decoded is 400 to every method', async () => {
    for (const path of UNDECODABLE) {
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const answer = await service.ask(method, path);
        expectProblem(answer, { status: 400, code: 'bad-url', detail: /cannot be decoded/ });
      }
    }
  });

  test('a transaction without a name is 404', async () => {
    expectProblem(await service.get('/transaction/'), { status: 404, code: 'not-found' });
  });

  test('a path of 9,000 characters is 404, and its problem does not repeat it all', async () => {
    const answer = await service.get(`/transaction/${'%41'.repeat(3_000)}`);
    expectProblem(answer, { status: 404, code: 'not-found' });
    assert.ok(answer.body.length < 1_000);
  });

  test('a query is not part of the path, nor shown in a problem', async () => {
    const answer = await service.get('/nothing?secret=1');
    const detail = 'There is nothing at /nothing; see /openapi.json';
    expectProblem(answer, { status: 404, code: 'not-found', detail });
  });
}

overTopologies('routes', [promiseAnswers, promiseMethods, promiseNothing]);
