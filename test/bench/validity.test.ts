// When a benchmark run counts: each reason to discard it is tripped by a seeded fault, and a sound run
// trips none. Little's law is also checked on simulated and on real loads.

import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { startClosedLoop, startOpenLoop } from '../../bench/load/generator.js';
import { BODY, EXPECT } from '../../bench/load/transaction.js';
import { startMachineProbe } from '../../bench/runner/machine-probe.js';
import { describeClosedLoop, summarizeLoad, summarizeOpenLoad } from '../../bench/runner/measure.js';
import { PLAN_DEFAULTS, PLAN_SMOKE } from '../../bench/runner/plan.js';
import {
  checkAdds,
  checkLedger,
  checkLittlesLaw,
  checkOpenLoop,
  checkProbeTimes,
  LEVEL,
  type Ledger,
  type LittleTerms,
  noteSaturation,
  type OpenLoopCourse,
  type ProbeTimes,
  type ThreadAdds,
} from '../../bench/runner/validity.js';
import { answer, everyTenth, loadOnce, right, withSeededServer } from '../fixtures/load/seeded-server.js';
import { suite } from '../support/suite.js';

const { limits: LIMITS } = PLAN_DEFAULTS;
const { limits: NONE } = PLAN_SMOKE;
const CONNECTIONS = 64;

const test = suite('bench: validity');

type Cases<T> = Readonly<Record<string, readonly [change: Partial<T>, says?: RegExp]>>;

/** Each case changes the sound run; without words the changed run still counts. */
function testCases<T>(what: string, sound: T, check: (one: T) => string | undefined, cases: Cases<T>) {
  for (const [title, [change, says]] of Object.entries(cases)) {
    test(`${what}: ${title}: ${says === undefined ? 'valid' : 'discarded, and the reason is given'}`, () => {
      const reason = check({ ...sound, ...change });
      if (says === undefined) assert.is(reason, undefined);
      else assert.match(reason ?? 'valid', says);
    });
  }
}

const counts = { ok: 1_000, counted: 1_000, connections: CONNECTIONS };
const LEDGER: Ledger = { level: LEVEL, wrong: 0, failed: 0, fault: undefined, ...counts };
testCases('ledger', LEDGER, checkLedger, {
  'every answer was counted': [{}],
  'requests cut off at the end may have been counted': [{ counted: 1_000 + 2 * CONNECTIONS }],
  'a server that counts nothing loses no counts': [{ counted: undefined }],
  'another scorer may be expected to give another level': [{ expected: 'LOW', level: 'LOW' }],
  'another level than the expected one': [{ expected: 'LOW' }, /wrong answer: CRITICAL/],
  'any level may be expected': [{ expected: 'any', level: 'HIGH' }],
  'no level, where any is expected': [{ expected: 'any', level: undefined }, /wrong answer/],
  'a wrong answer at first': [{ level: 'LOW' }, /wrong answer: LOW/],
  'a wrong answer later': [{ wrong: 1 }, /1 wrong answers/],
  'a failed request': [{ failed: 1, fault: 'status 500' }, /failed: status 500/],
  'no answer at all': [{ ok: 0, counted: 0 }, /nothing was answered/],
  'one lost count': [{ counted: 999 }, /1 .* not counted/],
  'one count too many': [{ counted: 1_001 + 2 * CONNECTIONS }, /counted without an answer/],
});

const CROWD: LittleTerms = { inFlight: 10, perSecond: 100, meanMs: 100, edge: 0 };
const OPEN: OpenLoopCourse = { due: 100, ended: 100, latenessP99Ms: 1, cpuShare: 0.5, terms: CROWD };
testCases('open loop', OPEN, (course) => checkOpenLoop(course, LIMITS), {
  'everything started in time': [{}],
  'a request that never ended': [{ ended: 99 }, /99 of 100 requests/],
  'a late generator': [{ latenessP99Ms: 51 }, /was late/],
  'a saturated generator': [{ cpuShare: 0.99 }, /saturated: 99 %/],
  'a clock that stops': [{ terms: { ...CROWD, meanMs: 50 } }, /10\.0 in flight, .* says 5\.0/],
});

const BROKEN = /Little's law .* 64\.0 in/;
const CLOSED: LittleTerms = { inFlight: 64, perSecond: 6_400, meanMs: 10, edge: 0.01 };
testCases("Little's law", CLOSED, (terms) => checkLittlesLaw(terms, LIMITS), {
  'a closed loop': [{}],
  'latencies in whole milliseconds that read 0': [{ meanMs: 0 }, BROKEN],
  'latencies from the intended start': [{ meanMs: 12 }, BROKEN],
  'a wait that is left out': [{ meanMs: 8 }, BROKEN],
  'a rate that counts answers twice': [{ perSecond: 12_800 }, BROKEN],
  'connections that stood idle': [{ perSecond: 3_200 }, BROKEN],
  'no latency at all': [{ meanMs: Number.NaN }, BROKEN],
});

const QUIET: ProbeTimes = { beforeMs: 11, afterMs: 12, bestMs: 10 };
const BUSY: Cases<ProbeTimes> = {
  'a busy machine': [{ beforeMs: 19, afterMs: 18 }, /before .* 1\.9 times/],
  'one that became busy': [{ afterMs: 23 }, /busy: .* after .* 2\.3 /],
  'one that got quieter': [{ beforeMs: 14.5, afterMs: 10, bestMs: 10 }, /changed: .* before the run/],
};
const checkProbe = (times: ProbeTimes) => checkProbeTimes(times, LIMITS);
testCases('machine probe', QUIET, checkProbe, { 'as quick as at its best': [{}], ...BUSY });
const bearable = Object.entries(BUSY).map(([title, [change]]) => [title, [change]] as const);
testCases('smoke', QUIET, (times) => checkProbeTimes(times, NONE), Object.fromEntries(bearable));

