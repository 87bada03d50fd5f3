// Where a number stands in a JSON document: paths as people write them, and what is said when there
// is no count.

import * as assert from 'uvu/assert';
import { parseJsonPath, readCountAt } from '../../../src/checker/driver/target.js';
import { suite } from '../../support/suite.js';

const test = suite('check: paths in JSON');

const DOCUMENT = {
  total: 7,
  levels: { LOW: 3, 'a.b': 4 },
  cells: [{ n: 1 }, { n: 2 }],
  text: '17',
  half: 0.5,
  negative: -1,
  huge: 2 ** 53,
  none: null,
};

const FOUND: readonly (readonly [string, number])[] = [
  ['total', 7],
  ['levels.LOW', 3],
  ['levels["a.b"]', 4],
  ['cells[1].n', 2],
];

for (const [path, count] of FOUND) {
  test(`${path} is found`, () => assert.is(readCountAt(DOCUMENT, path), count));
}

test('. is the document itself', () => {
  assert.is(readCountAt(42, '.'), 42);
  assert.equal(parseJsonPath('.'), []);
});

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['totl', /has no 'totl'; .* total, levels\.LOW, .*cells\[0\]\.n/],
  ['total.x', /has no 'total\.x'/],
  ['cells[2].n', /has no/],
  ['toString', /has no/],
  ['text', /is "17", not a/],
  ['half', /is 0\.5, not a/],
  ['negative', /is -1, not a/],
  ['huge', /is 9007199254740992, not a/],
  ['none', /is null, not a/],
  ['levels', /is \{"LOW":3,"a\.b":4\}, not a/],
];

for (const [path, why] of REFUSED) {
  test(`${path} is no count, and it is said why`, () => {
    assert.match(String(readCountAt(DOCUMENT, path)), why);
  });
}

test('where there is no number, none is offered', () => {
  assert.is(readCountAt({ a: 'x' }, 'b'), "its answer has no 'b'");
  assert.is(readCountAt(undefined, 'b'), "its answer has no 'b'");
});

for (const path of ['', '..', '.a', 'a..', 'a[', 'a[x]', 'a[1', 'a"b', 'a[99999999999]']) {
  test(`${JSON.stringify(path)} is no path`, () => {
    assert.throws(() => parseJsonPath(path), /is not a path/);
  });
}

test.run();
