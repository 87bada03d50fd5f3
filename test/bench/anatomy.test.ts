// Where the time of a run went, from two fixed readings of /metrics: means, percentiles of buckets,
// and counts that must agree with the generator's. Planted: counts of another run. Pure, but for
// one real service, which has every metric that is asked for.

import * as assert from 'uvu/assert';
import {
  bucketPercentile,
  checkAnatomy,
  computeAnatomy,
  computeGrowth,
  type MetricsReading,
  readMetricsText,
} from '../../bench/runner/anatomy.js';
import { PLAN_DEFAULTS, PLAN_SMOKE } from '../../bench/runner/plan.js';
import { classifyScore, readMetrics, startServer } from '../../bench/runner/server.js';
import { suite } from '../support/suite.js';

const { limits: LIMITS } = PLAN_DEFAULTS;

const test = suite('bench: anatomy');

/** Bounds of 1, 2.5 and 5 ms; how many fell into each, and how long all took. */
interface Planted {
  readonly counts: readonly [number, number, number, number];
  readonly sumSeconds: number;
}

function histogram(name: string, { counts, sumSeconds }: Planted): string {
  let cumulative = 0;
  const lines = ['0.001', '0.0025', '0.005', '+Inf'].map((le, at) => {
    cumulative += counts[at] ?? 0;
    return `${name}_bucket{le="${le}"} ${cumulative}`;
  });
  return [...lines, `${name}_sum ${sumSeconds}`, `${name}_count ${cumulative}`].join('\n');
}

const NAMES = ['queue', 'dispatch', 'score', 'total'];

function reading(planted: Planted, more = '', atMs = 0): MetricsReading {
  const text = NAMES.map((name) => histogram(`two_callers_${name}_seconds`, planted)).join('\n');
  return readMetricsText(`# HELP x y\n${text}\n${more}\n`, atMs);
}

const BEFORE = reading({ counts: [100, 0, 0, 0], sumSeconds: 0.05 }, 'process_cpu_seconds_total 2');
const MORE = `process_cpu_seconds_total 3.5
process_resident_memory_bytes 120000000
nodejs_eventloop_lag_p99_seconds 0.012
nodejs_gc_duration_seconds_bucket{le="0.001",kind="minor"} 3
nodejs_gc_duration_seconds_sum{kind="minor"} 0.25
nodejs_gc_duration_seconds_sum{kind="major"} 0.5`;
/** 1,000 more: 900 up to 1 ms, 100 up to 2.5 ms. */
const AFTER = reading({ counts: [1_000, 100, 0, 0], sumSeconds: 1.05 }, MORE);

test('means and percentiles are of what happened in between', () => {
  const { values, unknown } = computeAnatomy(BEFORE, AFTER, LIMITS);
  assert.is(values.queueMeanMs, 1);
  // Rank 990 is the 90th of 100 in the bucket from 1 to 2.5 ms.
  assert.ok(Math.abs((values.queueP99Ms ?? 0) - (1 + 1.5 * 0.9)) < 1e-9, `${values.queueP99Ms}`);
  assert.equal([values.totalMeanMs, values.totalP99Ms], [values.scoreMeanMs, values.dispatchP99Ms]);
  assert.equal(unknown, {});
});

test('CPU and GC are what they grew by, memory and delay what they are', () => {
  const { values } = computeAnatomy(BEFORE, AFTER, LIMITS);
  assert.equal([values.serverCpuSeconds, values.gcSeconds], [1.5, 0.75]);
  assert.equal([values.serverRssMB, values.loopDelayP99Ms], [120, 12]);
  assert.is(computeAnatomy(BEFORE, BEFORE, PLAN_SMOKE.limits).values.gcSeconds, 0);
});

