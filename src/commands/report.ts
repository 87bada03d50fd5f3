// `two-callers report results.ndjson [--html report.html] [--md report.md]`: shows results as a page or
// as Markdown. It measures nothing, and the same files and seed give the same bytes. Exit code 0:
// written; 2: a file cannot be read or written.

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import { renderMarkdown } from '../../bench/report/markdown.js';
import { buildReport, type Report } from '../../bench/report/report.js';
import { type Results, readResults } from '../../bench/runner/results-file.js';
import {
  formatJson,
  PAGE_PACKAGES,
  refuseOverwriting,
  requirePackages,
  wholeNumber,
  writePage,
} from './usage.js';

interface ReportFlags {
  readonly html?: string;
  readonly md?: string;
  readonly json: boolean;
  readonly seed?: number;
}

const STDOUT = '-';
const SEED = wholeNumber(1, 2 ** 31);

export function addReport(program: Command): void {
  program
    .command('report')
    .description('show what was measured: a page, or Markdown for a pull request')
    .argument('<results...>', 'files that --out wrote; several are read as one')
    .option('--html <file>', 'write a page that needs nothing else; - is standard output')
    .option('--md <file>', 'write Markdown; - is standard output, and so it is without any')
    .option('--json', 'print what the report says as JSON', false)
    .option('--seed <n>', 'of the intervals (default: the seed of the session)', SEED)
    .action(report);
}

async function report(files: readonly string[], flags: ReportFlags): Promise<void> {
  const { html, md, json, seed } = flags;
  const toStdout = [json, html === STDOUT, md === STDOUT].filter(Boolean).length;
  if (toStdout > 1) throw new Error('--html -, --md - and --json: only one fits standard output');
  const targets = [html, md].filter((file) => file !== undefined && file !== STDOUT) as string[];
  refuseOverwriting(files, targets);
  const [one, other] = targets;
  if (one !== undefined && other !== undefined && resolve(one) === resolve(other)) {
    throw new Error('--html and --md: name two files');
  }
  const content = buildReport(mergeFiles(files), seed);
  if (html !== undefined) {
    requirePackages('--html', PAGE_PACKAGES);
    // The libraries that draw the charts take long to load.
    const { renderPage } = await import('../../bench/report/page.js');
    await write('--html', html, await renderPage(content));
  }
  if (md !== undefined || (html === undefined && !json)) {
    await write('--md', md ?? STDOUT, renderMarkdown(content));
  }
  if (json) process.stdout.write(asJson(content));
}

/** @throws Error in one line */
function mergeFiles(files: readonly string[]): Results {
  const all = files.map((file) => {
    const results = readResults(file);
    const { sessions, runs, asks, selfTests } = results;
    if (sessions.length + runs.length + asks.length + selfTests.length > 0) return results;
    throw new Error(`${file}: it is empty: is that a file of --out?`);
  });
  refuseTwice(files, all);
  return {
    sessions: all.flatMap(({ sessions }) => sessions),
    runs: all.flatMap(({ runs }) => runs),
    asks: all.flatMap(({ asks }) => asks),
    selfTests: all.flatMap(({ selfTests }) => selfTests),
  };
}

/** Read twice, a run would count twice. @throws Error in one line */
function refuseTwice(files: readonly string[], all: readonly Results[]): void {
  const firstUse = new Map<string, number>();
  for (const [at, { sessions, runs, asks, selfTests }] of all.entries()) {
    for (const { session } of [...sessions, ...runs, ...asks, ...selfTests]) {
      const first = firstUse.get(session) ?? at;
      firstUse.set(session, first);
      if (first === at) continue;
      const names = `${files[first]} and ${files[at]}`;
      throw new Error(`${names} hold the same session, ${session}: leave out one of them`);
    }
  }
}

/** Without the results themselves: the caller has their files. */
function asJson({ data, ...content }: Report): string {
  return formatJson(content);
}

/** @throws Error in one line */
async function write(option: string, file: string, text: string): Promise<void> {
  if (file === STDOUT) {
    process.stdout.write(text);
    return;
  }
  await writePage(option, file, text);
  if (option === '--html') process.stderr.write(`page: ${pathToFileURL(file).href}\n`);
}
