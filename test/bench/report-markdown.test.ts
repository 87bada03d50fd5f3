// The Markdown of a report: what it says, that it fits a comment whatever it is made of, and that
// what stands in a file names nobody and links nowhere.

import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { markdownOf } from '../../bench/report/markdown.js';
import { codeLines, escaped } from '../../bench/report/markdown-text.js';
import { reportOf } from '../../bench/report/report.js';
import { assertGolden } from '../support/golden.js';
import { suite } from '../support/suite.js';
import { fixtureResults, MAIN_TABLE, madeReport, madeSection } from './made-reports.js';

const CHARS_MAX = 60_000;

const test = suite('report: Markdown');

test('the fixture makes exactly the Markdown that was read', () => {
  assertGolden('report.md', markdownOf(reportOf(fixtureResults(), 1)));
});

test('the answer stands first, then what is to be known, the outcomes, and all the rest', () => {
  const text = markdownOf(madeReport());
  const places = [
    ...['# What happens if two people', '**Both are counted. Threads pay', '> **partial:**'],
    ...['| saw | inline |', '## Would a lost count', '## What does sending a score'],
    ...['> **void:** some runs do not count', '## Where it was measured'],
  ].map((part) => text.indexOf(part));
  assert.ok(places.every((place) => place >= 0));
  assert.equal(
    places,
    places.toSorted((a, b) => a - b),
  );
  assert.match(text, /\| `1,1` \|.*\| forbidden \|/);
  assert.match(text, '> **unavailable:** threads: it needs Node 22.12');
  assert.not.match(text, 'Left out');
  assert.not.match(text, /<img|!\[/);
});

test('every table has as many cells in each row as in its head', () => {
  const lines = markdownOf(madeReport()).split('\n');
  const cells = (line: string) => line.match(/(?<!\\)\|/g)?.length ?? 0;
  for (const [at, line] of lines.entries()) {
    if (!line.startsWith('|')) continue;
    const above = lines[at - 1] ?? '';
    if (above.startsWith('|')) assert.is(cells(line), cells(above), line);
  }
});

function longTable(rows: number) {
  const row = MAIN_TABLE.head.map(() => '0.123 [0.100, 0.150]');
  return { ...MAIN_TABLE, rows: Array.from({ length: rows }, () => row) };
}

function longReport([sections, main, second]: readonly [number, number, number]) {
  const tables = [longTable(main), longTable(second)];
  return madeReport({
    sections: Array.from({ length: sections }, () => madeSection({ tables, charts: [] })),
  });
}

for (const [title, size, lacks] of [
  [
    'secondary tables go first',
    [10, 5, 60],
    /Left out, so that this fits a comment: secondary tables\./,
  ],
  ['then long tables and how it was measured', [10, 60, 0], /longer tables beyond 24 rows/],
  ['then all tables', [60, 24, 0], /comment: tables, and how it was measured/],
  ['then whole sections', [400, 24, 0], /The rest is left out: it is too long for a comment/],
] as const) {
  test(`what does not fit is left out, and that is said: ${title}`, () => {
    const text = markdownOf(longReport(size));
    assert.match(text, lacks);
    assert.ok(text.length <= CHARS_MAX, `${text.length} characters`);
    assert.match(text, 'Both are answered and both');
    assert.is(text.match(/<details>/g)?.length, text.match(/<\/details>/g)?.length);
  });
}

test('a mention, a link, an image, an element and a code span stay what they are not', () => {
  const hostile = '@everyone <img src=x> [x](http://a.b) `c` **d** www.e.f # g | h \u202e';
  const text = escaped(hostile);
  assert.not.match(text, /@\w|<|(?<!\\)`|(?<!\\)\*|(?<!\\)\||(?<!\\)\[|:\/\/|www\.|\u202e/);
  assert.is(escaped('0.67 [0.64, 0.71] of it'), '0.67 [0.64, 0.71] of it');
  assert.is(escaped('[1](http://a.b)').startsWith('\\['), true);
});

test('no text makes a second line, or a cell of its own', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      assert.not.match(escaped(text), /\n|(?<!\\)\|/);
    }),
  );
});

test('no line of a command ends its block', () => {
  const [first, ...rest] = codeLines('a\n```\n````\nb');
  assert.is(first, '`````sh');
  assert.is(rest.at(-1), '`````');
});

test.run();
