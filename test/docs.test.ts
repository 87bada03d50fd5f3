// The pages agree with the program: tables in both directions, links, and every command in a
// `console` block, typed as printed against a fresh service. Reads files and runs curl.

import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as assert from 'uvu/assert';
import { PROBLEMS } from '../src/http/problems.js';
import { LOG_EVENTS } from '../src/log-events.js';
import { SEEDED_FAULT_NAMES } from '../src/tally/faults/seeded-faults.js';
import { SERVE_DEFAULTS } from '../src/topologies/options.js';
import { TOPOLOGIES } from '../src/topologies/topology.js';
import { TestService } from './support/http-service.js';
import { runCli } from './support/process.js';
import { suite } from './support/suite.js';
import { listVisibilityRows } from './topologies/fault-visibility-rows.js';
import { listUnsupportedRows } from './topologies/unsupported.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PRINTED_URL = 'http://127.0.0.1:5000';
const run = promisify(execFile);

const inDocs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' });
const pages = [
  'README.md',
  'DEVELOPMENT.md',
  ...inDocs.filter((name) => name.endsWith('.md')).map(inDocsFolder),
];

function inDocsFolder(name: string): string {
  return join('docs', name);
}

function read(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8');
}

/** The rows of a page's tables whose first cell is code: that cell without its marks, the rest. */
function rows(page: string): Map<string, readonly string[]> {
  const found = read(page).matchAll(/^\| `([^`]+)` \|(.*)\|$/gm);
  return new Map([...found].map(([, first = '', rest = '']) => [first, rest.split(' | ')]));
}

interface Example {
  readonly command: string;
  readonly output: string;
}

/** `$ command` and the lines after it, up to the next command. */
function examples(text: string): Example[] {
  const blocks = [...text.matchAll(/^```console\n(.*?)^```$/gms)].map(([, body = '']) => body);
  return blocks.flatMap((body) =>
    body
      .split(/^\$ /m)
      .slice(1)
      .map((part) => {
        const end = part.indexOf('\n');
        return { command: part.slice(0, end), output: part.slice(end + 1).trimEnd() };
      }),
  );
}

/** Relative links of a page that lead nowhere. */
function brokenLinks(page: string, text: string): string[] {
  const links = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, link = '']) => link);
  const local = links.filter((link) => !/^[a-z]+:/.test(link));
  return local.filter((link) => !existsSync(join(ROOT, dirname(page), link)));
}

const test = suite('docs');

test('the page of problems has every problem with its status, and no other', () => {
  const table = rows('docs/reference/problems.md');
  const said = [...table].map(([code, [status = '']]) => `${code} ${status.trim()}`);
  const real = Object.entries(PROBLEMS).map(([code, { status }]) => `${code} ${status}`);
  assert.equal(said.sort(), real.sort());
});

test('the page of metrics has every metric with its type, and no other', async () => {
  const service = new TestService('inline');
  await service.start();
  try {
    const { body } = await service.get('/metrics');
    const types = body.matchAll(/^# TYPE (two_callers_\w+) (\w+)$/gm);
    const real = [...types].map(([, name, type]) => `${name} ${type}`);
    const table = rows('docs/reference/metrics.md');
    const said = [...table].map(([name, [type = '']]) => `${name} ${type.trim()}`);
    assert.equal(said.sort(), real.sort());
  } finally {
    await service.close();
  }
});

test('the page of log events has every event with its level and data fields, and no other', () => {
  const table = rows('docs/reference/log-events.md');
  const said = [...table].map(([event, [level = '', data = '']]) => {
    return [event, level.trim(), data.match(/\w+/g) ?? []];
  });
  const real = Object.entries(LOG_EVENTS).map(([event, { level, data }]) => [event, level, data]);
  assert.equal(said, real);
});

test('the page of limits has the default of each option that it names', () => {
  const text = readFileSync(join(ROOT, 'docs/reference/limits.md'), 'utf8');
  const compared: string[] = [];
  for (const [bound = '', initial = '', option = ''] of cells(text, 4)) {
    const name = /^`--([\w-]+)`/.exec(option)?.[1]?.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
    const known = SERVE_DEFAULTS[name as keyof typeof SERVE_DEFAULTS];
    const [, shown] = /^(\d+)\b(?! s\b)/.exec(initial) ?? [];
    if (typeof known !== 'number' || shown === undefined || bound.startsWith('promises')) continue;
    assert.is(Number(shown), known, `--${name}`);
    compared.push(`${name}`);
  }
  assert.equal(compared.sort(), [
    'bodyBudgetMb',
    'closeDeadlineMs',
    'connectionsMax',
    'deadlineMs',
    'headersTimeoutMs',
    'keepAliveTimeoutMs',
    'queueMax',
    'readyDelayMs',
    'requestTimeoutMs',
    'scorerTimeoutMs',
    'sliceUs',
  ]);
});

/** The rows of the tables of a text with these cells, each with its marks. */
function cells(text: string, columns: number): string[][] {
  const lines = text.match(/^\| .* \|$/gm) ?? [];
  const split = lines.map((line) => line.slice(2, -2).split(' | '));
  return split.filter((row) => row.length === columns);
}

const TOPOLOGY_PAGE = 'docs/reference/topologies.md';

test('the page of topologies has every topology with its listener and its executor', () => {
  const said = cells(read(TOPOLOGY_PAGE), 4).map((row) => row.slice(0, 3).join(' ').replaceAll('`', ''));
  for (const [name, { listener, executor }] of Object.entries(TOPOLOGIES)) {
    assert.ok(said.includes(`${name} ${listener} ${executor}`), name);
  }
});

