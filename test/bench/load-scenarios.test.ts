// What `callers`, `payload` and `tail` compute by themselves: the curves that are fitted, and what
// is said of them; bodies of exactly the size that their row names, and answers that are checked.
// No load.

import * as assert from 'uvu/assert';
import { summarize } from '../../bench/report/summary.js';
import { explainMissingPeak } from '../../bench/runner/measure.js';
import { PLAN_DEFAULTS, PLAN_SMOKE } from '../../bench/runner/plan.js';
import { nameVariant, type Sample } from '../../bench/runner/scenario.js';
import { classifyScore, startServer } from '../../bench/runner/server.js';
import { postOf } from '../../bench/scenarios/payload.js';
import { SCENARIOS } from '../../bench/scenarios/scenarios.js';
import { throughput } from '../../bench/stats/usl.js';
import { random } from '../../src/checker/random.js';
import { suite } from '../support/suite.js';
import { answer, plant } from './planted-server.js';

const test = suite('bench: load scenarios');

const { callers, payload, tail } = SCENARIOS;
const LAW = { lambda: 1_000, sigma: 0.05, kappa: 0.000_2 };

function samplesOf(rounds: number, change: (sample: Sample) => Sample = (one) => one): Sample[] {
  const next = random(3);
  return Array.from({ length: rounds }, (_, at) => at + 1).flatMap((round) =>
    callers.variants(PLAN_DEFAULTS).map((row) => {
      const { topology, threads, workUs, at } = row;
      const perSecond = throughput(LAW, at?.value ?? 0) * (0.98 + 0.04 * next());
      const place = {
        scenario: 'callers',
        variant: nameVariant(row),
        topology,
        threads,
        workUs,
        round,
      };
      const values = { perSecond, generatorCpu: 0.5 };
      const where = at === undefined ? {} : { at };
      return change({ ...place, ...where, order: 1, values, discardReason: undefined });
    }),
  );
}

const said = (samples: readonly Sample[]) =>
  callers.summary?.(samples, PLAN_DEFAULTS, random(1)) ?? [];

