// What the study concludes and how it ends, with results that are planted instead of measured: each
// way in which it can go wrong, and a sound twin. Then the study itself, tiny, as a user runs it.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as assert from 'uvu/assert';
import { resultLine } from '../../bench/runner/result-lines.js';
import { parseResults } from '../../bench/runner/results-file.js';
import { nameVariant, type Sample } from '../../bench/runner/scenario.js';
import type { SessionWatcher, StartedSession } from '../../bench/runner/session.js';
import type { PairTestResult } from '../../src/checker/pair-test/result.js';
import { type StudyDependencies, study } from '../../src/commands/study.js';
import type { RunProgress } from '../../src/present/progress.js';
import type { RunFindings } from '../../src/self-test/run.js';
import { runSelfTest } from '../../src/self-test/run.js';
import { TOPOLOGY_NAMES, unavailable } from '../../src/topologies/topology.js';
import type { Verdict } from '../../src/verdict.js';
import { startCli } from '../support/process.js';
import { suite } from '../support/suite.js';

const test = suite('study');
test.timeout(150_000); // the study itself, tiny, is most of it

const folder = mkdtempSync(join(tmpdir(), 'study-'));
test.after(() => rmSync(folder, { recursive: true }));
const OUT = join(folder, 'study.ndjson');
const HTML = join(folder, 'study.html');

const SMOKE = ['study', '--smoke', '--out', OUT, '--html', HTML];

const AVAILABLE = TOPOLOGY_NAMES.filter((name) => unavailable(name) === undefined);
const MISSING = TOPOLOGY_NAMES.filter((name) => unavailable(name) !== undefined);

interface Planted {
  readonly asked?: Verdict;
  /** What the checker says of every tally that is broken, or honest. */
  readonly onFault?: Verdict;
  readonly onHonest?: Verdict;
  readonly lostPercent?: number;
  readonly lostOf?: string;
  readonly failure?: Error;
  readonly page?: Error;
}

function asked(verdict: Verdict): PairTestResult {
  const row = {
    kind: 'same',
    seen: '1,1',
    samples: 3,
    grade: 'forbidden',
    meaning: 'both hold one number',
  };
  const shown = { ...row, evidence: [] };
  const outcomes = verdict === 'violated' ? [shown] : [];
  const target = { origin: 'http://127.0.0.1', bodies: [], headers: {} };
  const seen = { outcomes, atRest: [], overlap: {}, pairs: 20, judged: 20, lost: 0, asked: 20 };
  return { ...seen, target, verdict, answer: `planted: ${verdict}` } as unknown as PairTestResult;
}

const FOUND: RunFindings = {
  caughtWithin: 1_000,
  verdict: 'ok',
  answer: '',
  failures: {},
  evidence: [],
  requests: 200,
  reads: 10,
  callers: 8,
  durationMs: 1,
  exitCode: 0,
};

async function measured(begun: StartedSession, watch: SessionWatcher, planted: Planted) {
  const { plan, session, environment, planned } = begun;
  const samples: Sample[] = [];
  for (const [name, scenario] of begun.scenarios) {
    for (const row of scenario.variants(plan)) {
      const variant = nameVariant(row);
      const lost = variant.startsWith(planted.lostOf ?? 'racy') ? (planted.lostPercent ?? 0) : 0;
      const values = name === 'tallies' ? { nsPerAdd: 9, lostPercent: lost } : { perSecond: 5 };
      const { topology, threads, workUs } = row;
      const kind = { scenario: name, variant, topology, threads, workUs, round: 1, order: 1 };
      const sample = { ...kind, values, discardReason: lost > 0 ? 'adds were lost' : undefined };
      begun.write(resultLine(sample, plan, environment, session));
      watch.onSample(sample);
      samples.push(sample);
    }
  }
  const total = samples.length;
  const { failure } = planted;
  return { session, environment, plan, planned, scenarios: [], samples, total, failure };
}

const SILENT: RunProgress = { beginRun() {}, describeRun() {}, endRun() {}, say() {}, stop() {} };

function replace(planted: Planted, print: (text: string) => void): StudyDependencies {
  const { onFault = 'violated', onHonest = 'ok' } = planted;
  return {
    ask: async () => asked(planted.asked ?? 'ok'),
    selfTest: (flags, signal, watch) =>
      runSelfTest(flags, signal, watch, async ({ expected }) => {
        return { ...FOUND, verdict: expected === 'ok' ? onHonest : onFault };
      }),
    measure: (begun, watch) => measured(begun, watch, planted),
    showRunProgress: () => SILENT,
    renderPage: async () => {
      if (planted.page !== undefined) throw planted.page;
      return '<!doctype html>planted';
    },
    print,
  };
}

const FLAGS = { out: OUT, html: HTML, seed: 3, json: false, smoke: false };

async function run(planted: Planted, change: Partial<typeof FLAGS> = {}) {
  let text = '';
  const code = await study(
    { ...FLAGS, ...change },
    replace(planted, (more) => {
      text += more;
    }),
  );
  return { code, text };
}

test('where all is well the answer comes first, then the evidence, then the page', async () => {
  const { code, text } = await run({});
  assert.is(code, 0, text);
  const [question, , ...rest] = text.split('\n');
  assert.is(question, 'What happens if two people call /score at the same time?');
  assert.match(rest[0] ?? '', /^Both are counted: /);
  for (const name of AVAILABLE) assert.match(text, new RegExp(`^${name} +ok +20 +0 +0$`, 'm'));
  for (const name of MISSING) assert.match(text, `Not tested: topology '${name}' is unavailable`);
  assert.match(text, /itself: ok: \d+ .* caught, 0 missed/);
  assert.match(text, /^tallies: .*\?$/m);
  assert.match(text, /^ +atomic +2 +1 +9\.0 .* 1$/m);
  assert.match(text, new RegExp(`results: ${OUT}\npage: file://${HTML}\n$`));
  assert.match(readFileSync(HTML, 'utf8'), /planted/);
  assert.not.match(text, /^PARTIAL|REFUTED/m);
});

