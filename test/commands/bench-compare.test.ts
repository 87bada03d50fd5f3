// `compare` as a user starts it: bad files are refused with the number of the line, exit codes tell
// met from missed and undecided, and what should not be compared is not. Files are made up.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';
import { judgeThreshold, parseThreshold } from '../../bench/compare/thresholds.js';
import { PLAN_DEFAULTS, PLAN_SMOKE } from '../../bench/runner/plan.js';
import { resultLine } from '../../bench/runner/result-lines.js';
import { nameVariant } from '../../bench/runner/scenario.js';
import { SCENARIOS } from '../../bench/scenarios/scenarios.js';
import { random } from '../../src/checker/random.js';
import { type Line, lines, parseRuns, textOf } from '../bench/result-files.js';
import { suite } from '../support/suite.js';

const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));
const test = suite('bench: compare, the command');
const folder = mkdtempSync(join(tmpdir(), 'compare-'));
test.after(() => rmSync(folder, { recursive: true }));

const MACHINE = { cpu: 'c', cores: 2, os: 'Linux 6.1.0 x64', memoryGB: 16 };

function compare(...words: string[]) {
  const options = { encoding: 'utf8', cwd: folder } as const;
  const all = [CLI, 'bench', 'compare', ...words];
  const { status, stdout, stderr } = spawnSync(process.execPath, all, options);
  return { status, stdout, stderr };
}

writeFileSync(join(folder, 'a.ndjson'), textOf(lines({ seed: 1 })));
writeFileSync(join(folder, 'b.ndjson'), textOf(lines({ seed: 3 })));
const other = { seed: 3, change: { node: 'v24.1.0', cores: 8 } };
writeFileSync(join(folder, 'other.ndjson'), textOf(lines(other)));

const RATIO = 'dispatch.batchedx2+0us/poolx2+0us.throughput';

for (const [threshold, status, mark] of [
  [`${RATIO}>=2.3`, 0, '✓'],
  [`${RATIO}>=2.7`, 1, '✗'],
  [`${RATIO}>=2.5`, 2, '?'],
] as const) {
  test(`${threshold} is marked ${mark}, with exit code ${status}`, () => {
    const ended = compare('a.ndjson', 'b.ndjson', '--threshold', threshold);
    assert.equal([ended.status, ended.stderr], [status, '']);
    assert.ok(ended.stdout.includes(`\n${mark} ${threshold}: batched x2 + 0 us / pool`));
    assert.is(compare('b.ndjson', '--threshold', threshold).status, status, 'one file alone');
  });
}

test('one missed threshold is a miss, whatever the others are', () => {
  const words = ['>=2.5', '>=2.7', '>=2.3'].flatMap((rest) => ['--threshold', RATIO + rest]);
  assert.is(compare('a.ndjson', 'b.ndjson', ...words).status, 1);
});

test('a metric that is asked for is the only one compared, and JSON is JSON', () => {
  const words = ['a.ndjson', 'b.ndjson', '--metric', 'throughput', '--json'];
  const { status, stdout } = compare(...words);
  const { rows } = JSON.parse(stdout) as { rows: { metric: string }[] };
  assert.equal([status, rows.length, new Set(rows.map(({ metric }) => metric)).size], [0, 5, 1]);
});

test('planted: runs of another Node and machine are refused, and compared only anyway', () => {
  const { status, stdout, stderr } = compare('a.ndjson', 'other.ndjson');
  assert.equal([status, stdout], [2, '']);
  assert.match(stderr, /cannot be compared: cores: 2 in a\.ndjson, 8 in /);
  assert.match(stderr, /; node: v20\.20\.2 in a\.ndjson, v24\.1\.0 in other\.ndjson; --anyway /);
  const anyway = compare('a.ndjson', 'other.ndjson', '--anyway');
  assert.is(anyway.status, 0);
  assert.match(anyway.stdout, /^DIFFERENT: node: /m);
});

const BAD: readonly (readonly [string, Line | string, RegExp])[] = [
  ['no JSON', '{"scenario":', /bad\.ndjson:3: no JSON; /],
  ['a list', '[]', /bad\.ndjson:3: no JSON object/],
  ['an older schema', { schema: 2 }, /:3: schema 2 is unknown/],
  ['no schema', { schema: undefined }, /:3: schema undefined/],
  ['no kind', { kind: 'picture' }, /:3: kind "picture" is none of /],
  ['a schema in words', { schema: 'x' }, /:3: schema "x" is unknown/],
  ['no scenario', { scenario: undefined }, /:3: "scenario" is not/],
  ['a text for a value', { values: { perSecond: '9' } }, /:3: "values\.perSecond" is no number/],
  ['a list of values', { values: [] }, /:3: "values" is not/],
  ['valid and void at once', { void: 'busy' }, /:3: "valid" and "void" contradict/],
  ['no spin', { spins: {} }, /:3: "spins" is not /],
  ['no reason of an attempt', { earlier: [{}] }, /:3: "earlier" is not /],
];