test('callers: every curve is fitted by itself, with intervals, rounds and its peak', () => {
  const lines = said(samplesOf(7));
  assert.is(lines.length, 8);
  for (const name of ['inline + 0 us', 'batched x2 + 500 us']) {
    const [law = '', peak = ''] = lines.filter((line) => line.startsWith(`${name}: `));
    assert.match(law, /lambda \d+ \[\d+, \d+\] \/s, sigma 0\.0\S+ \[.*\], kappa 0\.000\S+ \[/);
    assert.match(law, /n = 7 rounds over 9 numbers of connections; R2 [01]\.\d+, off by at most/);
    assert.match(peak, /peak at (6|7)\d \[\d+, \d+\] connections, \d+ \/s by the law$/);
  }
});

test('callers: a void run is not fitted, and a saturated one is left out and said', () => {
  const isAt = ({ at, workUs, topology }: Sample, value: number) =>
    at?.value === value && workUs === 0 && topology === 'inline';
  const lines = said(
    samplesOf(7, (one) => {
      if (isAt(one, 8))
        return { ...one, values: { perSecond: 1, generatorCpu: 0.1 }, discardReason: 'x' };
      return isAt(one, 32) ? { ...one, values: { ...one.values, generatorCpu: 0.99 } } : one;
    }),
  ).filter((line) => line.startsWith('inline + 0 us: '));
  assert.match(lines[0] ?? '', /over 7 numbers of connections/);
  assert.match(lines[2] ?? '', /left out: 32 connections: in 7 of 7 runs the generator took/);
  assert.is(lines.length, 3);
});

test('callers: too few rounds are no fit, and the report says so below the verdicts', () => {
  const { lines } = summarize([['callers', callers]], samplesOf(2), PLAN_DEFAULTS, random(1));
  const fits = lines.filter((line) => line.includes('no fit: too few rounds (2)'));
  assert.is(fits.length, 4);
  assert.match(fits[0] ?? '', /^callers: inline \+ 0 us: no fit/);
});

for (const row of payload.variants(PLAN_DEFAULTS)) {
  test(`payload: ${nameVariant(row)}: the body has exactly that size, and only known values`, () => {
    const { path, body, items } = postOf(row.at);
    assert.is(Buffer.byteLength(body), row.at?.value);
    const value: unknown = JSON.parse(body);
    const all = (Array.isArray(value) ? value : [value]) as { amount: number; note: string }[];
    assert.is(all.length, items);
    assert.is(path, Array.isArray(value) ? '/score/batch' : '/score');
    for (const { amount, note } of all) assert.ok(amount === 4200.5 && note.length > 0);
  });
}

test('payload: the service takes every body, and counts each transaction once', async () => {
  const server = await startServer({ topology: 'inline', threads: 0, workUs: 0, flags: [] });
  try {
    let sent = 0;
    for (const { at } of payload.variants(PLAN_DEFAULTS).filter((row) => row.threads === 0)) {
      const post = postOf(at);
      assert.is(await classifyScore(server.url, post), 'CRITICAL');
      sent += post.items;
      assert.is(await server.counted(), sent);
    }
  } finally {
    await server.stop();
  }
});

const BATCH = { path: '/score', body: '[]', items: 2 };
const ANSWERS: readonly (readonly [string, readonly string[], string])[] = [
  ['two right answers are right', ['CRITICAL', 'CRITICAL'], 'CRITICAL'],
  ['planted, one of another level is named', ['CRITICAL', 'LOW'], 'LOW'],
  ['planted, a missing answer is said', ['CRITICAL'], '1 answers for 2 transactions'],
];

for (const [what, levels, expected] of ANSWERS) {
  test(`payload: of a batch of two, ${what}`, async () => {
    const text = JSON.stringify(levels.map((level) => ({ risk_level: level })));
    const server = await plant((response) => answer(response, 200, text));
    try {
      assert.is(await classifyScore(new URL(server.url).origin, BATCH), expected);
    } finally {
      await server.close();
    }
  });
}

test('payload: every size but the smallest is compared with the smallest, none with itself', () => {
  for (const plan of [PLAN_DEFAULTS, PLAN_SMOKE]) {
    for (const { of, against } of payload.claims(plan)) assert.not(against.includes(of), of);
  }
  const sizes = payload.claims(PLAN_DEFAULTS).filter(({ of }) => of.startsWith('inline'));
  assert.equal(new Set(sizes.map(({ against }) => against[0])), new Set(['inline + 0 us, 0.1 kB']));
});

test('planted: a peak at which nothing was answered in time is void, and says so', () => {
  const latency = { samples: 9, meanMs: 1, p50Ms: 1, p99Ms: 1, p999Ms: 1, maxMs: 1 };
  const load = { ok: 9, wrong: 0, failed: 0, seconds: 1, perSecond: 9, latency, cpuShare: 0.1 };
  assert.is(explainMissingPeak({ load, reason: undefined }), undefined);
  const none = { ...load, perSecond: 0 };
  const said = explainMissingPeak({ load: none, reason: undefined });
  assert.is(said, 'at the peak: nothing was answered in time');
  assert.is(
    explainMissingPeak({ load, reason: '1 wrong answers' }),
    'at the peak: 1 wrong answers',
  );
});

test('tail: goodput is compared with the peak from there on, p99 with inline always', () => {
  const claims = tail.claims(PLAN_DEFAULTS);
  const goodput = claims.filter(({ metric }) => metric === 'goodputPerSecond');
  const p99 = claims.filter(({ metric }) => metric === 'p99Ms');
  assert.equal([goodput.length, p99.length], [3 * 3, 2 * 8]);
  assert.ok(goodput.every(({ of }) => /at 1(\.[12])? of the peak$/.test(of)));
});

test.run();