test('its file has one session with a line of each kind, and is written anew', async () => {
  await run({});
  await run({});
  const { sessions, runs, asks, selfTests } = parseResults(readFileSync(OUT, 'utf8'), OUT);
  assert.equal([sessions.length, asks.length, selfTests.length], [1, AVAILABLE.length, 1]);
  assert.is(sessions[0]?.command, 'npx two-callers study --seed 3');
  const ids = [...sessions, ...runs, ...asks, ...selfTests].map(({ session }) => session);
  assert.is(new Set(ids).size, 1);
});

const WRONG: readonly (readonly [string, Planted, RegExp])[] = [
  ['a tally refuted by ask', { asked: 'violated' }, /REFUTED: .* inline .*: violated/],
  [
    'a correct tally lost adds',
    { lostOf: 'mutex', lostPercent: 2 },
    /REFUTED: .* mutex x2, 1 cell, round 1: /,
  ],
  ['a fault that was missed', { onFault: 'ok' }, /REFUTED: .* missed \d+ /],
  ['a false alarm', { onHonest: 'violated' }, /REFUTED: .* \d+ false alarms/],
];

for (const [what, planted, says] of WRONG) {
  test(`planted: ${what} is said, with exit code 1`, async () => {
    const { code, text } = await run(planted);
    assert.is(code, 1, text);
    assert.match(text, says);
    const { code: again, text: json } = await run(planted, { json: true });
    const { verdict, refuted } = JSON.parse(json);
    assert.equal([again, verdict, refuted.length > 0], [1, 'violated', true]);
  });
}

test('the loss of a seeded fault refutes nothing', async () => {
  const { code, text } = await run({ lostOf: 'racy', lostPercent: 40 });
  assert.is(code, 0, text);
  assert.match(text, /discarded: .* racy x2, 1 cell, round 1: /);
});

test('planted: a topology of which nothing can be said is no success: exit code 2', async () => {
  const { code } = await run({ asked: 'unknown' });
  assert.is(code, 2);
});

for (const part of ['failure', 'page'] as const) {
  test(`planted: a ${part} is an error after all that was found is printed`, async () => {
    let text = '';
    const planted = { [part]: new Error('planted') };
    const print = (more: string) => {
      text += more;
    };
    try {
      await study(FLAGS, replace(planted, print));
      assert.unreachable();
    } catch (error) {
      assert.is((error as Error).message, 'planted');
    }
    assert.match(text, /the study failed: planted/);
    assert.match(text, /^results: /m);
  });
}

test('--json prints one document', async () => {
  const { text } = await run({}, { json: true });
  const read = JSON.parse(text);
  assert.is(read.verdict, MISSING.length === 0 ? 'ok' : 'unavailable');
  assert.equal(
    read.asks.map(({ topology }: { topology: string }) => topology),
    AVAILABLE,
  );
  assert.equal([read.selfTest.missed, read.selfTest.falseAlarms, read.partial], [0, 0, false]);
  assert.equal([read.out, read.html, read.seed, read.fault], [OUT, HTML, 3, null]);
  const scenarios = read.medians.map(({ scenario }: { scenario: string }) => scenario);
  assert.equal(scenarios, ['dispatch', 'isolation', 'tallies', 'coordinated-omission']);
});

test('tiny and for real it measures everything, and leaves a file and a page', async () => {
  const { code, stdout, stderr } = await startCli(SMOKE).ended;
  assert.is(code, 0, stdout + stderr);
  assert.match(stdout, /^SMOKE: /m);
  const { sessions, runs, asks, selfTests } = parseResults(readFileSync(OUT, 'utf8'), OUT);
  const rows = sessions[0]?.planned ?? [];
  const planned = rows.reduce((sum, { variants, rounds }) => sum + variants * rounds, 0);
  assert.equal([runs.length, asks.length], [planned, AVAILABLE.length]);
  assert.equal([selfTests[0]?.selfTest.missed, selfTests[0]?.selfTest.falseAlarms], [0, 0]);
  assert.match(readFileSync(HTML, 'utf8'), /^<!doctype html>/i);
});

test('Ctrl-C keeps what was found so far in a partial file, and leaves an earlier result alone', async () => {
  writeFileSync(OUT, 'an earlier result\n');
  const { child, ended } = startCli(SMOKE);
  assert.ok(child.stderr);
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.includes('ask: inline: ok')) child.kill('SIGINT');
  });
  const { code, stdout } = await ended;
  assert.is(code, 130);
  // How far it comes before the signal does is the machine's affair.
  const told = /PARTIAL: \d of \d .+, (\d+) of (\d+) runs/;
  const [, made, planned] = told.exec(stdout) ?? [];
  assert.ok(Number(made) < Number(planned), stdout);
  const partial = OUT.replace('.ndjson', '.partial.ndjson');
  const { asks } = parseResults(readFileSync(partial, 'utf8'), partial);
  assert.is(asks[0]?.asked.verdict, 'ok');
  assert.is(readFileSync(OUT, 'utf8'), 'an earlier result\n');
});

test.run();
