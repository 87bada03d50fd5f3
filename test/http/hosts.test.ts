// For whom the service answers: the host that a request names, the header fields that are refused before
// anything is read, and the pages of other origins.

import * as assert from 'uvu/assert';
import { exchange, head, post } from '../support/http-raw.js';
import { expectProblem, overTopologies, type Test, type TestService } from '../support/http-service.js';

const GOOD = '{"amount":1}';
const JSON_TYPE = 'Content-Type: application/json';

/** `GET /health` with these lines in place of the one `Host`. */
const askFor = (...lines: readonly string[]) =>
  ['GET /health HTTP/1.1', ...lines, 'Connection: close', '', ''].join('\r\n');

const HOSTS: Readonly<Record<number, readonly string[]>> = {
  200: [
    'localhost',
    '127.0.0.1:5000',
    '127.1.2.3',
    '[::1]:80',
    'LOCALHOST:1',
    'api.localhost',
    'Allowed.test:8',
  ],
  400: ['', 'a b/c@d', 'a@localhost', '127.0.0.1:x', 'localhost/path', 'local%68ost', '[::1'],
  421: [
    'evil.example',
    'evil.example:5000',
    '10.0.0.1',
    'localhost.evil.example',
    '[2001:db8::1]',
    '127.0.0.1.nip.io',
  ],
};
const CODES = { 400: 'malformed-http', 421: 'misdirected-request' } as const;

function promiseHosts(test: Test, service: TestService): void {
  for (const [status, hosts] of Object.entries(HOSTS)) {
    test(`on a loopback address, ${status} for such a Host`, async () => {
      for (const host of hosts) {
        const [answer] = await exchange(service.url, askFor(`Host: ${host}`));
        assert.is(answer?.status, Number(status), host);
        if (status === '200' || answer === undefined) continue;
        const code = CODES[status as unknown as keyof typeof CODES];
        expectProblem(answer, { status: Number(status), code });
      }
    });
  }

  test('two Host fields are refused, also when they are equal', async () => {
    for (const second of ['localhost', 'evil.example']) {
      const [answer] = await exchange(service.url, askFor('Host: localhost', `Host: ${second}`));
      assert.is(answer?.status, 400);
    }
  });

  test.counted('a foreign host neither scores nor moves a counter', {}, async () => {
    const request = post('/score', GOOD).replace('Host: localhost', 'Host: evil.example');
    const [answer] = await exchange(service.url, request, 1);
    assert.is(answer?.status, 421);
  });

  test.counted('the form of a foreign page moves no counter', {}, async () => {
    const length = `Content-Length: ${GOOD.length}`;
    const form = head('POST /score', 'Origin: http://evil.example', 'Content-Type: text/plain', length);
    const [answer] = await exchange(service.url, form + GOOD, 1);
    assert.is(answer?.status, 415);
  });
}

const REFUSED = {
  'a transfer coding other than chunked': [
    `${head('POST /score', JSON_TYPE, 'Transfer-Encoding: gzip, chunked')}0\r\n\r\n`,
    { status: 501, code: 'unsupported-transfer-encoding' },
  ],
  'a list of expectations': [
    post('/score', GOOD, 'Expect: 100-continue, foo'),
    { status: 417, code: 'expectation-failed' },
  ],
  'more than 2,000 header fields': [
    post('/score', GOOD, ...Array.from({ length: 2_001 }, () => 'a:')),
    { status: 431, code: 'headers-too-large' },
  ],
} as const;

function promiseHeaders(test: Test, service: TestService): void {
  for (const [what, [bytes, expected]] of Object.entries(REFUSED)) {
    test(`${what} is refused, and the connection ends`, async () => {
      const [answer] = await exchange(service.url, bytes, 1);
      if (answer === undefined) throw new Error('no answer');
      expectProblem(answer, expected);
      assert.is(answer.headers.get('connection'), 'close');
    });
  }

  test.counted('1,990 header fields are welcome', { LOW: 1 }, async () => {
    const fields = Array.from({ length: 1_990 }, () => 'a:');
    const [answer] = await exchange(service.url, post('/score', GOOD, ...fields), 1);
    assert.is(answer?.status, 200);
  });

  test('an answer to broken HTTP, too, says that its type is not to be guessed', async () => {
    const [answer] = await exchange(service.url, 'broken\r\n\r\n');
    assert.is(answer?.headers.get('x-content-type-options'), 'nosniff');
  });
}

const ORIGIN = 'http://page.test';
const ALLOW_ORIGIN = 'access-control-allow-origin';

function promiseOrigins(test: Test, service: TestService): void {
  test('a page of an allowed origin may read answers and problems, also after a preflight', async () => {
    const requests = [head('OPTIONS /score', `Origin: ${ORIGIN}`), post('/score', '{}', `Origin: ${ORIGIN}`)];
    const answers = await exchange(service.url, requests.join(''), 2);
    assert.equal(
      answers.map(({ status, headers }) => [status, headers.get(ALLOW_ORIGIN), headers.get('vary')]),
      [
        [204, ORIGIN, 'Origin'],
        [400, ORIGIN, 'Origin'],
      ],
    );
    assert.match(answers[0]?.headers.get('access-control-allow-headers') ?? '', /Content-Type/);
    assert.match(answers[1]?.headers.get('access-control-expose-headers') ?? '', /Ticket/);
  });

  test('a page of another origin may not', async () => {
    const [answer] = await exchange(service.url, head('GET /stats', 'Origin: http://evil.test'), 1);
    assert.is(answer?.headers.has(ALLOW_ORIGIN), false);
  });
}

function promiseNoOrigins(test: Test, service: TestService): void {
  test('without --cors-origin no page of another origin may read an answer', async () => {
    const [answer] = await exchange(service.url, head('GET /stats', `Origin: ${ORIGIN}`), 1);
    assert.is(answer?.headers.has(ALLOW_ORIGIN), false);
    assert.is(answer?.headers.has('vary'), false);
  });
}

overTopologies('hosts', promiseHosts, { allowedHosts: ['allowed.test'] });
overTopologies('header fields', [promiseHeaders, promiseNoOrigins]);
overTopologies('origins', promiseOrigins, { corsOrigins: [ORIGIN] });