const adds = { added: 1_000, counted: 1_000, isCorrect: true, togetherShare: 0.9 };
testCases('adds', { threads: 2, ...adds } as ThreadAdds, (adding) => checkAdds(adding, LIMITS), {
  'a correct tally that lost nothing': [{}],
  'a seeded fault that lost some': [{ isCorrect: false, counted: 600 }],
  'a seeded fault that happened to lose none': [{ isCorrect: false }],
  'one thread, which meets no other': [{ threads: 1, togetherShare: 0 }],
  'a correct tally that lost one': [{ counted: 999 }, /^1 of 1000 adds were lost/],
  'a count without an add': [{ counted: 1_001 }, /^1 counted without an add/],
  'one too many of a seeded fault': [{ isCorrect: false, counted: 1_001 }, /without an add/],
  'threads that hardly met': [{ togetherShare: 0.29 }, /at the same time for 29 % only/],
});

test('a closed loop obeys the law, whatever is cut off at its end', () => {
  const service = fc.record({ us: fc.integer({ min: 20, max: 20_000 }), jitter: fc.nat(90) });
  fc.assert(
    fc.property(service, fc.nat(), ({ us, jitter }, seed) => {
      const crowd = simulate(us, jitter / 100, seed);
      assert.is(checkLittlesLaw(crowd, LIMITS), undefined, JSON.stringify(crowd));
    }),
    { numRuns: 50 },
  );
});

/** 64 callers at one server, first come first served, for two seconds; cut off at the end. */
function simulate(meanUs: number, jitter: number, seed: number): LittleTerms {
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

/** What a closed loop of one second recorded. */
function makeLoad(meanMs: number, cpuShare: number, perSecond = 8_000) {
  const latency = { samples: 8_000, meanMs, p50Ms: 2, p99Ms: 9, p999Ms: 9, maxMs: 1 };
  return { ok: 8_000, wrong: 0, failed: 0, seconds: 1, perSecond, latency, cpuShare };
}

test('over one connection the time of the generator is no fault, over many it counts', () => {
  const check = (load: ReturnType<typeof makeLoad>, connections: number) =>
    checkLittlesLaw(describeClosedLoop(load, connections), LIMITS) ?? 'valid';
  assert.is(check(makeLoad(0.1, 0.2), 1), 'valid');
  assert.match(check(makeLoad(0.1, 0.01), 1), /1\.0 in flight, .* says 0\.8/);
  assert.match(check(makeLoad(0.1, 0.2, 8_000 * 64), 64), /64\.0 in flight/);
  assert.is(check(makeLoad(1, 0.9), 8), 'valid');
  assert.match(check(makeLoad(1, 0.9), 16), /16\.0 in flight/, '8 connections, declared as 16');
});

const { signal } = new AbortController();

test('a real closed loop obeys it', async () => {
  const load = await withSeededServer(right, ({ url }) => {
    const job = { url, body: BODY, expect: EXPECT, connections: 8, until: { seconds: 0.3 } };
    return loadOnce(startClosedLoop('raw', signal), job);
  });
  const loose = { ...LIMITS, littleErrorMax: 0.3 }; // other tests run beside it
  assert.is(checkLittlesLaw(describeClosedLoop(load, 8), loose), undefined);
});

test('a real open loop obeys it exactly, refusals included, as nothing is cut off', async () => {
  const refusing = everyTenth((response) => answer(response, 503, '{}'));
  const load = await withSeededServer(refusing, ({ url }) => {
    const rate = { perSecond: 1_000, seconds: 0.2, connections: 8, opener: null };
    return loadOnce(startOpenLoop(signal), { url, body: BODY, expect: EXPECT, ...rate });
  });
  const { terms } = summarizeOpenLoad(load);
  assert.equal([load.service.samples, load.shed], [180, 20]);
  assert.is(checkLittlesLaw(terms, { ...LIMITS, littleErrorMax: 0.02 }), undefined);
  assert.match(checkLittlesLaw({ ...terms, meanMs: 2 * terms.meanMs }, LIMITS) ?? 'valid', /broken/);
});

test('the fixed work takes time on every core, and its best is the best', async () => {
  const probe = await startMachineProbe(2);
  try {
    const times = [await probe.measureMs(), await probe.measureMs(), await probe.measureMs()];
    assert.ok(Math.min(...times) > 0 && probe.bestMs() <= Math.min(...times));
  } finally {
    await probe.close();
  }
});

test('a closed loop whose generator was the limit gets a note, another none', () => {
  assert.match(noteSaturation(0.96, LIMITS) ?? 'none', /the limit: .* 95 % of/);
  assert.equal([noteSaturation(0.9, LIMITS), noteSaturation(1.2, NONE)], [undefined, undefined]);
});

test('what a closed loop records becomes values, the mean included', () => {
  const { values, unknown } = summarizeLoad(makeLoad(3, 0.4, 1_000), LIMITS);
  assert.equal(values, { perSecond: 1_000, meanMs: 3, p50Ms: 2, p99Ms: 9, generatorCpu: 0.4 });
  assert.equal(unknown, {});
});

test.run();
