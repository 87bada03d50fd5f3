// The Markdown of a report: its parts, that it fits a comment whatever the report holds, and that a
// text from a file mentions no account and links nowhere. The golden file keeps its words.

import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { escapeMarkdown, formatCodeBlock, renderMarkdown } from '../../bench/report/markdown.js';
import { buildReport } from '../../bench/report/report.js';
import { assertGolden } from '../support/golden.js';
import { suite } from '../support/suite.js';
import { fixtureResults, MAIN_TABLE, madeReport, madeSection } from './made-reports.js';

const CHARS_MAX = 60_000;

const test = suite('report: Markdown');

test('the fixture makes exactly the Markdown of the golden file', () => {
  assertGolden('report.md', renderMarkdown(buildReport(fixtureResults(), 1)));
});

test('the answer comes first, then flags, outcomes, self-tests, sections and machines', () => {
  const report = madeReport();
  const text = renderMarkdown(report);
  const places = [
    ...[`# ${report.question}`, `**${report.headline[0]}`, '> **partial:**', '| outcome | inline'],
    ...['**ok:**', '(`dispatch`)', '> **discarded:** no table', '(`tail`)', 'machine | cores'],
  ].map((part) => text.indexOf(part));
  assert.ok(
    places.every((place) => place >= 0),
    `${places}`,
  );
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
  const lines = renderMarkdown(madeReport()).split('\n');
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

for (const [title, size, leftOut] of [
  ['secondary tables go first', [10, 5, 60], /Left out.*: secondary tables\./],
  ['then long tables and methods', [10, 60, 0], /Left out.* 24, and methods/],
  ['then all tables', [60, 24, 0], /Left out.*: tables and methods/],
  ['then whole sections', [400, 24, 0], /The rest is left out/],
] as const) {
  test(`the text names what it leaves out to fit: ${title}`, () => {
    const report = longReport(size);
    const text = renderMarkdown(report);
    assert.match(text, leftOut);
    assert.ok(text.length <= CHARS_MAX, `${text.length} characters`);
    assert.match(text, report.headline[0] ?? '?');
    assert.is(text.match(/<details>/g)?.length, text.match(/<\/details>/g)?.length);
  });
}

test('a mention, a link, an image, an element and a code span stay text', () => {
  const hostile = '@everyone <img src=x> [x](http://a.b) `c` **d** www.e.f # g | h \u202e';
  const text = escapeMarkdown(hostile);
  assert.not.match(text, /@\w|<|(?<!\\)`|(?<!\\)\*|(?<!\\)\||(?<!\\)\[|:\/\/|www\.|\u202e/);
  assert.is(escapeMarkdown('0.67 [0.64, 0.71] of it'), '0.67 [0.64, 0.71] of it');
  assert.is(escapeMarkdown('[1](http://a.b)').startsWith('\\['), true);
});

test('no text makes a second line, or a cell of its own', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      assert.not.match(escapeMarkdown(text), /\n|(?<!\\)\|/);
    }),
  );
});

test('no line of a command ends its block', () => {
  const [first, ...rest] = formatCodeBlock('a\n```\n````\nb');
  assert.is(first, '`````sh');
  assert.is(rest.at(-1), '`````');
});

test.run();
