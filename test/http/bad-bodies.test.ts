// Bodies that are no transaction: JSON that is none, wrong types, values out of range, nesting made
// to overflow a stack. Each is refused with a problem that says where and why, is counted once as
// rejected where transactions are refused, and never becomes a 500.

import { Readable } from 'node:stream';
import * as assert from 'uvu/assert';
import {
  expectCounted,
  expectProblem,
  overTopologies,
  type Test,
  type TestService,
} from '../support/http-service.js';

/** Malformed JSON of each kind; that any other is malformed too is a property in scoring/read.test.ts. */
const MALFORMED: readonly (string | Buffer)[] = [
  ...['', ' \n', '{', '{"amount":NaN}', '{"amount":01}', '{"amount":1,}', '{"amount":1}x', "{'amount':1}"],
  ...['{"tx_id":"\u0001"}', '{"tx_id":"\\ud8"}', 'undefined', '\u0000', '\ufeff{"amount":1}'],
  Buffer.from('{"amount":1}', 'utf16le'),
  Buffer.from('{"tx_id":"\xff"}', 'latin1'),
  Buffer.from('{"tx_id":"\xc0\x80"}', 'latin1'), // overlong
  Buffer.from('{"tx_id":"\xed\xa0\x80"}', 'latin1'), // a surrogate in UTF-8
  Buffer.from('{"tx_id":"\xc5', 'latin1'),
];

const LONG = JSON.stringify('a'.repeat(257));

/** Field -> JSON texts that are no value of it; scoring/transaction.test.ts has more. */
const INVALID: Readonly<Record<string, readonly string[]>> = {
  amount: ['"5"', 'null', '-0.01', '1e999', '-1e999'],
  category: ['5', LONG],
  hour: ['24', '1.5', '"3"', '1e999'],
  timestamp: ['5', '"2026-13-01 00:00:00"', `"2026-01-31 03:00:00.${'1'.repeat(50_000)}x"`],
  tx_id: ['5', LONG, JSON.stringify('🦉'.repeat(257))],
};

const NO_OBJECTS = ['null', '1', '"x"', 'true', '[]', '[{"amount":1}]'];

function nested(open: string, close: string, levels: number): string {
  return open.repeat(levels) + close.repeat(levels);
}

function promiseMalformed(test: Test, service: TestService): void {
  test('a body that is no JSON in UTF-8 is refused, and is one rejected request', async () => {
    for (const path of ['/score', '/score/batch', '/echo']) {
      const rejected = path === '/echo' ? 0 : MALFORMED.length;
      await expectCounted(service, { rejected }, async () => {
        for (const body of MALFORMED) {
          const answer = await service.postText(path, body);
          expectProblem(answer, { status: 400, code: 'malformed-json', detail: /^The body is / });
        }
      });
    }
  });

  test('an empty body is called empty', async () => {
    const detail = /body is empty/;
    const headers = { 'content-type': 'application/json' };
    for (const answer of [
      await service.ask('POST', '/echo', headers),
      await service.ask('POST', '/echo', headers, ''),
      await service.ask('POST', '/echo', headers, Readable.from([])),
    ]) {
      expectProblem(answer, { status: 400, code: 'malformed-json', detail });
    }
  });

  test('a problem quotes only a little of a long malformed body', async () => {
    const answer = await service.postText('/echo', `{"a":${'x'.repeat(60_000)}}`);
    expectProblem(answer, { status: 400, code: 'malformed-json' });
    assert.ok(answer.body.length < 1_000);
  });

  test.counted('a body that is no object is refused', { rejected: NO_OBJECTS.length }, async () => {
    for (const body of NO_OBJECTS) {
      const detail = /JSON object$/;
      expectProblem(await service.postText('/score', body), {
        ...{ status: 400, code: 'invalid-transaction', detail, pointers: [''] },
      });
      expectProblem(await service.postText('/echo', body), {
        ...{ status: 400, code: 'invalid-body', detail: /JSON object$/ },
      });
    }
  });
}

