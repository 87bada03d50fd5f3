// Chaos: short runs for real, with an honest tally and with broken ones; what is concluded from a
// run, each grave thing planted beside one in which all is well; and how it is said.

import * as assert from 'uvu/assert';
import type { Attempt, CheckRun } from '../../src/checker/driver/check-run.js';
import { chaos } from '../../src/commands/check.js';
import { NO_COLORS } from '../../src/present/colours.js';
import { formatChaos, judgeChaos } from '../../src/self-test/chaos-lines.js';
import {
  CHAOS_DEFAULTS,
  type ChaosFlags,
  type ChaosRun,
  judgeChaosRun,
} from '../../src/self-test/chaos-run.js';
import { CRASH_TX_ID } from '../../src/self-test/crash-scorer.js';
import {
  createInjectors,
  INJECTED_KINDS,
  INJECTIONS,
  type InjectionKind,
  type Scene,
} from '../../src/self-test/fault-injectors.js';
import { TOPOLOGY_NAMES, unavailable } from '../../src/topologies/topology.js';
import type { Verdict } from '../../src/verdict.js';
import { TARGET } from '../checker/report/made-runs.js';
import { assertGolden } from '../support/golden.js';
import { suite } from '../support/suite.js';

const test = suite('check --chaos');
test.timeout(60_000);

async function run(flags: Partial<ChaosFlags>) {
  let text = '';
  const write = (more: string) => {
    text += more;
  };
  const code = await chaos({ ...CHAOS_DEFAULTS, seconds: 2, json: true, ...flags }, write);
  return { code, text };
}

for (const topology of ['pool', 'cluster'] as const) {
  test(`${topology}: through kill, drop and stall the count stays right`, async () => {
    const { code, text } = await run({ topology });
    assert.is(code, 0, text);
    const { verdict, runs } = JSON.parse(text);
    const [only] = runs;
    assert.is(verdict, 'ok');
    const done: InjectionKind[] = only.injections.map(({ kind }: { kind: string }) => kind);
    assert.equal(done.toSorted(), [...INJECTED_KINDS[topology]].toSorted());
    assert.ok(only.facts.acknowledged > 0);
    assert.ok(only.facts.unknown > 0, 'the stall was too short');
    assert.equal([only.unexplained, only.exitCode], [[], 0]);
  });
}

for (const [tally, topology] of [
  ['local', 'cluster'],
  ['racy', 'pool'],
] as const) {
  test(`${tally} in ${topology} is refuted: the chaos excuses no count`, async () => {
    const { code, text } = await run({ tally, topology });
    assert.is(code, 1, text);
    const [only] = JSON.parse(text).runs;
    assert.is(only.verdict, 'violated');
    assert.ok(only.findings.length > 0);
    assert.is(only.exitCode, 0);
  });
}

test('every topology is subjected to something, and inline to no kill', () => {
  for (const name of TOPOLOGY_NAMES) assert.ok(INJECTED_KINDS[name].length >= 2, name);
  assert.not.ok(INJECTED_KINDS.inline.some((kind) => /killed/.test(INJECTIONS[kind])));
});

const reason = unavailable('threads');
if (reason !== undefined) {
  test('a topology that cannot be had: exit code 2, and why', async () => {
    const { code, text } = await run({ topology: 'threads', json: false });
    assert.is(code, 2);
    assert.is(text, `unknown: nothing was tested\nnot tested: ${reason}\n`);
  });
}

const UNANSWERED: Attempt = {
  outcome: 'unknown',
  beginMs: 2_000,
  endMs: 2_800,
  ticket: null,
  caller: 3,
  status: null,
  error: 'no answer in 800 ms',
  name: 'TX00007',
};

test('a task worker that was killed explains a 500, and no silence', () => {
  // Nothing is injected.
  const injectors = createInjectors('pool', {} as Scene);
  const killed = injectors.find(({ kind }) => kind === 'task-worker');
  const explained = (change: Partial<Attempt>) => killed?.explains({ ...UNANSWERED, ...change });
  assert.is(explained({ status: 500 }), true);
  for (const name of ['TX00007', CRASH_TX_ID]) assert.is(explained({ name }), false, name);
  assert.is(explained({ name: CRASH_TX_ID, status: 200 }), false);
});

function made(change: Partial<ChaosRun> = {}, checked: Partial<CheckRun> = {}): ChaosRun {
  const facts = { acknowledged: 90, failed: 1, unknown: 9, reads: 20, ticketed: 90, cells: [] };
  const check: CheckRun = {
    target: { ...TARGET, fields: ['levels.LOW', 'levels.HIGH'], ticket: null },
    model: { fields: ['levels.LOW', 'levels.HIGH'], start: [3, 2], alone: true },
    history: {
      adds: [],
      reads: [{ beginMs: 1, endMs: 2, values: [63, 35], sum: 98, isSnapshot: true, isAtRest: true }],
    },
    judgement: { verdict: 'ok', findings: [], failures: {}, facts: { ...facts, strangers: 0 } },
    verdict: 'ok',
    answer: '90 acknowledged requests: each was counted once, and no unanswered one twice',
    remarks: ['a remark'],
    callers: 16,
    readsPerSecond: 50,
    seed: 1,
    durationMs: 5_000,
    partial: false,
    startedAt: '2026-01-01T00:00:00.000Z',
    ...checked,
  };
  const injections = INJECTED_KINDS.pool.map((kind, at) => {
    return { kind, what: 'done', beginMs: 1_000 * at, endMs: 1_000 * at + 10 };
  });
  const fine = { failedReads: 2, exitCode: 0 };
  const run = { topology: 'pool', ...fine, check, injections, notDone: [], unexplained: [] };
  const changed = { ...run, ...change } as Omit<ChaosRun, 'verdict'>;
  return { ...changed, verdict: judgeChaosRun(changed) };
}

const VERDICTS: readonly (readonly [string, ChaosRun, Verdict])[] = [
  ['all is well', made(), 'ok'],
  ['a count that is refuted', made({}, { verdict: 'violated' }), 'violated'],
  ['an unexplained request', made({ unexplained: [UNANSWERED] }), 'unknown'],
  ['a missing kind', made({ notDone: ['task-worker'] }), 'unknown'],
  ['an interrupted run', made({}, { partial: true }), 'unknown'],
  ['a disorderly end', made({ exitCode: 1 }), 'violated'],
  ['a killed service', made({ exitCode: null }), 'violated'],
];

for (const [what, one, verdict] of VERDICTS) {
  test(`${what}: ${verdict}`, () => {
    assert.is(one.verdict, verdict);
    assert.is(judgeChaos({ runs: [made(), one], unavailable: [], partial: false }), verdict);
  });
}

test('the text has the answer first, then the faults, the outcomes and the count', () => {
  const result = { runs: [made()], unavailable: ['no threads here'], partial: false };
  assertGolden('chaos-pool.txt', `${formatChaos(result, 'atomic', NO_COLORS).join('\n')}\n`);
});

test('an unexplained request is named, with its time and its error', () => {
  const unexplained = Array.from({ length: 7 }, () => UNANSWERED);
  const result = { runs: [made({ unexplained })], unavailable: [], partial: true };
  const lines = formatChaos(result, 'atomic', NO_COLORS);
  assert.is(lines[0], 'unknown: no conclusion: atomic in pool');
  assert.is(lines[1], 'interrupted: this is partial');
  const text = lines.join('\n');
  assert.match(text, /9 unknown \(2 of /);
  assert.match(text, /TX00007 .* 3, 2,000 to 2,800 ms: /);
  assert.match(text, /and 2 more /);
});

test.run();
