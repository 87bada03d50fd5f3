// What the scenarios `scalability`, `payload` and `latency-under-load` compute themselves: fitted
// curves, bodies of exactly the size that a variant names, and checked answers. No load.

import * as assert from 'uvu/assert';
import { explainMissingPeak } from '../../bench/runner/measure.js';
import { PLAN_DEFAULTS, PLAN_SMOKE } from '../../bench/runner/plan.js';
import { nameVariant, type Sample } from '../../bench/runner/scenario.js';
import { classifyScore, startServer } from '../../bench/runner/server.js';
import { makePost } from '../../bench/scenarios/payload.js';
import { SCENARIOS } from '../../bench/scenarios/scenarios.js';
import { createScenarioData } from '../../bench/stats/scenario-data.js';
import { throughput } from '../../bench/stats/usl.js';
import { random } from '../../src/checker/random.js';
import { answer, withSeededServer } from '../fixtures/load/seeded-server.js';
import { suite } from '../support/suite.js';

const test = suite('bench: load scenarios');

const { scalability, payload } = SCENARIOS;
const tail = SCENARIOS['latency-under-load'];
const LAW = { lambda: 1_000, sigma: 0.05, kappa: 0.000_2 };

function makeSamples(rounds: number, change: (sample: Sample) => Sample = (one) => one): Sample[] {
  const next = random(3);
  return Array.from({ length: rounds }, (_, at) => at + 1).flatMap((round) =>
    scalability.variants(PLAN_DEFAULTS).map(({ flags, ...row }) => {
      const perSecond = throughput(LAW, row.at?.value ?? 0) * (0.98 + 0.04 * next());
      const place = { scenario: 'scalability', variant: nameVariant({ flags, ...row }), round, order: 1 };
      return change({ ...place, ...row, values: { perSecond, generatorCpu: 0.5 }, discardReason: undefined });
    }),
  );
}

/** The rows of the table of laws, by topology and added work. */
function fitAll(samples: readonly Sample[]): ReadonlyMap<string, readonly string[]> {
  const { tables } = scalability.describe(createScenarioData('scalability', samples, 1));
  const rows = tables[0]?.rows ?? [];
  return new Map(rows.map((cells) => [cells.slice(0, 2).join(', '), cells]));
}
const INLINE = 'inline, no added work';

test('scalability: every curve is fitted by itself, with intervals, rounds and its peak', () => {
  const laws = fitAll(makeSamples(7));
  const names = ['no added work', '500 µs'].flatMap((work) => [`inline, ${work}`, `batched x2, ${work}`]);
  assert.equal([...laws.keys()], names);
  for (const cells of laws.values()) {
    const [lambda = '', sigma = '', kappa = '', n, fit = ''] = cells.slice(3);
    for (const cell of [lambda, sigma, kappa]) assert.match(cell, /^[\d.]+ \[[\d.]+, [\d.]+\]$/);
    assert.equal([Math.round(Number.parseFloat(lambda) / 100), n], [10, '7']);
    assert.match(fit, /^R² [01]\.\d+, off by at most \d\.\d %$/);
  }
});

test('scalability: a discarded run is not fitted; a saturated number is left out and named', () => {
  const isAt = ({ at, workUs, topology }: Sample, value: number) =>
    at?.value === value && workUs === 0 && topology === 'inline';
  const samples = makeSamples(7, (one) => {
    const slow = { values: { perSecond: 1, generatorCpu: 0.1 }, discardReason: 'x' };
    if (isAt(one, 8)) return { ...one, ...slow };
    return isAt(one, 32) ? { ...one, values: { ...one.values, generatorCpu: 0.99 } } : one;
  });
  const fit = fitAll(samples).get(INLINE)?.at(-1) ?? '';
  assert.match(fit, /; left out: 32 connections: in 7 of 7 runs/);
  assert.not.match(fit, /left out: 8 /);
});

test('scalability: too few rounds are no fit, and the reason is given', () => {
  for (const cells of fitAll(makeSamples(2)).values()) {
    assert.match(cells.at(-1) ?? '', /^too few rounds \(2\)/);
  }
});

for (const row of payload.variants(PLAN_DEFAULTS)) {
  test(`payload: ${nameVariant(row)}: the body has exactly that size, and only known values`, () => {
    const { path, body, items } = makePost(row.at);
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
      const post = makePost(at);
      assert.is(await classifyScore(server.url, post), 'CRITICAL');
      sent += post.items;
      assert.is(await server.counted(), sent);
    }
  } finally {
    await server.stop();
  }
});

const BATCH = { path: '/score', body: '[]', items: 2 };
for (const [what, levels, expected] of [
  ['two right answers', ['CRITICAL', 'CRITICAL'], 'CRITICAL'],
  ['one of another level', ['CRITICAL', 'LOW'], 'LOW'],
  ['a missing answer', ['CRITICAL'], '1 answers for 2 transactions'],
] as const) {
  test(`payload: of a batch of two, ${what}: ${expected}`, async () => {
    const text = JSON.stringify(levels.map((level) => ({ risk_level: level })));
    const found = withSeededServer(
      (response) => answer(response, 200, text),
      ({ url }) => classifyScore(new URL(url).origin, BATCH),
    );
    assert.is(await found, expected);
  });
}

test('payload: every size but the smallest is compared with the smallest, none with itself', () => {
  for (const plan of [PLAN_DEFAULTS, PLAN_SMOKE]) {
    for (const { of, against } of payload.claims(plan)) assert.not(against.includes(of), of);
  }
  const sizes = payload.claims(PLAN_DEFAULTS).filter(({ of }) => of.startsWith('inline'));
  assert.equal(new Set(sizes.map(({ against }) => against[0])), new Set(['inline + 0 us, 0.1 kB']));
});

test('a peak at which nothing was answered in time is discarded, with the reason', () => {
  const latency = { samples: 9, meanMs: 1, p50Ms: 1, p99Ms: 1, p999Ms: 1, maxMs: 1 };
  const load = { ok: 9, wrong: 0, failed: 0, seconds: 1, perSecond: 9, latency, cpuShare: 0.1 };
  assert.is(explainMissingPeak({ load, reason: undefined }), undefined);
  const none = explainMissingPeak({ load: { ...load, perSecond: 0 }, reason: undefined });
  assert.match(none ?? '', /^at the peak: nothing/);
  assert.match(explainMissingPeak({ load, reason: '1 wrong' }) ?? '', /^at the peak: 1 wrong$/);
});

test('latency-under-load: goodput is compared with the peak from there on, p99 with inline always', () => {
  const claims = tail.claims(PLAN_DEFAULTS);
  const goodput = claims.filter(({ metric }) => metric === 'goodputPerSecond');
  const p99 = claims.filter(({ metric }) => metric === 'p99Ms');
  assert.equal([goodput.length, p99.length], [3 * 3, 2 * 8]);
  assert.ok(goodput.every(({ of }) => /at 1(\.[12])? of the peak$/.test(of)));
});

test.run();
