// HTTP on the wire: requests in pieces, in chunks, several at once, in old forms, and bytes that
// are no HTTP. A fault is answered once, in its place: after the answers to the requests before it,
// never instead of one of them.

import * as assert from 'uvu/assert';
import {
  chunk,
  dial,
  exchange,
  head,
  LAST_CHUNK,
  post,
  type RawAnswer,
  statuses,
} from '../support/http-raw.js';
import {
  expectCounted,
  expectProblem,
  overTopologies,
  type Test,
  type TestService,
} from '../support/http-service.js';

const GOOD = '{"amount":1}';
const CHUNKED = head('POST /score', 'Content-Type: application/json', 'Transfer-Encoding: chunked');
const MALFORMED = { status: 400, code: 'malformed-http' } as const;

/** The problem of what is no HTTP, after which the connection ends. */
function expectClosing(answer: RawAnswer | undefined): void {
  expectProblem(answer as RawAnswer, MALFORMED);
  assert.is(answer?.headers.get('connection'), 'close');
}

function promisePieces(test: Test, service: TestService): void {
  test('a request may come byte by byte, with a length or in chunks', async () => {
    const requests = [post('/score', GOOD), CHUNKED + chunk(GOOD) + LAST_CHUNK];
    await expectCounted(service, { LOW: requests.length }, async () => {
      await dial(service.url, async (raw) => {
        for (const request of requests) {
          for (const byte of Buffer.from(request)) await raw.send(Buffer.of(byte));
          assert.equal(statuses(await raw.answers(1)), [200]);
        }
      });
    });
  });

  test('a body may come in chunks of one byte, with extensions and trailers', async () => {
    const body = JSON.stringify({ amount: 1, tx_id: 'żółw 🦉' });
    const bytes = [...Buffer.from(body)].map((byte) =>
      Buffer.concat([Buffer.from('1;x="y"\r\n'), Buffer.of(byte), Buffer.from('\r\n')]),
    );
    await expectCounted(service, { LOW: 1 }, async () => {
      await dial(service.url, async (raw) => {
        await raw.send(CHUNKED);
        for (const piece of bytes) await raw.send(piece);
        await raw.send('0\r\nTrailer: 1\r\n\r\n');
        const [answer] = await raw.answers(1);
        assert.match(answer?.body ?? '', /"tx_id":"żółw 🦉"/);
      });
    });
  });

  test.counted('a connection serves good and bad requests in turn', { LOW: 3, rejected: 3 }, async () => {
    await dial(service.url, async (raw) => {
      for (const body of [GOOD, '{}', GOOD, '{', GOOD, '1']) {
        await raw.send(post('/score', body));
        assert.equal(statuses(await raw.answers(1)), [body === GOOD ? 200 : 400]);
      }
    });
  });
}

function promisePipelines(test: Test, service: TestService): void {
  test('requests sent in one write are answered in their order', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `TX${index}`);
    await expectCounted(service, { LOW: names.length, rejected: names.length }, async () => {
      await dial(service.url, async (raw) => {
        const requests = names.map(
          (name) => post('/score', JSON.stringify({ amount: 1, tx_id: name })) + post('/score', '{}'),
        );
        await raw.send(requests.join(''));
        const answers = await raw.answers(2 * names.length);
        const named = answers.map(({ body }) => (JSON.parse(body) as { tx_id?: string }).tx_id);
        assert.equal(
          named,
          names.flatMap((name) => [name, undefined]),
        );
      });
    });
  });

  const faults = {
    'bytes that are no HTTP': 'GARBAGE\r\n\r\n',
    'a broken head': 'GET / HTTP/1.1\r\nno colon\r\n\r\n',
    'another version': 'GET / HTTP/9.9\r\n\r\n',
  };
  for (const [what, bytes] of Object.entries(faults)) {
    test.counted(`requests before ${what} are answered, then it gets 400`, { LOW: 2 }, async () => {
      for (const before of [post('/score', GOOD), CHUNKED + chunk(GOOD) + LAST_CHUNK]) {
        const answers = await exchange(service.url, before + head('GET /health') + bytes);
        assert.equal(statuses(answers), [200, 200, 400]);
        expectClosing(answers[2]);
      }
    });
  }

  test.counted('a broken body behind a good request gets its own 400', { LOW: 1, rejected: 1 }, async () => {
    const bytes = `${post('/score', GOOD) + CHUNKED}zz\r\n`;
    const answers = await exchange(service.url, bytes, 2);
    assert.equal(statuses(answers), [200, 400]);
    expectProblem(answers[1] as RawAnswer, MALFORMED);
  });

  test.counted('after "Connection: close" nothing more is served', { LOW: 1 }, async () => {
    const answers = await exchange(
      service.url,
      post('/score', GOOD, 'Connection: close') + post('/score', GOOD),
    );
    assert.is(answers[0]?.status, 200);
    assert.is(answers[0]?.headers.get('connection'), 'close');
    assert.is(answers.length, 1);
  });
}

/** Faults in a body that is being read: they are answers to that request, and rejected. */
const BROKEN_BODIES = {
  'a bad chunk size': `${CHUNKED}zz\r\n{}\r\n`,
  'a negative chunk size': `${CHUNKED}-1\r\n\r\n`,
  'a huge chunk size': `${CHUNKED}fffffffffffffffff\r\n`,
  'a longer chunk': `${CHUNKED}1\r\n${GOOD}\r\n${LAST_CHUNK}`,
};

