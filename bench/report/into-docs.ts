// `npm run docs:measured`: writes the committed results into the pages that quote them, and a report
// beside them. It measures nothing. Run it after the results change.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../../src/checker/driver/files.js';
import { readResults } from '../runner/results-file.js';
import { renderPage } from './page.js';
import { PAGE, quoted, RESULTS, ROOT, SEED } from './quoted.js';
import { buildReport } from './report.js';

const report = buildReport(readResults(RESULTS), SEED);
const names = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' });
const pages = ['README.md', ...names.map((name) => join('docs', name))];
for (const page of pages.filter((name) => name.endsWith('.md'))) {
  const path = join(ROOT, page);
  const text = readFileSync(path, 'utf8');
  const now = quoted(text, report.sections);
  if (now === text) continue;
  replaceFile(path, now);
  process.stdout.write(`${page}: measured figures written\n`);
}
replaceFile(PAGE, await renderPage(report));
