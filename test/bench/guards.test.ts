// The guards of a run's measurements: Little's law, a busy machine, a generator that was the limit. Each is
// tripped by a planted fault and silent on its sound twin; what needs a real load has one.

import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { type Load, startClosedLoop, startOpenLoop } from '../../bench/load/generator.js';
import { BODY, EXPECT } from '../../bench/load/transaction.js';
import { startMachineProbe } from '../../bench/runner/machine-probe.js';
import { describeClosedLoop, summarizeLoad, summarizeOpenLoad } from '../../bench/runner/measure.js';
import { PLAN_DEFAULTS, PLAN_SMOKE } from '../../bench/runner/plan.js';
import {
  checkLittlesLaw,
  checkProbeTimes,
  type LittleTerms,
  noteSaturation,
} from '../../bench/runner/validity.js';
import { answer, everyTenth, plant, right } from '../fixtures/load/seeded-server.js';
import { suite } from '../support/suite.js';

const { limits: LIMITS } = PLAN_DEFAULTS;
const { limits: NONE } = PLAN_SMOKE;

const test = suite('bench: guards');

const CLOSED: LittleTerms = { inFlight: 64, perSecond: 6_400, meanMs: 10, edge: 0.01 };

const BROKEN: readonly (readonly [string, Partial<LittleTerms>])[] = [
  ['latencies in whole milliseconds that read 0', { meanMs: 0 }],
  ['latencies from the intended start', { meanMs: 12 }],
  ['a wait that is left out', { meanMs: 8 }],
  ['a rate that counts answers twice', { perSecond: 12_800 }],
  ['connections that stood idle', { perSecond: 3_200 }],
  ['no latency at all', { meanMs: Number.NaN }],
];

