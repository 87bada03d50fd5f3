// The table of scenarios and what they compute by themselves: rows that the service has, claims on
// rows that are measured, bounds, versions, words. Pure, but for one answer of the bare server.

import * as assert from 'uvu/assert';
import { parseThreshold } from '../../bench/compare/thresholds.js';
import { BODY } from '../../bench/load/transaction.js';
import { conclude } from '../../bench/report/conclusion.js';
import { formatConclusion } from '../../bench/report/terminal.js';
import { readMetricsText } from '../../bench/runner/anatomy.js';
import { PLAN_DEFAULTS, PLAN_SMOKE } from '../../bench/runner/plan.js';
import { nameVariant, type Sample } from '../../bench/runner/scenario.js';
import { requireSum, startServer } from '../../bench/runner/server.js';
import { renameScenario } from '../../bench/scenarios/former-names.js';
import { waitBoundMs } from '../../bench/scenarios/overload.js';
import { SCENARIO_NAMES, SCENARIOS } from '../../bench/scenarios/scenarios.js';
import { claimsOn, rowName, rows, variant } from '../../bench/scenarios/variants.js';
import { isTopologyName, type Runtime, unavailable } from '../../src/topologies/topology.js';
import { read, runLines, sessionLineOf } from '../fixtures/report/made-results.js';
import { suite } from '../support/suite.js';

const test = suite('bench: scenarios');

for (const name of SCENARIO_NAMES) {
  for (const plan of [PLAN_DEFAULTS, PLAN_SMOKE]) {
    test(`${name}: its rows have names of their own, and it has a claim about them`, () => {
      const variants = SCENARIOS[name].variants(plan);
      assert.is(new Set(variants.map(nameVariant)).size, variants.length);
      assert.ok(claimsOn(variants, SCENARIOS[name].claims(plan)).length > 0);
    });
  }
}

test('a topology that the service does not have makes no row and no claim', () => {
  const known = rows([variant('inline', 0, 0), variant('quantum', 2, 0)]);
  assert.equal(known.map(nameVariant), ['inline + 0 us']);
  const claim = { says: '', metric: 'perSecond', target: undefined } as const;
  const [inline, quantum] = [rowName('inline', 0, 0), rowName('quantum', 2, 0)];
  const claims = [
    { ...claim, of: inline, against: [] },
    { ...claim, of: quantum, against: [inline] },
    { ...claim, of: inline, against: [quantum] },
  ];
  assert.equal(claimsOn(known, claims), claims.slice(0, 1));
});

/** `process` says that it is this Node on this system, while `look` runs. */
function onRuntime<T>({ version, platform }: Runtime, look: () => T): T {
  const own = [process.versions, process.platform] as const;
  Object.defineProperty(process, 'versions', { value: { ...own[0], node: version } });
  Object.defineProperty(process, 'platform', { value: platform });
  try {
    return look();
  } finally {
    Object.defineProperty(process, 'versions', { value: own[0] });
    Object.defineProperty(process, 'platform', { value: own[1] });
  }
}

for (const runtime of [
  { version: '24.0.0', platform: 'darwin' },
  { version: '26.3.0', platform: 'win32' },
  { version: '20.20.2', platform: 'linux' },
]) {
  const name = `${runtime.platform}, Node ${runtime.version}`;
  test(`${name}: no scenario measures a topology that cannot start there`, () => {
    onRuntime(runtime, () => {
      for (const scenario of SCENARIO_NAMES) {
        const planned = SCENARIOS[scenario].variants(PLAN_DEFAULTS);
        const missing = planned.filter(({ topology }) => {
          return isTopologyName(topology) && unavailable(topology) !== undefined;
        });
        assert.equal(missing.map(nameVariant), [], scenario);
      }
      const [[, reason] = []] = SCENARIOS.threads.unavailable?.() ?? [];
      assert.is(reason, unavailable('threads', runtime));
      assert.type(reason, 'string');
    });
  });
}

test('Linux, Node 24: the scenario of threads measures them, and names nothing as unavailable', () => {
  onRuntime({ version: '24.0.0', platform: 'linux' }, () => {
    const topologies = SCENARIOS.threads.variants(PLAN_DEFAULTS).map(({ topology }) => topology);
    assert.equal(topologies, ['threads', 'threads', 'cluster', 'cluster']);
    assert.equal(SCENARIOS.threads.unavailable?.(), []);
  });
});

const FORMER = { thin: 'overhead', exhibit: 'coordinated-omission', callers: 'scalability' };
const MORE_FORMER = { tail: 'latency-under-load', mixed: 'heavy-tail' };

for (const [former, current] of Object.entries({ ...FORMER, ...MORE_FORMER })) {
  test(`${former}, the former name of ${current}, is still read in files and thresholds`, () => {
    assert.is(renameScenario(former), current);
    const lines = runLines(former, [{ variant: 'inline + 0 us', values: { perSecond: 5 } }]);
    const planned = [{ scenario: former, variants: 1, rounds: 7 }];
    const { runs, sessions } = read([sessionLineOf(planned), ...lines]);
    assert.equal([...new Set(runs.map(({ scenario }) => scenario))], [current]);
    assert.is(sessions[0]?.planned[0]?.scenario, current);
    assert.is(parseThreshold(`${former}.inline.p99<=5`).scenario, current);
  });
}

test('any other name of a scenario stays as it is', () => {
  for (const name of [...SCENARIO_NAMES, 'toString', '']) assert.is(renameScenario(name), name);
});

