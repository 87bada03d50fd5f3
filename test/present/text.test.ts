// Text as a terminal shows it: widths, cuts, safe characters, lines, and tables made of them.

import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';
import * as assert from 'uvu/assert';
import { formatTable } from '../../src/present/table.js';
import { clip, displayWidth, formatError, formatInterval, sanitize, wrap } from '../../src/present/text.js';
import { suite } from '../support/suite.js';

const test = suite('present: text and tables');

test('widths are those of a terminal', () => {
  const widths: readonly [string, number][] = [
    ['Kraków', 6],
    ['e\u0301', 1],
    ['日本', 4],
    ['👩‍👩‍👧', 2],
    ['', 0],
  ];
  for (const [text, width] of widths) assert.is(displayWidth(text), width, text);
  assert.is(clip('日本語', 4), '日…');
  assert.is(clip('Wrocław', 4), 'Wro…');
  assert.is(clip('ab', 0), '');
});

test('lines are broken between words, and a word that is too long stays whole', () => {
  assert.equal(wrap('aaa bbb ccc', 7), ['aaa bbb', 'ccc']);
  assert.equal(wrap('aaaaaaaaa bb cc', 5), ['aaaaaaaaa', 'bb cc']);
  assert.equal(wrap('aaaaaaaaa', 5), ['aaaaaaaaa']);
});

test('sanitised text cannot move the cursor, turn the direction or end the line', () => {
  assert.is(sanitize('a\u001b[2Jb\n\u202ec\ud800'), 'a\ufffd[2Jb\ufffd\ufffdc\ufffd');
  assert.is(sanitize('Kraków 日本'), 'Kraków 日本');
});

test('a bound cuts also a text of megabytes, and says so by an ellipsis', () => {
  assert.is(sanitize('x'.repeat(5_000_000), 10), `${'x'.repeat(9)}…`);
  assert.is(sanitize('日'.repeat(10), 6), '日日…');
});

test('an error is one line that a screen can hold', () => {
  assert.is(formatError(new Error('error: a\n  b\u001b[31mc')), 'a b\ufffd[31mc');
  const long = formatError(new Error('x'.repeat(5_000_000)));
  assert.equal([long.length, long.at(-1)], [1_000, '…']);
});

test('a median has its interval beside it, unless it is a single value', () => {
  assert.is(formatInterval({ median: 1.266, low: 1.19, high: 1.31, n: 7 }, 2), '1.27 [1.19, 1.31]');
  assert.is(formatInterval({ median: 4, low: 4, high: 4, n: 1 }, 1), '4.0');
  assert.is(formatInterval({ median: Number.NaN, low: 0, high: 0, n: 0 }, 1), 'unknown');
});

const TITLES = [
  { title: 'name', widthMin: 4 },
  { title: 'n', align: 'right' },
  { title: 'why', widthMin: 6, isOptional: true },
] as const;
const ROWS = [
  ['inline', '7', 'the simplest of them'],
  ['取引', '1,200', ''],
];

test('columns are aligned by display width, without blanks at the end', () => {
  assert.equal(formatTable(TITLES, ROWS), [
    'name        n  why',
    'inline      7  the simplest of them',
    '取引    1,200',
  ]);
});

test('without titles there is no heading, and an indent stands before each line', () => {
  assert.equal(formatTable([], [['a', 'b'], ['ccc']], { indent: 2 }), ['  a    b', '  ccc']);
  assert.equal(formatTable(['a', 'b'], []), ['a  b']);
});

test('on a narrow terminal the columns at the right give way first, and numbers never', () => {
  const at = (width: number) => formatTable(TITLES, ROWS, { width })[1];
  assert.is(at(28), 'inline      7  the simplest…');
  assert.is(at(20), 'inline      7');
  assert.is(at(11), 'inl…      7');
  for (let width = 11; width < 60; width++) {
    for (const line of formatTable(TITLES, ROWS, { width })) {
      assert.ok(displayWidth(line) <= width, `${width}: ${line}`);
    }
  }
});

test('a column that wraps continues under itself, and not where there is no room', () => {
  const titles = ['a', { title: 'why', wraps: true, widthMin: 8 }];
  const rows = [['x', 'one two three four']];
  assert.equal(formatTable(titles, rows, { width: 14 }).slice(1), ['x  one two', '   three four']);
  assert.equal(formatTable(titles, rows, { width: 9 }).slice(1), ['x  one two three four']);
});

test('colours take no columns, and no cell brings any of its own', () => {
  const { red, bold } = pc.createColors(true);
  const options = {
    paintTitles: bold,
    paintCell: (text: string, _row: number, column: number) => (column === 0 ? red(text) : text),
  };
  const lines = formatTable(['a', 'b'], [['\u001b[31mx', 'y']], options);
  assert.is(lines[1], `${red('\ufffd[31mx')}  y`);
  assert.equal(lines.map(stripVTControlCharacters), ['a       b', '\ufffd[31mx  y']);
});

test.run();
