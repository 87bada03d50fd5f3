// `report` as a user starts it: where it writes, what it refuses and how it says so. What a report
// looks like is tested beside bench/report.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as assert from 'uvu/assert';
import { RESULTS } from '../bench/made-reports.js';
import { runCli } from '../support/process.js';
import { suite } from '../support/suite.js';

const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

const test = suite('report: the command');
test.timeout(60_000);
const folder = mkdtempSync(join(tmpdir(), 'report-'));
test.after(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

const QUESTION = 'What happens if two people call /score at the same time?';
const [SESSION = '', ...LINES] = readFileSync(RESULTS, 'utf8').trim().split('\n');
const ASK = LINES.find((line) => line.includes('"kind":"ask"')) ?? '';
const TEST = LINES.find((line) => line.includes('"kind":"self-test"')) ?? '';

function fileOf(name: string, text: string): string {
  writeFileSync(at(name), text);
  return at(name);
}

for (const [kind, link] of [
  ['symbolic', symlinkSync],
  ['hard', linkSync],
] as const) {
  test(`a ${kind} link to what is read is not written`, async () => {
    copyFileSync(RESULTS, at('input.ndjson'));
    rmSync(at('link'), { force: true });
    link(at('input.ndjson'), at('link'));
    const before = readFileSync(at('input.ndjson'));
    const { code, stderr } = await runCli(['report', at('input.ndjson'), '--html', at('link')]);
    assert.is(code, 2);
    assert.match(stderr, /link is what is read: name another file to write\n$/);
    assert.equal(readFileSync(at('input.ndjson')), before);
  });
}

for (const [what, encode] of Object.entries({
  gzip: gzipSync,
  'UTF-16': (bytes: Buffer) => Buffer.from(`\ufeff${bytes.toString()}`, 'utf16le'),
  BOM: (bytes: Buffer) => Buffer.from(`\ufeff${bytes.toString()}`),
})) {
  test(`a file of results in ${what} is called that, and no line of it is blamed`, async () => {
    writeFileSync(at('encoded.ndjson'), encode(readFileSync(RESULTS)));
    const { code, stderr } = await runCli(['report', at('encoded.ndjson')]);
    assert.is(code, 2);
    assert.match(stderr, what);
    assert.not.match(stderr, /ndjson:\d|line/);
  });
}

if (existsSync('/dev/full')) {
  test('a full disk under standard output is one line and exit code 2', async () => {
    const disk = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [CLI, 'report', RESULTS], { stdio: ['ignore', disk, 'pipe'] });
    closeSync(disk);
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    assert.equal(await once(child, 'close'), [2, null]);
    assert.is(said, 'two-callers: cannot write standard output: the disk is full\n');
  });
}

test('a page and Markdown are written over the old ones, and a line says where the page is', async () => {
  const words = ['report', RESULTS, '--html', at('a.html'), '--md', at('a.md')];
  for (const _ of [1, 2]) {
    const { code, stdout, stderr } = await runCli(words);
    assert.equal([code, stdout, stderr], [0, '', `page: file://${at('a.html')}\n`]);
  }
  assert.match(readFileSync(at('a.html'), 'utf8'), `<h1>${QUESTION}</h1>`);
  assert.match(readFileSync(at('a.md'), 'utf8'), `# ${QUESTION}`);
});

test('without a file name Markdown is printed, with - what is asked for', async () => {
  const plain = await runCli(['report', RESULTS]);
  assert.is(plain.code, 0);
  assert.ok(plain.stdout.startsWith(`# ${QUESTION}\n`));
  const md = await runCli(['report', RESULTS, '--md', '-', '--html', at('b.html')]);
  assert.is(md.stdout, plain.stdout);
  const html = await runCli(['report', RESULTS, '--html', '-']);
  assert.ok(html.stdout.startsWith('<!doctype html>'));
  assert.ok(html.stdout.endsWith('</html>\n'));
});

test('--json says the same without the lines of the results', async () => {
  const { code, stdout } = await runCli(['report', RESULTS, '--json', '--seed', '7']);
  const said = JSON.parse(stdout) as Record<string, unknown>;
  assert.equal([code, said.question, said.seed], [0, QUESTION, 7]);
  assert.ok(Array.isArray(said.sections) && said.sections.length > 0);
  assert.not('data' in said);
});

