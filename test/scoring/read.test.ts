// From a JSON text to a value and to a transaction: what is wrong with a text is said by a code and
// in words, and nothing is thrown. Pure.

import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { NESTING_MAX, readJson, readTransaction } from '../../src/scoring/transaction.js';
import { suite } from '../support/suite.js';

function nested(levels: number): string {
  return `${'['.repeat(levels)}${']'.repeat(levels)}`;
}

const json = suite('reading a JSON text');

json('gives its value, and of duplicate keys the last', () => {
  assert.equal(readJson(' {"a":1,"a":[2,{"b":null}]} '), { ok: true, value: { a: [2, { b: null }] } });
});

json('nesting is bounded, in arrays and in objects', () => {
  assert.is(readJson(nested(NESTING_MAX)).ok, true);
  const objects = `${'{"a":'.repeat(NESTING_MAX + 1)}1${'}'.repeat(NESTING_MAX + 1)}`;
  for (const text of [nested(NESTING_MAX + 1), objects, nested(60_000)]) {
    const read = readJson(text);
    assert.is(read.ok || read.code, 'TOO_DEEP');
    assert.match(read.ok ? '' : read.detail, /deeper than 64 levels/);
  }
});

json('an empty text and a broken one are malformed, each in its own words', () => {
  const [empty, broken] = ['', '{"a":'].map(readJson);
  assert.equal(empty, { ok: false, code: 'MALFORMED', detail: (empty as { detail: string }).detail });
  assert.match(broken?.ok === false ? broken.detail : '', /not valid JSON: \S/);
});

json('agrees with JSON.parse on any text, and never throws', () => {
  const texts = fc.oneof(fc.json(), fc.string());
  fc.assert(
    fc.property(texts, (text) => {
      const read = readJson(text);
      try {
        const value = JSON.parse(text);
        return read.ok ? JSON.stringify(read.value) === JSON.stringify(value) : true;
      } catch {
        return !read.ok && read.code === 'MALFORMED';
      }
    }),
    { numRuns: 1000 },
  );
});
json.run();

const transaction = suite('reading a transaction');

transaction('is complete, or says what is wrong with the text or with its fields', () => {
  const texts = ['{"amount":5}', '{', nested(70), '[]', '{"hour":24}'];
  const codes = texts.map((text) => {
    const read = readTransaction(text);
    if (read.ok) return read.transaction;
    return read.code === 'INVALID' ? read.errors.map(({ pointer }) => pointer) : read.code;
  });
  const complete = { amount: 5, hour: 12, tx_id: 'unknown' };
  assert.equal(codes, [complete, 'MALFORMED', 'TOO_DEEP', [''], ['/amount', '/hour']]);
});
transaction.run();
