// The figures in the project's pages are those of the committed results: every marked part is what
// the report makes of them, and so is the committed page. Reads files and measures nothing.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { renderPage } from '../bench/report/page.js';
import { PAGE, quoted, RESULTS, ROOT, SEED } from '../bench/report/quoted.js';
import { buildReport } from '../bench/report/report.js';
import { readResults } from '../bench/runner/results-file.js';
import { suite } from './support/suite.js';

const test = suite('measured figures in the pages');
const report = buildReport(readResults(RESULTS), SEED);
const AGAIN = 'npm run docs:measured';

const inDocs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' });
const pages = ['README.md', ...inDocs.map((name) => join('docs', name))].filter((name) =>
  name.endsWith('.md'),
);

test('every page quotes the committed results as they are', () => {
  const texts = pages.map((page) => [page, readFileSync(join(ROOT, page), 'utf8')] as const);
  const drifted = texts.filter(([, text]) => quoted(text, report.sections) !== text);
  assert.equal(
    drifted.map(([page]) => page),
    [],
    AGAIN,
  );
  const marks = texts.flatMap(([, text]) => text.match(/<!-- measured: [\w-]+/g) ?? []);
  assert.ok(marks.length > 10, 'the marks are found');
});

test('the committed page is the one that the committed results make', async () => {
  assert.ok((await renderPage(report)) === readFileSync(PAGE, 'utf8'), AGAIN);
});

test('the committed results are whole: nothing partial, nothing quick, of one machine', () => {
  const { sections, environments } = report;
  assert.equal(
    sections.filter(({ partial }) => partial !== '').map(({ scenario }) => scenario),
    [],
  );
  assert.is(new Set(environments.map(({ cpu, node }) => `${cpu} ${node}`)).size, 1);
});

test.run();
