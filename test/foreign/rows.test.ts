// The table of rows: the page of the docs shows it, and every row is tested by one file.

import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { suite } from '../support/suite.js';
import { titleOf } from './ask.js';
import { NODE_ROWS, PYTHON_ROWS, ROWS } from './rows.js';

const PAGE = new URL('../../../docs/questions/which-counters-lose.md', import.meta.url);

const test = suite('rows of foreign services');

test('the page has every row with a verdict that it can have, and no other', () => {
  const lines = readFileSync(PAGE, 'utf8').matchAll(/^\| ([^|]+?) \| \*\*(\w+)\*\* \|/gm);
  const said = [...lines].map(([, name = '', verdict = '']) => ({ name, verdict }));
  assert.equal(said.map(({ name }) => name).toSorted(), ROWS.map(titleOf).toSorted());
  for (const row of ROWS) {
    const verdict = said.find(({ name }) => name === titleOf(row))?.verdict;
    const possible = row.expect === 'luck' ? ['ok', 'violated'] : [row.expect];
    assert.ok(possible.includes(verdict ?? ''), `${titleOf(row)}: ${verdict}`);
  }
});

test('no two rows have one title, and each is tested by one of the two files', () => {
  assert.is(new Set(ROWS.map(titleOf)).size, ROWS.length);
  const files = [PYTHON_ROWS, NODE_ROWS];
  for (const { service } of ROWS)
    assert.ok(
      files.some((names) => names.test(service)),
      service,
    );
});

test.run();
