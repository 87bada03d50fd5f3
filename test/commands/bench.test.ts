// The benchmarks as a user starts them: what they refuse, what a result line carries, and what is
// left of a run that Ctrl-C ends. No scenario is judged here.

import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as assert from 'uvu/assert';
import { parseResults } from '../../bench/runner/results-file.js';
import { SCENARIO_NAMES } from '../../bench/scenarios/scenarios.js';
import { runCli, startCli } from '../support/process.js';
import { suite } from '../support/suite.js';

const test = suite('bench: command line');
test.timeout(60_000);
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
test.after(() => rmSync(folder, { recursive: true }));
let files = 0;
const nameFile = () => join(folder, `${files++}.ndjson`);

const SMALL = ['--smoke', '--generator', 'raw'];

const REFUSED: readonly (readonly [readonly string[], RegExp])[] = [
  [['dispach'], /^two-callers: .*"dispach": did you mean dispatch\? There are dispatch, /],
  [['thin', 'isolaton'], /^two-callers: .*"isolaton": did you mean isolation\? There are dispatch, /],
  [['comapre', 'a', 'b'], /^two-callers: .*"comapre": did you mean compare\? There are dispatch, /],
  [['thin', 'compare'], /: compare measures nothing: .*\n$/],
  [['thin', '--out', tmpdir()], /^two-callers: --out \S+: that is a folder: .*\n$/],
  [['thin', '--out', 'no/such/f'], /^two-callers: --out no\/such\/f: .* no such folder: /],
  [['--rounds', '0'], /^two-callers: .*whole number from 1 to 1000\.\n$/],
  [['--generator', 'wrk'], /^two-callers: .*Allowed choices are autocannon, raw\.\n$/],
];

for (const [words, says] of REFUSED) {
  test(`${words.join(' ')} is refused in one line, with exit code 2`, async () => {
    const { code, stdout, stderr } = await runCli(['bench', ...words]);
    assert.equal([code, stdout], [2, '']);
    assert.match(stderr, says);
  });
}

test('every result line carries what is needed to compare it with another', async () => {
  const out = nameFile();
  const words = ['thin', '--smoke', '--generator', 'raw', '--seed', '3', '--out', out];
  const { code, stdout } = await runCli(['bench', ...words]);
  assert.is(code, 0, stdout);
  assert.match(stdout, /overhead: inline .* >= 0\.85 .* unclear/);
  const lines = readFileSync(out, 'utf8').trim().split('\n');
  const [planned, ...runs] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.equal([planned?.kind, planned?.session], ['session', runs[0]?.session]);
  assert.match(String(planned?.command), /^npx two-callers bench thin --smoke /);
  const row = { scenario: 'overhead', variants: 2, rounds: 1, unavailable: [] };
  assert.equal(planned?.planned, [row]);
  assert.is(runs.length, 2);
  for (const [index, run] of runs.entries()) {
    assert.equal([run.scenario, run.round, run.order], ['overhead', 1, index + 1]);
    assert.equal([run.threads, run.workUs], [0, 0]);
    assert.equal([run.seed, run.generator, run.valid], [3, 'raw', true]);
    assert.equal([run.schema, run.kind, run.connections, run.scale], [3, 'run', 64, 'smoke']);
    assert.is(run.session, runs[0]?.session);
    assert.equal(Object.keys(run.spins as object), ['beforeMs', 'afterMs', 'bestMs']);
    const metrics = ['generatorCpu', 'meanMs', 'p50Ms', 'p99Ms', 'perSecond'];
    assert.equal(Object.keys(run.values as object).sort(), metrics);
    assert.equal(Object.keys(run.versions as object), ['piscina', 'autocannon', 'undici']);
    assert.is(run.node, process.version);
    assert.match(String(run.commit), /^([0-9a-f]{40}\+?|two-callers \d+\..*)$/);
    assert.ok(run.cpu && run.cores);
  }
});

test('--json prints one document, after it was said what will be measured', async () => {
  const { code, stdout, stderr } = await runCli(['bench', 'thin', ...SMALL, '--json']);
  assert.is(code, 0, stderr);
  assert.match(stderr, /^2 runs \(variants x rounds\): overhead \(2 x 1\); a few seconds\n/);
  const read = JSON.parse(stdout);
  assert.equal([read.planned, read.made, read.partial, read.seed], [2, 2, false, 1]);
  const medians = read.medians.map((row: { variant: string; n: number }) => `${row.variant}: ${row.n}`);
  assert.equal(medians, ['bare + 0 us: 1', 'inline + 0 us: 1']);
  const [verdict] = read.verdicts;
  assert.equal([verdict.scenario, verdict.met, verdict.measured.n], ['overhead', 'unclear', 1]);
  assert.is(read.medians[0].values.perSecond.unit, '/s');
  assert.is(read.environment.node, process.version);
  assert.equal(read.voids, []);
});

const LONG = ['thin', ...SMALL, '--rounds', '1000'];

/** A long run, with what it does when so many of its runs are made. */
function startLong(words: readonly string[], then: (child: ChildProcess) => void) {
  const { child, ended } = startCli(['bench', ...LONG, ...words]);
  let told = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    const isNew = !told.includes('(2 of 2000)');
    told += chunk.toString();
    if (isNew && told.includes('(2 of 2000)')) then(child);
  });
  return ended;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} ends it with what was measured so far, marked partial`, async () => {
    const { code, stdout, stderr } = await startLong([], (child) => child.kill(signal));
    assert.is(code, 130);
    assert.match(stdout, /PARTIAL: \d+ of 2000 runs were made/);
    assert.match(stdout, /overhead: bare \+ 0 us +n = \d/);
    assert.match(stderr, /^ending, .*ends it at once$/m);
  });
}

test('a second Ctrl-C ends it at once', async () => {
  const pressTwice = () =>
    startLong([], (child) => {
      assert.ok(child.stderr);
      createInterface({ input: child.stderr }).on('line', (line) => {
        if (line.startsWith('ending, ')) child.kill('SIGINT');
      });
      child.kill('SIGINT');
    });
  let ended = await pressTwice();
  // It had come to its end by itself before the second one did: the time limit bounds it.
  while (ended.stdout !== '') ended = await pressTwice();
  assert.is(ended.code, null, 'ended by the signal');
});

test('--smoke without a name is one round of every scenario there is', async () => {
  const out = nameFile();
  const { child, ended } = startCli(['bench', '--smoke', '--out', out]);
  // The file says what is planned before anything is said here.
  child.stderr?.once('data', () => child.kill('SIGINT'));
  await ended;
  const { sessions } = parseResults(readFileSync(out, 'utf8'), out);
  const planned = sessions.flatMap((one) => one.planned);
  assert.equal(planned.map(({ scenario }) => scenario).sort(), [...SCENARIO_NAMES].sort());
  assert.ok(planned.every(({ rounds }) => rounds === 1));
});

test('killed in the middle it leaves a file that is whole and says what was planned', async () => {
  const out = nameFile();
  await startLong(['--out', out], (child) => child.kill('SIGKILL'));
  const { sessions, runs } = parseResults(readFileSync(out, 'utf8'), out);
  assert.equal(sessions[0]?.planned, [{ scenario: 'overhead', variants: 2, rounds: 1_000, unavailable: [] }]);
  assert.ok(runs.length >= 2);
});

test.run();