test('an accepted request waits for a full queue and for what is under way', () => {
  assert.is(waitBoundMs(1_000, 2), 64 + 2 * 2 * 4 + 1);
  assert.is(waitBoundMs(2_000, 2), waitBoundMs(1_000, 2) / 2);
  assert.is(waitBoundMs(1_000, 1), 64 + 2 * 4 + 1);
});

test('a metric is summed over its labels, and not mixed with one of a longer name', () => {
  const text = '# TYPE a counter\na{x="1"} 2\na{x="2"} 3\na_total 7\nb 1.5e6\n';
  const reading = readMetricsText(text, 0);
  assert.equal([requireSum(reading, 'a'), requireSum(reading, 'b')], [5, 1.5e6]);
  assert.throws(() => requireSum(reading, 'c'), /has no c/);
});

type NamedScenarios = Parameters<typeof conclude>[0];

function summarize(scenarios: NamedScenarios, samples: readonly Sample[]) {
  const conclusion = conclude(scenarios, samples, PLAN_DEFAULTS);
  return { lines: formatConclusion(conclusion, [], samples), isMissed: conclusion.isMissed };
}

const { isolation } = SCENARIOS;
const [inline = ''] = isolation.variants(PLAN_DEFAULTS).map(nameVariant);
const sample = (round: number, reason?: string): Sample => {
  const row = { variant: inline, topology: 'inline', threads: 0, workUs: 2_000 };
  const place = { scenario: 'isolation', ...row, round, order: 1 };
  return { ...place, values: { healthP99Ms: 200 + round, perSecond: 480 }, discardReason: reason };
};

test('the report has every claim, values with units, and the reason of a void run', () => {
  const samples = [sample(1), sample(2), sample(3, 'a planted reason')];
  const { lines, isMissed } = summarize([['isolation', isolation]], samples);
  const text = lines.join('\n');
  for (const { says } of isolation.claims(PLAN_DEFAULTS)) assert.ok(text.includes(says), says);
  assert.match(text, /n = 2 {2}\/health p99 201\.50 \[201\.00, 202\.00\] ms; answered 480/);
  assert.match(text, /discarded: isolation, round 3: .* DISCARDED: a planted reason/);
  assert.not(isMissed);
});

test('the report says once a variant what is unknown and noted, and NaN moves no median', () => {
  const few = { unknown: { healthP99Ms: 'p99 of 3 samples' }, notes: ['a planted note'] };
  const nan = (round: number) => {
    const one = sample(round);
    return { ...one, ...few, values: { ...one.values, healthP99Ms: Number.NaN } };
  };
  const spoiled = { ...sample(3), discardReason: 'a planted busy machine' };
  const samples = [nan(1), nan(2), { ...sample(3), earlier: [spoiled, spoiled] }];
  const { lines } = summarize([['isolation', isolation]], samples);
  const text = lines.join('\n');
  assert.match(text, /n = 3 {2}\/health p99 203\.00 ms; answered 480/);
  const of = 'isolation: inline + 2000 us';
  assert.ok(text.includes(`/health p99 unknown: ${of}: p99 of 3 samples (and so in 2 runs)`), text);
  assert.ok(text.includes(`note: ${of}: a planted note (and so in 2 runs)`), text);
  assert.ok(text.includes(`measured again: ${of}: a planted busy machine`), text);
});

test('what the server says of itself stands in a table of its own', () => {
  const row = { variant: 'pool x2 + 0 us', topology: 'pool', threads: 2, workUs: 0 };
  const inside = (round: number, totalMeanMs: number): Sample => {
    const values = { perSecond: 9_000, totalMeanMs, totalP99Ms: 8, queueMeanMs: 1, gcSeconds: 0.5 };
    return { scenario: 'dispatch', ...row, round, order: 1, values, discardReason: undefined };
  };
  const samples = [inside(1, 2), inside(2, 4)];
  const scenarios = [['dispatch', SCENARIOS.dispatch]] as const;
  const { lines } = summarize(scenarios, samples);
  assert.ok(lines.includes('dispatch: pool x2 + 0 us  n = 2  answered 9000 [9000, 9000] /s'));
  const own = lines.find((line) => line.includes('/ 8.000')) ?? '';
  const cells = own.split(/ {2,}/);
  assert.equal(cells.slice(0, 2), ['dispatch: pool x2 + 0 us', '1.000 / -']);
  assert.ok(own.includes('3.000 / 8.000') && cells.includes('0.500'), own);
});

test('what cannot be had here is said with the reason', () => {
  const none = { ...isolation, variants: () => [], claims: () => [] };
  const old = { ...none, unavailable: () => [['a', 'this Node is old'] as const] };
  const { lines } = summarize([['x', old]], []);
  assert.match(lines.join('\n'), /unavailable: x: a: this Node is old/);
});

test('the bare server answers byte for byte what the service answers', async () => {
  const answers: string[] = [];
  for (const topology of ['bare', 'inline'] as const) {
    const server = await startServer({ topology, threads: 0, workUs: 0, flags: [] });
    try {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${server.url}/score`, { method: 'POST', headers, body: BODY });
      const type = answer.headers.get('content-type');
      answers.push(`${answer.status} ${type} ${await answer.text()}`);
      assert.is(await server.counted(), topology === 'bare' ? undefined : 1);
    } finally {
      await server.stop();
    }
  }
  const [bare, service] = answers;
  assert.is(bare, service);
});

test.run();
