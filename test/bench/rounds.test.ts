// The order of measuring, with a made-up scenario and machine: each run is between two probes, and a
// seeded slow probe discards it. Nothing is started.

import * as assert from 'uvu/assert';
import type { MachineProbe } from '../../bench/runner/machine-probe.js';
import { PLAN_DEFAULTS, PLAN_SMOKE, type Plan } from '../../bench/runner/plan.js';
import type { Measurement, Sample, Scenario } from '../../bench/runner/scenario.js';
import { measureAll } from '../../bench/runner/session.js';
import { rows, variant } from '../../bench/scenarios/variants.js';
import { suite } from '../support/suite.js';

const test = suite('bench: rounds');

const SOUND: Measurement = { values: { perSecond: 1 }, discardReason: undefined };

function scenario(happens: string[], measured = SOUND): Scenario {
  return {
    about: '',
    isDefault: false,
    roundsMax: { full: 2 },
    variants: () => rows([variant('inline', 0, 0), variant('pool', 2, 0)]),
    claims: () => [],
    async measure(_row, _context, round) {
      happens.push(`run of round ${round}`);
      return measured;
    },
  };
}

/** Times one after the other, the last one from then on. */
function machine(happens: string[], timesMs: readonly number[]): MachineProbe {
  let turn = 0;
  return {
    async measureMs() {
      happens.push('probe');
      return timesMs[Math.min(turn++, timesMs.length - 1)] ?? 0;
    },
    bestMs: () => 10,
    async rest() {
      happens.push('rest');
    },
    async close() {},
  };
}

async function measureRuns(timesMs: readonly number[], plan: Plan, measured = SOUND) {
  const happens: string[] = [];
  const samples: Sample[] = [];
  const context = { plan, signal: new AbortController().signal, tell: () => {} };
  const probe = machine(happens, timesMs);
  await measureAll([['f', scenario(happens, measured)]], context, probe, (one) => {
    samples.push(one);
  });
  return { happens, samples };
}

test('every run of a quiet machine counts, and its line has the times around it', async () => {
  const { happens, samples } = await measureRuns([11], PLAN_DEFAULTS);
  const around = (round: number) => ['probe', `run of round ${round}`, 'probe'];
  assert.equal(happens, [1, 1, 2, 2].flatMap(around));
  assert.equal([samples.length, samples.every((one) => one.discardReason === undefined)], [4, true]);
  assert.equal(samples[0]?.spins, { beforeMs: 11, afterMs: 11, bestMs: 10 });
});

test('planted: work that took 1.9 times its best spoils that run: it is made again', async () => {
  const { samples, happens } = await measureRuns([11, 11, 11, 19, 11], PLAN_DEFAULTS);
  assert.is(happens.filter((one) => one.startsWith('run')).length, 4 + 1);
  assert.ok(samples.every(({ discardReason }) => discardReason === undefined));
  const earlier = samples.map((one) => one.earlier?.map((attempt) => attempt.discardReason));
  assert.match(earlier[1]?.[0] ?? '', /after .* 1\.9 times/);
  assert.equal(samples[1]?.earlier?.[0]?.values, SOUND.values);
  assert.equal([earlier[0], ...earlier.slice(2)], [undefined, undefined, undefined]);
});

test('planted: busy after every attempt, of which there are three: the run is void', async () => {
  const [quiet, busy] = [11, 19];
  const { samples, happens } = await measureRuns(
    [quiet, quiet, ...Array.from({ length: 3 }, () => [quiet, busy]).flat(), quiet],
    PLAN_DEFAULTS,
  );
  const [first, second, ...rest] = samples.map((one) => one.discardReason);
  assert.match(second ?? 'valid', /busy: .* after .* 1\.9 /);
  assert.equal([first, ...rest], [undefined, undefined, undefined]);
  assert.is(samples[1]?.earlier?.length, 2);
  assert.is(happens.filter((one) => one.startsWith('run')).length, 4 + 2);
});

test('planted: on a busy machine a run waits until it is quiet, and not for ever', async () => {
  const { happens } = await measureRuns([30, 30, 30, 11], PLAN_DEFAULTS);
  const waits = ['probe', 'rest', 'probe', 'rest', 'probe', 'rest', 'probe', 'run of round 1'];
  assert.equal(happens.slice(0, waits.length), waits);
  const never = await measureRuns([30], PLAN_DEFAULTS);
  assert.match(never.samples[0]?.discardReason ?? 'valid', /busy: .* took 3\.0 times/);
});

test('planted: where three runs in a row were spoiled, the next takes no more time', async () => {
  const { happens, samples } = await measureRuns([30], PLAN_DEFAULTS);
  const attempts = samples.map(({ earlier = [] }) => earlier.length + 1);
  assert.equal(attempts, [3, 3, 3, 1]);
  assert.equal(happens.slice(-3), ['probe', 'run of round 2', 'probe']);
});

test('and once it is quiet again, a run that is spoiled is made again as before', async () => {
  const looks = 3 * 3 * (20 + 1); // three runs of three attempts, with the looks before each
  const busy = Array.from({ length: looks }, () => 30);
  const { samples } = await measureRuns([...busy, 11, 30, 11], PLAN_DEFAULTS);
  const [last] = samples.slice(-1);
  assert.equal([last?.discardReason, last?.earlier?.length], [undefined, 1]);
});

test('a run that is void for a reason of its own keeps it, on a busy machine too', async () => {
  const bad = { ...SOUND, discardReason: '3 wrong answers' };
  const { samples } = await measureRuns([30], PLAN_DEFAULTS, bad);
  assert.equal([...new Set(samples.map((one) => one.discardReason))], ['3 wrong answers']);
});

test('each run is said before it begins, with its round and its place in it', async () => {
  const happens: string[] = [];
  const context = { plan: PLAN_DEFAULTS, signal: new AbortController().signal, tell: () => {} };
  const probe = machine([], [11]);
  await measureAll(
    [['f', scenario(happens)]],
    context,
    probe,
    () => happens.push('sample'),
    (at) => happens.push(`${at.scenario}: ${at.round} of ${at.rounds}, ${at.order}`),
  );
  const run = (round: number, order: number) => [
    `f: ${round} of 2, ${order}`,
    `run of round ${round}`,
    'sample',
  ];
  assert.equal(happens, [...run(1, 1), ...run(1, 2), ...run(2, 1), ...run(2, 2)]);
});

test('a smoke run counts on any machine', async () => {
  const { samples } = await measureRuns([90, 11], PLAN_SMOKE);
  assert.equal([...new Set(samples.map((one) => one.discardReason))], [undefined]);
});

test.run();
