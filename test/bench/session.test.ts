// A session of measurements: how long its plan takes, what is known while it runs, the file of
// results before the first run, and where a run was made. Files are in a folder of its own.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { formatEnvironment, readCommit, readEnvironment } from '../../bench/runner/environment.js';
import { PLAN_DEFAULTS, PLAN_QUICK, type Plan } from '../../bench/runner/plan.js';
import { openOut } from '../../bench/runner/results-file.js';
import type { Sample } from '../../bench/runner/scenario.js';
import { makeInterimTable, planStages } from '../../bench/runner/session-progress.js';
import { SCENARIOS, type ScenarioName } from '../../bench/scenarios/scenarios.js';
import { suite } from '../support/suite.js';

const test = suite('bench: session');
const folder = mkdtempSync(join(tmpdir(), 'session-'));
test.after(() => rmSync(folder, { recursive: true }));

const plan = (name: ScenarioName, plan: Plan) => planStages({ scenarios: [[name, SCENARIOS[name]]], plan });

test('a plan takes its runs times load, warm-up and what is around them', () => {
  const [stage] = plan('overhead', PLAN_DEFAULTS);
  assert.equal([stage?.name, stage?.runs], ['overhead', 14]);
  const { seconds, warmSeconds } = PLAN_DEFAULTS;
  assert.ok((stage?.expectedSeconds ?? 0) > seconds + warmSeconds);
});

test('a scenario that loads for longer than the plan says so', () => {
  const [thin, exhibit] = (['overhead', 'coordinated-omission'] as const).map(
    (name) => plan(name, PLAN_QUICK)[0],
  );
  assert.ok((exhibit?.expectedSeconds ?? 0) > 3 + (thin?.expectedSeconds ?? 0));
});

function sample(perSecond: number, change: Partial<Sample> = {}): Sample {
  const row = { scenario: 'dispatch', variant: 'inline + 0 us', topology: 'inline', threads: 0 };
  const values = { perSecond, p99Ms: Number.NaN, generatorCpu: 0.5, totalMeanMs: 1 };
  return { ...row, workUs: 0, round: 1, order: 1, values, discardReason: undefined, ...change };
}

test('interim medians are of valid runs and known values, with their number', () => {
  const busy = sample(1, { discardReason: 'busy' });
  const samples = [sample(100), sample(300), sample(200), busy];
  const { dispatch } = SCENARIOS;
  const { titles, rows, current } = makeInterimTable(dispatch, PLAN_QUICK, samples, 'inline + 0 us');
  assert.equal(titles, ['medians so far', 'n', 'answered, /s', 'p99, ms']);
  assert.equal(rows[0], ['inline + 0 us', '3', '200', '']);
  assert.equal([rows.length, current], [dispatch.variants(PLAN_QUICK).length, 0]);
  assert.equal(rows[1]?.slice(1), ['0', '', '']);
});

test('lines are appended to a file that is whole, or it is begun anew', () => {
  const file = join(folder, 'runs.ndjson');
  openOut(file)('one\n');
  openOut(file)('two\n');
  assert.is(readFileSync(file, 'utf8'), 'one\ntwo\n');
  openOut(file, { isNew: true })('three\n');
  assert.is(readFileSync(file, 'utf8'), 'three\n');
});

const REFUSED: readonly (readonly [string, string, RegExp])[] = [
  ['a folder', folder, /^--out .*: that is a folder/],
  ['a missing folder', join(folder, 'no', 'f'), /^--out .*: there is no such folder/],
  ['a file for a folder', join(folder, 'cut', 'f'), /is a file, not a folder$/],
  ['half a line', join(folder, 'cut'), /was cut off/],
];

for (const [what, file, says] of REFUSED) {
  test(`planted: ${what} is refused before anything is measured`, () => {
    writeFileSync(join(folder, 'cut'), '{"schema":');
    assert.throws(() => openOut(file), says);
  });
}

test('the environment says system and memory, and so does its line', () => {
  const environment = readEnvironment();
  assert.match(environment.commit, /^([0-9a-f]{40}\+?|two-callers \d.*)$/);
  assert.match(environment.os, /^\w+ \S+ \w+$/);
  assert.ok(Number.isSafeInteger(environment.memoryGB) && environment.memoryGB >= 0);
  for (const version of Object.values(environment.versions)) assert.match(version, /^\d+\./);
  const line = formatEnvironment(environment);
  assert.ok(line.includes(`${environment.memoryGB} GB, ${environment.os}, Node v`), line);
});

test('a package is known by its version, in and outside the repository of somebody else', () => {
  writeFileSync(join(folder, 'package.json'), '{"version": "1.2.3"}');
  assert.is(readCommit(folder), 'two-callers 1.2.3');
  execFileSync('git', ['init', '--quiet'], { cwd: folder });
  const inside = mkdtempSync(join(folder, 'node_modules-'));
  writeFileSync(join(inside, 'package.json'), '{"version": "1.2.4"}');
  assert.is(readCommit(inside), 'two-callers 1.2.4');
});

test.run();