test('the page of topologies has every promise that one cannot keep, and no other', () => {
  const said = cells(read(TOPOLOGY_PAGE), 3).slice(2); // the heads and the line under them
  const page = said.map(([promise, topology, why]) => {
    return `${promise} | ${topology?.replaceAll('`', '')} | ${why}`;
  });
  assert.equal(page.toSorted(), listUnsupportedRows().toSorted());
});

const FAULTS_PAGE = 'docs/reference/seeded-faults.md';

test('the page of seeded faults has what each can do in each topology, and no more', () => {
  const [, section = ''] = /^## Where each can fail$(.*?)^## /ms.exec(read(FAULTS_PAGE)) ?? [];
  const said = cells(section, 5).slice(2); // the head and the line under it
  assert.equal(said.map((row) => row.join(' | ')).toSorted(), listVisibilityRows().toSorted());
});

test('the page of seeded faults shows each of them, and no other', () => {
  const shown = [...read(FAULTS_PAGE).matchAll(/^### `([\w-]+)`$/gm)].map(([, name]) => name);
  assert.equal(shown, [...SEEDED_FAULT_NAMES]);
});

test('every option that the README names is one that serve has', async () => {
  const { stdout } = await runCli(['serve', '--help']);
  const options = [...rows('README.md').keys()].flatMap((cell) => cell.match(/--[\w-]+/g) ?? []);
  assert.ok(options.length > 5);
  for (const option of options) assert.ok(stdout.includes(option), `${option} is not in --help`);
});

for (const page of pages) {
  test(`${page}: every link leads somewhere`, () => {
    assert.equal(brokenLinks(page, read(page)), []);
  });
}

/** Paths of the repository in backticks that do not exist. */
function findMissingPaths(text: string): string[] {
  const paths = [...text.matchAll(/`((?:src|bench|test|docs)\/[\w./-]+)`/g)].map(([, path = '']) => path);
  return paths.filter((path) => !existsSync(join(ROOT, path)));
}

test('every file that DEVELOPMENT.md names exists, and a missing one is noticed', () => {
  const text = read('DEVELOPMENT.md').replaceAll('topologies/twins.test.ts', '');
  assert.equal(findMissingPaths(text), []);
  assert.equal(findMissingPaths('`test/run.ts` `src/nowhere.ts`'), ['src/nowhere.ts']);
});

test('a link that leads nowhere is noticed', () => {
  assert.equal(brokenLinks('docs/x.md', '[a](nowhere.md) [b](README.md) [c](https://x)'), ['nowhere.md']);
});

for (const page of pages.filter((name) => examples(read(name)).length > 0)) {
  test(`${page}: every command prints what the page says`, async () => {
    const service = new TestService('pool');
    await service.start();
    try {
      for (const { command, output } of examples(read(page))) {
        const typed = command.replaceAll(PRINTED_URL, service.url);
        const { stdout } = await run('bash', ['-c', typed]);
        assert.is(stdout.trimEnd(), output, command);
      }
    } finally {
      await service.close();
    }
  });
}

test('the README has commands to check', () => {
  assert.ok(examples(read('README.md')).length >= 5);
  const twin = examples('```console\n$ echo a\nb\n```\n');
  assert.equal(twin, [{ command: 'echo a', output: 'b' }]);
});

test.run();