for (const [what, change, says] of BAD) {
  test(`planted: a line with ${what} is refused by its number`, () => {
    const [first = {}, second = {}, ...rest] = lines();
    const bad = typeof change === 'string' ? `${change}\n` : textOf([{ ...first, ...change }]);
    const text = textOf([first, second]) + bad + textOf(rest);
    assert.throws(() => parseRuns(text, 'bad.ndjson'), says);
  });
}

test('of many bad lines the first are told, and how many more there are', () => {
  const text = 'x\n'.repeat(9);
  assert.throws(() => parseRuns(text, 'f'), /^f:1: .*; f:3: [^;]+; [^;]+; and 6 more bad lines$/);
});

const REFUSED: readonly (readonly [readonly string[], RegExp])[] = [
  [['a.ndjson'], /second file .* or a --threshold/],
  [['a.ndjson', 'gone.ndjson'], /gone\.ndjson: .* no such file/],
  [['a.ndjson', 'b.ndjson', '--metric', 'p98'], /unknown metric "p98": did you mean p99\?/],
  [['a.ndjson', '--threshold', 'x'], /threshold "x": it must be <scenario>/],
  [['a.ndjson', 'b.ndjson', '--sed', '1'], /unknown option '--sed'/],
];

for (const [words, says] of REFUSED) {
  test(`${words.join(' ')} is refused in one line, with exit code 2`, () => {
    const { status, stdout, stderr } = compare(...words);
    assert.equal([status, stdout], [2, '']);
    assert.match(stderr, says);
    assert.match(stderr, /^two-callers: [^\n]+\n$/);
  });
}

test('a line that bench writes is read back as it was, NaN included', () => {
  const environment = { ...MACHINE, node: 'v20', commit: 'x', versions: {} };
  const values = { perSecond: 5, p99Ms: Number.NaN };
  const unknown = { p99Ms: 'p99 of 3 samples' };
  const row = { scenario: 'thin', variant: 'inline + 0 us', topology: 'inline', threads: 0 };
  const sample = { ...row, workUs: 0, round: 1, order: 1, values, unknown, discardReason: undefined };
  const [read] = parseRuns(resultLine(sample, PLAN_SMOKE, environment, 'one'), 'f');
  assert.ok(Number.isNaN(read?.values.p99Ms));
  assert.equal([read?.values.perSecond, read?.unknown, read?.discardReason], [5, unknown, undefined]);
  assert.equal([read?.session, read?.line, read?.conditions.scale], ['one', 1, 'smoke']);
});

test('every row of every scenario is written, read back, and can be named in a threshold', () => {
  const environment = { ...MACHINE, node: 'v20', commit: 'x', versions: {} };
  for (const [scenario, { variants }] of Object.entries(SCENARIOS)) {
    const rows = variants(PLAN_DEFAULTS);
    assert.is(new Set(rows.map(nameVariant)).size, rows.length, scenario);
    for (const row of rows) {
      const { flags, name, peer, ...kind } = row;
      const place = { scenario, variant: nameVariant(row), round: 1, order: 1 };
      const run = { ...place, ...kind, values: { perSecond: 5 }, discardReason: undefined };
      const [read] = parseRuns(resultLine(run, PLAN_DEFAULTS, environment, 'one'), 'f');
      assert.equal([read?.variant, read?.topology, read?.at], [nameVariant(row), row.topology, row.at]);
      const threshold = parseThreshold(`${scenario}.${nameVariant(row)}.perSecond>=1`);
      const all = judgeThreshold(threshold, read === undefined ? [] : [read], random(1));
      const [judged, ...more] = all;
      assert.equal([judged?.of, judged?.measured.median, more.length], [nameVariant(row), 5, 0]);
    }
  }
});

test('planted: a place on a curve without a value is a bad line', () => {
  const [line = {}] = lines({ change: { at: { name: 'ofPeak' } } });
  assert.throws(() => parseRuns(textOf([line]), 'f'), /f:1: "at" is not/);
});

test.run();