test('several files are read as one', async () => {
  const [asks, others] = [
    [ASK, TEST],
    [SESSION, ...LINES.filter((line) => line !== ASK && line !== TEST)],
  ];
  const own = (line: string) => line.replace(/"session":"[^"]*"/, '"session":"another"');
  const one = fileOf('one.ndjson', others.filter((line) => !line.includes('"ask"')).join('\n'));
  const two = fileOf('two.ndjson', asks.map(own).join('\n'));
  const alone = await runCli(['report', one]);
  assert.not.match(alone.stdout, '## What two callers saw');
  const both = await runCli(['report', one, two]);
  assert.is(both.code, 0);
  for (const part of ['## What two callers saw', '## Would the checker notice', '(`isolation`)']) {
    assert.match(both.stdout, part);
  }
});

/** The line with another value where the first of its kind stands. */
const changed = (line: string, from: RegExp, to: string) => {
  assert.match(line, from);
  return line.replace(from, to);
};

for (const [title, text, complaint] of [
  ['an empty file', '\n', /empty\.ndjson: it is empty: /],
  ['a line that is no JSON', `${SESSION}\n{"schema":3,`, /bad\.ndjson:2: no JSON/],
  [
    'a schema without end',
    JSON.stringify({ schema: 'x'.repeat(100_000) }),
    /bad\.ndjson:1: schema "x{39}… .*\n$/,
  ],
  ['no count of asked pairs', changed(ASK, /"asked":\d+/, '"asked":null'), /bad\.ndjson:1: "asked" /],
  [
    'no reason',
    changed(SESSION, /"unavailable":\[\]/, '"unavailable":[["threads"]]'),
    /bad\.ndjson:1: "planned" is not /,
  ],
  ['an older schema', '{"schema":2}', /bad\.ndjson:1: schema 2 /],
  [
    'asked without outcomes',
    changed(ASK, /"outcomes":\[\{.*?\}\]/, '"outcomes":["1,2"]'),
    /bad\.ndjson:1: "outcomes" /,
  ],
  ['an unknown grade', changed(ASK, /"grade":"acceptable"/, '"grade":"fine"'), /bad\.ndjson:1: "outcomes" /],
  [
    'a self-test without runs',
    changed(TEST, /"runs":\[/, '"runs":null,"others":['),
    /bad\.ndjson:1: "runs" /,
  ],
] as const) {
  test(`${title} is refused in one line`, async () => {
    const name = title === 'an empty file' ? 'empty.ndjson' : 'bad.ndjson';
    const { code, stdout, stderr } = await runCli(['report', fileOf(name, text)]);
    assert.equal([code, stdout, stderr.split('\n').length], [2, '', 2]);
    assert.match(stderr, complaint);
  });
}

for (const [title, words, complaint] of [
  ['a file that is not there', [at('none.ndjson')], /none\.ndjson: /],
  ['a folder', [folder], /that is a folder/],
  ['one file twice', [RESULTS, RESULTS], /the same session, [\w-]+: /],
  ['a target in no folder', [RESULTS, '--html', at('no/where.html')], /--html: cannot write /],
  ['a folder as a target', [RESULTS, '--md', folder], /--md: cannot write /],
  ['a target that is read', [RESULTS, '--html', RESULTS], /: name another file/],
  ['one target twice', [RESULTS, '--html', at('x'), '--md', at('x')], /--md: name two files/],
  ['a name with an escape', ['a\u001b[2Jb'], /^two-callers: a\ufffd\[2Jb: /],
  ['a file without end', ['/dev/zero'], /\/dev\/zero: more than 268435456 bytes/],
  ['two for standard output', [RESULTS, '--html', '-', '--json'], /only one fits /],
  ['a bad seed', [RESULTS, '--seed', 'x'], /whole number from 1/],
] as const) {
  test(`${title} is refused in one line`, async () => {
    const { code, stdout, stderr } = await runCli(['report', ...words]);
    assert.equal([code, stdout, stderr.split('\n').length], [2, '', 2]);
    assert.match(stderr, complaint);
  });
}

test.run();