/** Faults in a head: they are no request at all, and count nothing. */
const BROKEN_HEADS: Readonly<Record<string, string | Buffer>> = {
  'no HTTP': 'hello\r\n\r\n',
  'a TLS hello': Buffer.from('16030100c8010000c40303', 'hex'),
  'a method in lower case': post('/score', GOOD).replace('POST', 'post'),
  'a method nobody knows': post('/score', GOOD).replace('POST', 'BREW'),
  'no colon': head('GET /', 'Broken'),
  'a space before the colon': head('POST /score', 'Content-Length : 1'),
  'a NUL in a header field': head('GET /', 'X: a\0b'),
  'a length and chunks': post('/score', GOOD, 'Transfer-Encoding: chunked'),
  'two lengths that differ': post('/score', GOOD, 'Content-Length: 11'),
  'the same length twice': post('/score', GOOD, 'Content-Length: 12'),
  'a bad length': head('POST /score', 'Content-Length: ten'),
  'a negative length': head('POST /score', 'Content-Length: -1'),
  'a length beyond 64 bits': head('POST /score', 'Content-Length: 18446744073709551616'),
  'chunked, then gzip': head('POST /score', 'Transfer-Encoding: chunked, gzip'),
};

function promiseFaults(test: Test, service: TestService): void {
  for (const [what, bytes] of Object.entries(BROKEN_BODIES)) {
    test.counted(`${what} is answered 400, and the connection will end`, { rejected: 1 }, async () => {
      const answers = await exchange(service.url, bytes, 1);
      expectClosing(answers[0]);
    });
  }

  test.counted('after a broken body the connection ends without more', { rejected: 1 }, async () => {
    const answers = await exchange(service.url, `${CHUNKED}zz\r\n${head('GET /health')}`);
    assert.equal(statuses(answers), [400]);
  });

  for (const [what, bytes] of Object.entries(BROKEN_HEADS)) {
    test.counted(`${what} is answered 400, and the connection ends`, {}, async () => {
      const answers = await exchange(service.url, bytes);
      assert.equal(statuses(answers), [400]);
      expectClosing(answers[0]);
    });
  }

  test('header fields of more than 16 KiB are answered 431', async () => {
    const problem = { status: 431, code: 'headers-too-large' } as const;
    await expectCounted(service, {}, async () => {
      const long = 'x'.repeat(17_000);
      for (const bytes of [head('GET /', `X: ${long}`), head(`GET /${long}`)]) {
        const answers = await exchange(service.url, bytes);
        expectProblem(answers[0] as RawAnswer, problem);
        assert.is(answers.length, 1);
      }
      const many = Array.from({ length: 1_000 }, (_, index) => `X-${index}: 12345678901234567890`);
      expectProblem((await exchange(service.url, head('GET /', ...many)))[0] as RawAnswer, problem);
    });
  });

  test.counted('chunk extensions of more than 16 KiB are answered 413', { rejected: 1 }, async () => {
    const bytes = `${CHUNKED}1;${'x'.repeat(17_000)}\r\n`;
    const answers = await exchange(service.url, bytes, 1);
    expectProblem(answers[0] as RawAnswer, { status: 413, code: 'body-too-large' });
  });
}

function promiseOldForms(test: Test, service: TestService): void {
  test.counted('HTTP/1.0 is answered, and the connection ends', { LOW: 1 }, async () => {
    for (const request of [post('/score', GOOD), 'GET /health HTTP/1.1\r\n\r\n']) {
      const answers = await exchange(service.url, request.replace('HTTP/1.1', 'HTTP/1.0'));
      assert.equal(statuses(answers), [200]);
      assert.is(answers[0]?.headers.get('connection'), 'close');
    }
  });

  test.counted('an absolute URL is the path in it', { LOW: 1 }, async () => {
    await dial(service.url, async (raw) => {
      await raw.send(post('http://elsewhere.example:81/score?x=1', GOOD));
      await raw.send(head('GET http://elsewhere.example/hello?name=Anna'));
      await raw.send(head('OPTIONS http://elsewhere.example/score'));
      await raw.send(head('GET http://elsewhere.example/nothing'));
      const answers = await raw.answers(4);
      assert.equal(statuses(answers), [200, 200, 204, 404]);
      assert.is(answers[1]?.body, 'Hello, Anna!');
    });
  });

  test.counted('HTTP/1.1 without Host is refused, and HTTP/1.0 is not', {}, async () => {
    const [refused] = await exchange(service.url, 'GET /health HTTP/1.1\r\n\r\n');
    if (refused === undefined) throw new Error('no answer');
    expectProblem(refused, { status: 400, code: 'malformed-http', detail: /Host/ });
    assert.equal(statuses(await exchange(service.url, 'GET /health HTTP/1.0\r\n\r\n')), [200]);
  });

  test.counted('a wish to upgrade is not granted, and CONNECT ends the connection', {}, async () => {
    await dial(service.url, async (raw) => {
      await raw.send(head('GET /health', 'Connection: Upgrade', 'Upgrade: websocket'));
      assert.equal(statuses(await raw.answers(1)), [200]);
      await raw.send(head('CONNECT elsewhere.example:443'));
      await raw.gone();
    });
  });
}

overTopologies('framing', [promisePieces, promisePipelines, promiseFaults, promiseOldForms]);
