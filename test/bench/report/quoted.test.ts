// Figures quoted in pages: what stands between two marks is what the sections have, a page that
// drifted is told from one that did not, and a mark of nothing is refused. Pure.

import * as assert from 'uvu/assert';
import { quoted } from '../../../bench/report/quoted.js';
import { buildSections } from '../../../bench/report/sections.js';
import { read, runLines, sessionLineOf } from '../../fixtures/report/made-results.js';
import { suite } from '../../support/suite.js';
import { OVERHEAD } from './scenario-rows.js';

const test = suite('figures quoted in pages');
const planned = { scenario: 'overhead', variants: 2, rounds: 7 };
const results = read([sessionLineOf([planned]), ...runLines('overhead', OVERHEAD)]);
const sections = buildSections(results, 1);

const page = (what: string, inside = '') =>
  `before\n\n<!-- measured: ${what} -->\n${inside}<!-- end -->\n\nafter\n`;

test('sentences, a table and the way of measuring are put between the marks', () => {
  const [section] = sections;
  const says = quoted(page('overhead says'), sections);
  const [first = ''] = section?.says[0]?.split(' ') ?? [];
  assert.ok(says.startsWith('before\n\n<!-- measured: overhead says -->\n\n'), says);
  assert.ok(says.includes(first) && says.endsWith('\n\n<!-- end -->\n\nafter\n'), says);
  assert.match(quoted(page('overhead table 1'), sections), /^\| .* \|\n\| -/m);
  assert.match(quoted(page('overhead how'), sections), /7 rounds/);
});

test('what is there already stays as it is, and a figure that drifted is put right', () => {
  const right = quoted(page('overhead table 1'), sections);
  assert.is(quoted(right, sections), right);
  const drifted = right.replace(/\d\.\d\d/, '9.99');
  assert.not.equal(drifted, right);
  assert.is(quoted(drifted, sections), right);
});

test('planted: a scenario that was not measured, and a table that is not there are refused', () => {
  assert.throws(() => quoted(page('thick says'), sections), /thick says -->: there is no such/);
  assert.throws(() => quoted(page('overhead table 9'), sections), /overhead table 9 -->: it has \d tables/);
});

test.run();