function promiseFields(test: Test, service: TestService): void {
  for (const [field, values] of Object.entries(INVALID)) {
    test.counted(`a bad ${field} is refused at /${field}, once`, { rejected: values.length }, async () => {
      for (const value of values) {
        const rest = field === 'amount' ? '' : '"amount":1,';
        const answer = await service.postText('/score', `{${rest}"${field}":${value}}`);
        const detail = new RegExp(`^Field '${field}' `);
        const pointers = [`/${field}`];
        expectProblem(answer, { status: 400, code: 'invalid-transaction', detail, pointers });
      }
    });
  }

  test('a missing amount is said in the words of the contract', async () => {
    const bodies = ['{}', '{"Amount":1}', '{"amounts":[1]}', '{"__proto__":{"amount":1}}'];
    await expectCounted(service, { rejected: bodies.length }, async () => {
      for (const body of bodies) {
        const answer = await service.postText('/score', body);
        const detail = "Missing required field 'amount'";
        const pointers = ['/amount'];
        expectProblem(answer, { status: 400, code: 'invalid-transaction', detail, pointers });
      }
    });
  });

  test.counted('several bad fields are all named, one request is rejected', { rejected: 2 }, async () => {
    const all = { amount: -1, category: 1, hour: 24, timestamp: 'x', tx_id: null };
    const pointers = ['/amount', '/category', '/hour', '/timestamp', '/tx_id'];
    const detail = /amount.*; .*category.*; .*hour.*; .*timestamp.*; .*tx_id/;
    const bad = await service.post('/score', all);
    expectProblem(bad, { status: 400, code: 'invalid-transaction', detail, pointers });
    const some = await service.post('/score', { hour: 24 });
    expectProblem(some, {
      ...{ status: 400, code: 'invalid-transaction', pointers: ['/amount', '/hour'] },
      detail: /^Missing required field 'amount'; Field 'hour'/,
    });
  });

  test.counted('256 characters are counted as characters, not as bytes', { LOW: 1 }, async () => {
    const owls = '🦉'.repeat(256);
    const answer = await service.post('/score', { amount: 1, tx_id: owls, category: owls });
    assert.is(answer.status, 200);
  });
}

function promiseNesting(test: Test, service: TestService): void {
  const detail = /deeper than 64/;

  test('60,000 brackets are refused in no time everywhere, closed or not', async () => {
    for (const path of ['/score', '/score/batch', '/echo']) {
      await expectCounted(service, { rejected: path === '/echo' ? 0 : 4 }, async () => {
        const closed = [nested('[', ']', 30_000), nested('{"a":', '}', 10_000).replace(':}', ':1}')];
        for (const body of closed) {
          const answer = await service.postText(path, body);
          expectProblem(answer, { status: 400, code: 'invalid-body', detail });
        }
        for (const body of ['['.repeat(60_000), '{"a":'.repeat(12_000)]) {
          const answer = await service.postText(path, body);
          expectProblem(answer, { status: 400, code: 'malformed-json' });
        }
      });
    }
  });

  test.counted('two million brackets fit into a batch and are refused', { rejected: 1 }, async () => {
    const answer = await service.postText('/score/batch', nested('[', ']', 2_000_000));
    expectProblem(answer, { status: 400, code: 'invalid-body', detail });
  });

  test.counted('64 levels are welcome, 65 are one too many', { LOW: 1, rejected: 1 }, async () => {
    const transaction = (levels: number) => `{"amount":1,"x":${nested('[', ']', levels - 1)}}`;
    assert.is((await service.postText('/score', transaction(64))).status, 200);
    const answer = await service.postText('/score', transaction(65));
    expectProblem(answer, { status: 400, code: 'invalid-body', detail });
  });
}

overTopologies('bad bodies', [promiseMalformed, promiseFields, promiseNesting]);