for (const [fault, change] of BROKEN) {
  test(`planted: ${fault} breaks Little's law`, () => {
    const reason = checkLittlesLaw({ ...CLOSED, ...change }, LIMITS);
    assert.match(reason ?? 'valid', /Little's law .* 64\.0 in/);
  });
}

test('a closed loop obeys the law, whatever is cut off at its end', () => {
  assert.is(checkLittlesLaw(CLOSED, LIMITS), undefined);
  const service = fc.record({ us: fc.integer({ min: 20, max: 20_000 }), jitter: fc.nat(90) });
  fc.assert(
    fc.property(service, fc.nat(), ({ us, jitter }, seed) => {
      const crowd = simulated(us, jitter / 100, seed);
      assert.is(checkLittlesLaw(crowd, LIMITS), undefined, JSON.stringify(crowd));
    }),
    { numRuns: 50 },
  );
});

/** 64 callers at one server, first come first served, for two seconds; cut off at the end. */
function simulated(meanUs: number, jitter: number, seed: number): LittleTerms {
  const waiting = new Array<number>(64).fill(0); // when each request was sent
  const latencies: number[] = [];
  for (let now = 0, turn = 0; ; turn++) {
    const chance = ((turn * 7_919 + seed) % 1_000) / 1_000; // even enough
    now += (meanUs / 1_000) * (1 + jitter * (2 * chance - 1));
    if (now >= 2_000) break;
    latencies.push(now - (waiting.shift() ?? 0));
    waiting.push(now);
  }
  const meanMs = latencies.reduce((sum, ms) => sum + ms, 0) / latencies.length;
  const maxMs = Math.max(...latencies);
  return { inFlight: 64, perSecond: latencies.length / 2, meanMs, edge: maxMs / 2_000 };
}

async function closedLoad(connections: number): Promise<Load> {
  const server = await plant(right);
  const generator = startClosedLoop('raw', new AbortController().signal);
  try {
    const until = { seconds: 0.3 };
    return await generator.load({ url: server.url, body: BODY, expect: EXPECT, connections, until });
  } finally {
    generator.close();
    await server.close();
  }
}

test('over one connection the time of the generator is no fault, over many it counts', () => {
  const latency = { samples: 8_000, meanMs: 0.1, p50Ms: 0.1, p99Ms: 0.1, p999Ms: 0.1, maxMs: 1 };
  const load = { ok: 8_000, wrong: 0, failed: 0, seconds: 1, perSecond: 8_000, latency };
  const busy = { ...load, cpuShare: 0.2 };
  assert.is(checkLittlesLaw(describeClosedLoop(busy, 1), LIMITS), undefined);
  const idle = describeClosedLoop({ ...load, cpuShare: 0.01 }, 1);
  assert.match(checkLittlesLaw(idle, LIMITS) ?? 'valid', /1\.0 in flight, .* says 0\.8/);
  const many = describeClosedLoop({ ...busy, perSecond: 8_000 * 64 }, 64);
  assert.match(checkLittlesLaw(many, LIMITS) ?? 'valid', /64\.0 in flight/);
});

test('a real closed loop obeys it; planted: one of 8, when 16 were said to be open', async () => {
  const loose = { ...LIMITS, littleErrorMax: 0.3 }; // other tests run beside it
  assert.is(checkLittlesLaw(describeClosedLoop(await closedLoad(8), 8), loose), undefined);
  const latency = { samples: 8_000, meanMs: 1, p50Ms: 1, p99Ms: 1, p999Ms: 2, maxMs: 2 };
  const load = { ok: 8_000, wrong: 0, failed: 0, seconds: 1, perSecond: 8_000, latency };
  const busy = { ...load, cpuShare: 0.9 };
  assert.is(checkLittlesLaw(describeClosedLoop(busy, 8), loose), undefined);
  assert.match(checkLittlesLaw(describeClosedLoop(busy, 16), loose) ?? 'valid', /16\.0 in flight/);
});

test('a real open loop obeys it exactly, refusals included, as nothing is cut off', async () => {
  const server = await plant(everyTenth((response) => answer(response, 503, '{}')));
  const generator = startOpenLoop(new AbortController().signal);
  try {
    const rate = { perSecond: 1_000, seconds: 0.2, connections: 8, opener: null };
    const load = await generator.load({ url: server.url, body: BODY, expect: EXPECT, ...rate });
    const { terms } = summarizeOpenLoad(load);
    assert.equal([load.service.samples, load.shed], [180, 20]);
    assert.is(checkLittlesLaw(terms, { ...LIMITS, littleErrorMax: 0.02 }), undefined);
    const longer = { ...terms, meanMs: 2 * terms.meanMs };
    assert.match(checkLittlesLaw(longer, LIMITS) ?? 'valid', /broken/);
  } finally {
    generator.close();
    await server.close();
  }
});

const QUIET = { beforeMs: 11, afterMs: 12, bestMs: 10 };

test('a machine that is as quick as at its best was quiet', () => {
  assert.is(checkProbeTimes(QUIET, LIMITS), undefined);
});

for (const [fault, spins, says] of [
  ['a busy machine', { ...QUIET, beforeMs: 19, afterMs: 18 }, /before .* 1\.9 times/],
  ['one that became busy', { ...QUIET, afterMs: 23 }, /busy: .* after .* 2\.3 /],
  ['one that got quieter', { beforeMs: 14.5, afterMs: 10, bestMs: 10 }, /changed: .* before the run/],
] as const) {
  test(`planted: ${fault} makes a run void, and not a smoke run`, () => {
    assert.match(checkProbeTimes(spins, LIMITS) ?? 'valid', says);
    assert.is(checkProbeTimes(spins, NONE), undefined);
  });
}

test('the fixed work takes time on every core, and its best is the best', async () => {
  const probe = await startMachineProbe(2);
  try {
    const times = [await probe.measureMs(), await probe.measureMs(), await probe.measureMs()];
    assert.ok(Math.min(...times) > 0);
    assert.ok(probe.bestMs() <= Math.min(...times));
  } finally {
    await probe.close();
  }
});

test('a closed loop whose generator was the limit gets a note, another none', () => {
  assert.match(noteSaturation(0.96, LIMITS) ?? 'none', /the limit: .* 95 % of/);
  assert.is(noteSaturation(0.9, LIMITS), undefined);
  assert.is(noteSaturation(1.2, NONE), undefined);
});

test('what a closed loop says becomes values, the mean included', () => {
  const latency = { samples: 2_000, meanMs: 3, p50Ms: 2, p99Ms: 9, p999Ms: 10, maxMs: 11 };
  const load = { ok: 2_000, wrong: 0, failed: 0, seconds: 2, perSecond: 1_000, latency };
  const { values, unknown } = summarizeLoad({ ...load, cpuShare: 0.4 }, LIMITS);
  const [meanMs, p50Ms, p99Ms] = [3, 2, 9];
  assert.equal(values, { perSecond: 1_000, meanMs, p50Ms, p99Ms, generatorCpu: 0.4 });
  assert.equal(unknown, {});
});

test.run();
