// The self-test: its plan, its judgement on a checker that misses faults and on one that raises false
// alarms, its text and its JSON; and a small part of it against real services.

import * as assert from 'uvu/assert';
import { type SelfTestTools, selfTest } from '../../src/commands/check.js';
import {
  checkService,
  computeRunSeed,
  planSelfTest,
  type RunFindings,
  SELF_TEST_DEFAULTS,
  type SelfTestFlags,
} from '../../src/self-test/run.js';
import { unavailable } from '../../src/topologies/topology.js';
import { assertGolden } from '../support/golden.js';
import { suite } from '../support/suite.js';

const test = suite('check --self-test');
test.timeout(60_000);

const ONE: SelfTestFlags = { ...SELF_TEST_DEFAULTS, seeds: 1, topology: 'pool' };

const SOUND: RunFindings = {
  caughtWithin: null,
  verdict: 'ok',
  answer: 'all counted',
  failures: {},
  evidence: [],
  requests: 2_000,
  reads: 100,
  callers: 16,
  durationMs: 1,
  exitCode: 0,
};

const CAUGHT: RunFindings = {
  ...SOUND,
  caughtWithin: 10_000,
  verdict: 'violated',
  answer: '3 lost',
  failures: { 'duplicate-ticket': 3 },
  evidence: ['add 3 and add 4'],
  requests: 10_000,
};

/** A checker that is right, except for the tallies given. */
function checkerThat(wrong: Partial<Record<string, Partial<RunFindings>>>): SelfTestTools['check'] {
  return async ({ tally, expected }) => {
    return { ...(expected === 'ok' ? SOUND : CAUGHT), ...wrong[tally] };
  };
}

async function run(tools: Pick<SelfTestTools, 'check'>, flags: Partial<SelfTestFlags> = {}) {
  let text = '';
  const write = (more: string) => {
    text += more;
  };
  return { code: await selfTest({ ...ONE, ...flags }, { ...tools, write }), text };
}

test('every tally is planned in every topology that can be had, once for each seed', () => {
  const { combinations, runs, unavailable: missing } = planSelfTest({ seeds: 3, seed: 5 });
  const topologies = 5 - missing.length;
  assert.is(combinations.length, 10 * topologies);
  assert.is(runs.length, 3 * combinations.length);
  assert.equal([...new Set(runs.map(({ seed }) => seed))], [5, 6, 7]);
  const names = new Set(runs.map(({ tally, topology, seed }) => `${tally} ${topology} ${seed}`));
  assert.is(names.size, runs.length);
});

test('the seed decides the order, and a run has its own whatever is run beside it', () => {
  const order = (seed: number) =>
    planSelfTest({ seeds: 1, seed }).runs.map(({ tally, topology }) => `${tally} ${topology}`);
  assert.equal(order(1), order(1));
  assert.not.equal(order(1), order(2));
  const [alone] = planSelfTest({ seeds: 1, seed: 9, topology: 'pool', tally: 'racy' }).runs;
  const all = planSelfTest({ seeds: 20, seed: 1 }).runs;
  const same = all.find((one) => {
    return one.seed === 9 && one.topology === 'pool' && one.tally === 'racy';
  });
  assert.ok(alone && same);
  assert.is(computeRunSeed(alone), computeRunSeed(same));
  assert.is(new Set(all.map(computeRunSeed)).size, all.length);
});

test('a topology that cannot run is named with its reason, and is not counted', async () => {
  const { code, text } = await run({ check: checkerThat({}) }, { topology: 'threads' });
  const reason = unavailable('threads');
  assert.is(text.includes('not tested: '), reason !== undefined);
  assert.is(code, reason === undefined ? 0 : 2);
});

test('a checker that is right: exit code 0, and a table of what it caught', async () => {
  const { code, text } = await run({ check: checkerThat({}) });
  assert.is(code, 0);
  assertGolden('self-test-pool.txt', text);
});

test('where a fault cannot show, its run must pass, and it says why', async () => {
  const { code, text } = await run({ check: checkerThat({}) }, {
    topology: 'inline' as 'pool',
    tally: 'racy',
  } as object);
  assert.is(code, 0);
  assert.match(text, /racy {3}1\/1 passed \*/);
  assert.match(text, /cannot show there:\nracy {2}inline {2}\w/);
});

const WRONG: readonly (readonly [string, Record<string, Partial<RunFindings>>, RegExp])[] = [
  ['misses a fault', { racy: SOUND }, /^violated: 1 missed, 0 false alarms/],
  ['raises a false alarm', { mutex: CAUGHT }, /^violated: 0 missed, 1 false alarm\n/],
  ['doubts a correct tally', { owner: { verdict: 'unknown' } }, /0 missed, 1 false alarm/],
  ['doubts a fault', { stale: { verdict: 'unknown' } }, /1 missed, 0 false alarms/],
  ['sees a disorderly end', { atomic: { exitCode: 1 } }, /1 false alarm/],
];

for (const [what, wrong, first] of WRONG) {
  test(`a checker that ${what}: exit code 1, and how to run it again`, async () => {
    const { code, text } = await run({ check: checkerThat(wrong) });
    assert.is(code, 1);
    assert.match(text, first);
    const [tally] = Object.keys(wrong);
    assert.match(text, new RegExp(`again: .* --seed 1 --topology pool --tally ${tally}\n`));
    assert.match(text, new RegExp(`(missed|false alarm): ${tally} in pool, seed 1: `));
  });
}

test('a run that fails is no success: missed, or a false alarm, with its message', async () => {
  const { code, text } = await run({
    check: async () => {
      throw new Error('no memory');
    },
  });
  assert.is(code, 1);
  assert.match(text, /^violated: 6 missed, 4 false alarms/);
  assert.match(text, /the run failed: no memory/);
});

test('Ctrl-C: what was done is printed, marked partial; exit code 2', async () => {
  let attempts = 0;
  const right = checkerThat({});
  const { code, text } = await run({
    check: (...given) => {
      attempts += 1;
      if (attempts === 4) process.emit('SIGINT', 'SIGINT');
      return right(...given);
    },
  });
  assert.is(code, 2);
  assert.is(attempts, 4);
  assert.match(text, /^unknown: 0 missed, 0 false alarms/);
  assert.match(text, /interrupted: .* 3 of 10 runs/);
});

test('--json: one object with every run', async () => {
  const found = await run({ check: checkerThat({ racy: SOUND }) }, { json: true });
  assert.is(found.code, 1);
  const { verdict, missed, falseAlarms, caught, passed, planned, runs } = JSON.parse(found.text);
  assert.equal(
    { verdict, missed, falseAlarms, caught, passed, planned },
    { verdict: 'violated', missed: 1, falseAlarms: 0, caught: 5, passed: 4, planned: 10 },
  );
  assert.ok(Array.isArray(runs) && runs.length === 10);
});

for (const [tally, word, topology] of [
  ['double', 'caught', 'inline'],
  ['local', 'caught', 'cluster'],
  ['atomic', 'passed', 'batched'],
  ['racy', 'passed', 'inline'],
] as const) {
  test(`for real: ${tally} in ${topology} is ${word}`, async () => {
    const { code, text } = await run({ check: checkService }, { topology, tally, requests: 300 });
    assert.is(code, 0, text);
    assert.match(text, new RegExp(`${tally} +1/1 ${word}`));
  });
}

test.run();
