// How long measuring takes, before and while it goes on, and how that is said; the file of results
// before the first run; and where a run was made. Pure but for files in a folder of its own.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { commitOf, inOneLine, readEnvironment } from '../../bench/runner/environment.js';
import {
  aboutText,
  expectedSeconds,
  secondsLeft,
  stageOf,
} from '../../bench/runner/estimate-duration.js';
import { openOut } from '../../bench/runner/out-file.js';
import { PLAN_DEFAULTS, PLAN_QUICK } from '../../bench/runner/plan.js';
import { SCENARIOS } from '../../bench/scenarios/scenarios.js';
import { suite } from '../support/suite.js';

const test = suite('bench: before it begins');
const folder = mkdtempSync(join(tmpdir(), 'takes-'));
test.after(() => rmSync(folder, { recursive: true }));

test('a plan takes its runs times load, warm-up and what is around them', () => {
  const stage = stageOf('thin', SCENARIOS.thin, PLAN_DEFAULTS);
  assert.equal([stage.name, stage.runs], ['thin', 14]);
  const { seconds, warmSeconds } = PLAN_DEFAULTS;
  assert.ok(stage.expectedSeconds > seconds + warmSeconds);
  assert.is(expectedSeconds([stage, stage]), 28 * stage.expectedSeconds);
});

test('a scenario that loads for longer than the plan says so', () => {
  const [thin, exhibit] = (['thin', 'exhibit'] as const).map((name) =>
    stageOf(name, SCENARIOS[name], PLAN_QUICK),
  );
  assert.ok((exhibit?.expectedSeconds ?? 0) > 3 + (thin?.expectedSeconds ?? 0));
});

const STAGES = [
  { name: 'a', runs: 10, expectedSeconds: 1 },
  { name: 'b', runs: 4, expectedSeconds: 5 },
];

test('before the first run the plan is what is left', () => {
  assert.is(secondsLeft(STAGES, new Map()), 30);
});

test('a stage goes on as it did, and those after it are as slow', () => {
  const made = new Map([['a', { runs: 5, seconds: 10 }]]);
  assert.is(secondsLeft(STAGES, made), 5 * 2 + 4 * 5 * 2);
});

test('when all was made nothing is left', () => {
  const made = new Map([
    ['a', { runs: 10, seconds: 10 }],
    ['b', { runs: 4, seconds: 1 }],
  ]);
  assert.is(secondsLeft(STAGES, made), 0);
});

for (const [seconds, says] of [
  [0, 'a few seconds'],
  [5, 'about 5 s'],
  [42, 'about 40 s'],
  [58, 'about 1 min'],
  [245, 'about 4 min'],
  [7_200, 'about 2.0 h'],
] as const) {
  test(`${seconds} s are ${says}`, () => assert.is(aboutText(seconds), says));
}

test('lines are appended to a file that is whole, or it is begun anew', () => {
  const file = join(folder, 'runs.ndjson');
  openOut(file)('one\n');
  openOut(file)('two\n');
  assert.is(readFileSync(file, 'utf8'), 'one\ntwo\n');
  openOut(file, { isNew: true })('three\n');
  assert.is(readFileSync(file, 'utf8'), 'three\n');
});

const REFUSED: readonly (readonly [string, string, RegExp])[] = [
  ['a folder', folder, /^--out .*: that is a folder: name a file in it$/],
  ['a missing folder', join(folder, 'no', 'f'), /^--out .*: there is no such folder: make it/],
  [
    'a file for a folder',
    join(folder, 'cut', 'f'),
    /: a part of its path is a file, not a folder$/,
  ],
  ['half a line', join(folder, 'cut'), /: its last line was cut off: remove it, or name another/],
];

for (const [what, file, says] of REFUSED) {
  test(`planted: ${what} is refused before anything is measured`, () => {
    writeFileSync(join(folder, 'cut'), '{"schema":');
    assert.throws(() => openOut(file), says);
  });
}

test('the environment says system and memory, and so does its line', () => {
  const environment = readEnvironment();
  assert.match(environment.os, /^\w+ \S+ \w+$/);
  assert.ok(Number.isSafeInteger(environment.memoryGB) && environment.memoryGB >= 0);
  for (const version of Object.values(environment.versions)) assert.match(version, /^\d+\./);
  const line = inOneLine(environment);
  assert.ok(line.includes(`${environment.memoryGB} GB, ${environment.os}, Node v`), line);
});

test('a package is known by its version, in and outside the repository of somebody else', () => {
  writeFileSync(join(folder, 'package.json'), '{"version": "1.2.3"}');
  assert.is(commitOf(folder), 'two-callers 1.2.3');
  execFileSync('git', ['init', '--quiet'], { cwd: folder });
  const inside = mkdtempSync(join(folder, 'node_modules-'));
  writeFileSync(join(inside, 'package.json'), '{"version": "1.2.4"}');
  assert.is(commitOf(inside), 'two-callers 1.2.4');
});

test.run();
