// From typed options to a target: what stands for what, and one line for each contradiction.

import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';
import { isClientError } from '../../../src/checker/driver/target.js';
import { OWN, parseTarget, type TargetOptions } from '../../../src/checker/driver/target-options.js';
import { suite } from '../../support/suite.js';

const test = suite('check: options of a target');

const URL_GIVEN = 'http://127.0.0.1:5000';
const HALF = fileURLToPath(new URL('../../../../tsconfig.json', import.meta.url));

function of(options: Partial<TargetOptions> = {}, url = URL_GIVEN) {
  return parseTarget(url, { timeoutMs: 1_000, seed: 1, ...options });
}

test("without options it is this project's own service", async () => {
  const target = await of();
  assert.is(target.origin, URL_GIVEN);
  assert.equal(target.add, { method: 'POST', path: '/score' });
  assert.equal(target.read, { method: 'GET', path: '/stats' });
  assert.equal(target.fields, OWN.fields);
  assert.is(target.sum, 'total');
  assert.equal(target.ticket, { header: 'Ticket', isRequired: false });
  assert.equal(target.okStatuses, [200]);
  assert.is(target.bodies.length, 10_000);
  assert.is(target.headers['content-type'], 'application/json');
});

test('the seed decides the order of the bodies, and nothing else does', async () => {
  const [one, again, other] = await Promise.all([of(), of(), of({ seed: 2 })]);
  assert.equal(one.bodies, again.bodies);
  assert.not.equal(one.bodies.slice(0, 5), other.bodies.slice(0, 5));
  assert.equal(one.bodies.toSorted(), other.bodies.toSorted());
});

test('a service of somebody else is what its options say', async () => {
  const target = await of(
    {
      do: 'put /hit?by=1',
      count: 'GET /n',
      field: 'a.x, b[0]',
      sum: 'all',
      ticketField: 'n',
      ok: '200, 201',
      body: '{"x":1}',
      header: ['Authorization: Bearer a:b', 'X-A:'],
    },
    'https://example.org:8443/api/',
  );
  assert.is(target.origin, 'https://example.org:8443');
  assert.equal(target.add, { method: 'PUT', path: '/api/hit?by=1' });
  assert.equal(target.read, { method: 'GET', path: '/api/n' });
  assert.equal([target.fields, target.sum], [['a.x', 'b[0]'], 'all']);
  assert.equal(target.ticket, { field: 'n' });
  assert.equal(target.okStatuses, [200, 201]);
  assert.equal(target.bodies, ['{"x":1}']);
  assert.equal(target.headers, {
    accept: 'application/json',
    'content-type': 'application/json',
    authorization: 'Bearer a:b',
    'x-a': '',
  });
  assert.equal(target.givenHeaders, ['authorization', 'x-a']);
});

test('only our own service is known to say 503 before it counts', async () => {
  assert.equal((await of()).uncountedStatuses, [503]);
  assert.equal((await of({ do: 'POST /hit' })).uncountedStatuses, []);
  const told = await of({ do: 'POST /hit', notCounted: '503,529' });
  assert.equal(told.uncountedStatuses, [503, 529]);
});

test('our own request spelled out is our own', async () => {
  const [plain, spelled] = await Promise.all([of(), of({ do: ' POST  /score' })]);
  assert.equal([spelled.ticket, spelled.bodies], [plain.ticket, plain.bodies]);
});

test('a ticket header that is asked for must be there', async () => {
  const target = await of({ do: 'POST /hit', ticketHeader: 'X-Count' });
  assert.equal(target.ticket, { header: 'X-Count', isRequired: true });
  assert.equal(target.bodies, []);
  assert.is(target.headers['content-type'], undefined);
  assert.is((await of({ do: 'POST /hit' })).ticket, null);
});

const REFUSED: readonly (readonly [string, Partial<TargetOptions>, RegExp])[] = [
  ['a path alone', { do: '/hit' }, /^--do "\/hit": .* 'POST \/score'/],
  ['an unknown method', { do: 'FETCH /hit' }, /^--do "FETCH \/hit": write a method/],
  ['a count that is posted', { count: 'POST /n' }, /read with GET/],
  ['a count, no field', { count: 'GET /n' }, /--count needs --field/],
  ['an empty field', { field: 'a,,b' }, /"" is not a path/],
  ['a field named twice', { field: 'a,b,a' }, /"a" is named twice/],
  ['more fields than can be', { field: Array(65).fill('a').join() }, /at most 64/],
  ['a sum of one', { field: 'a', sum: 'b' }, /--sum needs the fields/],
  ['two bodies', { body: '{}', file: 'x' }, /--body and --file/],
  ['a body of a GET', { do: 'GET /hit', body: '{}' }, /a GET has no body/],
  ['a file for a GET', { do: 'GET /hit', file: 'x' }, /--file: a GET has/],
  ['two places of a ticket', { ticketHeader: 'a', ticketField: 'b' }, /in one place/],
  ['a blank in a header name', { ticketHeader: 'a b' }, /no header field/],
  ['a status of no success', { ok: '200,404' }, /--ok "404": .* from 200 to 399/],
  ['a 4xx not counted', { notCounted: '404' }, /--not-counted "404": .* from 500/],
  ['a header without a colon', { header: ['Authorization'] }, /--header: write it like/],
  ['a header of two lines', { header: ['a: b\nc: d'] }, /--header/],
  ['a connection header', { header: ['Expect: 100-continue'] }, /"Expect"/],
  ['a file that is not there', { file: 'nowhere.jsonl' }, /there is no such file/],
  ['a line that is no object', { file: HALF }, /tsconfig\.json:1: not JSON/],
];

for (const [title, options, why] of REFUSED) {
  test(`${title} is refused in one line`, async () => {
    let said: unknown;
    try {
      await of(options);
    } catch (error) {
      said = error;
    }
    assert.ok(isClientError(said), `${said}`);
    assert.match(said.message, why);
    assert.not.match(said.message, /\n/);
  });
}

test('the value of a header is never repeated: it may be secret', async () => {
  let said = '';
  try {
    await of({ header: ['Authorization: s3cret\u0000'] });
  } catch (error) {
    said = String(error);
  }
  assert.match(said, /--header/);
  assert.not.match(said, /s3cret/);
});

test.run();