test('how busy each thread was is its share of the time between; task workers are averaged', () => {
  const busy = (seconds: readonly number[]) =>
    ['listener', 'task worker 1', 'task worker 2'].map((thread, at) => {
      return `two_callers_thread_active_seconds_total{thread="${thread}"} ${seconds[at]}`;
    });
  const counts = [100, 0, 0, 0] as const;
  const before = reading({ counts, sumSeconds: 1 }, busy([1, 2, 3]).join('\n'), 5_000);
  const after = reading({ counts, sumSeconds: 1 }, busy([2, 5, 3]).join('\n'), 9_000);
  const { values } = computeAnatomy(before, after, LIMITS);
  assert.equal([values.listenerBusyPercent, values.taskWorkerBusyPercent], [25, 37.5]);
  // A runtime that cannot tell CPU times leaves them out, and is not taken for idle.
  assert.not('listenerCpuPercent' in values);
});

test('planted: too few for a p99, and one above the last bucket, are NaN with the reason', () => {
  const few = reading({ counts: [1_099, 0, 0, 0], sumSeconds: 1 }, MORE);
  const { values, unknown } = computeAnatomy(BEFORE, few, LIMITS);
  assert.ok(Number.isNaN(values.queueP99Ms) && (values.queueMeanMs ?? 0) > 0);
  assert.is(unknown.queueP99Ms, 'p99 of 999 samples: it needs 1000');
  const slow = computeAnatomy(BEFORE, reading({ counts: [1_000, 0, 0, 100], sumSeconds: 9 }), LIMITS);
  assert.ok(Number.isNaN(slow.values.queueP99Ms));
  assert.match(slow.unknown.queueP99Ms ?? '', /above the last bucket/);
});

test('a percentile of buckets lies in the bucket that holds it', () => {
  const growth = computeGrowth('two_callers_queue_seconds', BEFORE, AFTER);
  assert.equal([growth.count, growth.buckets.length], [1_000, 4]);
  assert.is(bucketPercentile(growth, 45), 0.0005);
  assert.is(bucketPercentile(growth, 90), 0.001);
  assert.is(bucketPercentile(growth, 100), 0.0025);
  assert.ok(Number.isNaN(bucketPercentile({ count: 0, sumSeconds: 0, buckets: [] }, 99)));
});

test('counts that agree with the answers are silent, and so are those cut off at the end', () => {
  for (const ok of [1_000, 1_000 - 2 * 8]) {
    assert.is(checkAnatomy(BEFORE, AFTER, ok, 8), undefined);
  }
});

for (const [fault, ok] of [
  ['an answer that was not timed', 1_001],
  ['requests of somebody else', 1_000 - 2 * 8 - 1],
] as const) {
  test(`planted: ${fault} makes a run void`, () => {
    const reason = checkAnatomy(BEFORE, AFTER, ok, 8);
    assert.is(reason, `/metrics timed 1000 times "queue" for ${ok} answers`);
  });
}

test('planted: a service without these metrics, and one that was started anew, are noticed', () => {
  const nothing = readMetricsText('up 1\n', 0);
  assert.match(checkAnatomy(nothing, nothing, 10, 8) ?? 'valid', /NaN times "queue"/);
  assert.match(checkAnatomy(AFTER, BEFORE, 10, 8) ?? 'valid', /-1000 times "queue"/);
});

test('the service has every metric that the anatomy asks for', async () => {
  const server = await startServer({ topology: 'batched', threads: 1, workUs: 0, flags: [] });
  try {
    const before = await readMetrics(server.url);
    for (let request = 0; request < 5; request++) await classifyScore(server.url);
    const after = await readMetrics(server.url);
    const { values, unknown } = computeAnatomy(before, after, PLAN_SMOKE.limits);
    const lacking = Object.entries(values).filter(([, value]) => !Number.isFinite(value));
    assert.equal([lacking, unknown], [[], {}]);
    const { listenerBusyPercent = 0, taskWorkerBusyPercent = 0 } = values;
    assert.ok(listenerBusyPercent > 0 && taskWorkerBusyPercent > 0);
    assert.is(checkAnatomy(before, after, 5, 0), undefined);
    assert.match(checkAnatomy(before, after, 6, 0) ?? 'valid', /5 times "queue" for 6/);
  } finally {
    await server.stop();
  }
});

test.run();
