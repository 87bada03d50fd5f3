// The service's meters in shared memory: counters, gauges and histograms, from several threads.

import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import {
  BOUNDS_SECONDS,
  createHistogram,
  createMeters,
  type HistogramReading,
  histogramPlan,
  metersPlan,
  NO_GAUGES,
} from '../../src/http/meters.js';
import { createRegion } from '../../src/tally/region.js';
import { suite } from '../support/suite.js';

const test = suite('meters');

const create = () => createHistogram(createRegion({ durations: histogramPlan() }).slice('durations'));

/** By definition: for each bound, how many durations (whole nanoseconds) are at most it. */
function naive(durationsNs: readonly number[]): HistogramReading {
  const buckets = [...BOUNDS_SECONDS, Number.POSITIVE_INFINITY].map((le) => {
    const boundNs = Math.round(le * 1e9);
    return { le, cumulative: durationsNs.filter((ns) => ns <= boundNs).length };
  });
  const sumNs = durationsNs.reduce((sum, ns) => sum + BigInt(ns), 0n);
  return { buckets, count: durationsNs.length, sumSeconds: Number(sumNs) / 1e9 };
}

test('the bounds are the 1-2.5-5 series from a microsecond to ten seconds', () => {
  const series = [-6, -5, -4, -3, -2, -1, 0].flatMap((power) =>
    [1, 2.5, 5].map((digits) => Number(`${digits}e${power}`)),
  );
  assert.equal(BOUNDS_SECONDS, [...series, 10]);
});

test('an empty histogram reads as zeros, with a bucket for each bound and one for all', () => {
  assert.equal(create().read(), naive([]));
});

test('a duration on a bound is in that bucket, a nanosecond more is in the next', () => {
  for (const [bucket, seconds] of BOUNDS_SECONDS.entries()) {
    const histogram = create();
    const boundNs = Math.round(seconds * 1e9);
    histogram.record(boundNs / 1e6);
    assert.is(histogram.read().buckets[bucket]?.cumulative, 1, `${seconds} s`);
    assert.is(histogram.read().buckets[bucket - 1]?.cumulative ?? 0, 0, `${seconds} s`);
    histogram.record((boundNs + 1) / 1e6);
    assert.is(histogram.read().buckets[bucket]?.cumulative, 1, `${seconds} s and 1 ns`);
    assert.is(histogram.read().buckets[bucket + 1]?.cumulative, 2, `${seconds} s and 1 ns`);
  }
});

test('it reads as a naive histogram does, whatever was recorded', () => {
  const onBounds = fc.constantFrom(...BOUNDS_SECONDS.map((seconds) => Math.round(seconds * 1e9)));
  // Up to 13 days: from there on, milliseconds in a double no longer tell nanoseconds apart.
  const longNs = fc.integer({ min: 0, max: 2 ** 50 });
  const anyNs = fc.oneof(onBounds, fc.integer({ min: 0, max: 2e10 }), longNs);
  fc.assert(
    fc.property(fc.array(anyNs, { maxLength: 50 }), (durationsNs) => {
      const histogram = create();
      const recordedNs = durationsNs.map((ns) => Math.round((ns / 1e6) * 1e6));
      for (const ns of durationsNs) histogram.record(ns / 1e6);
      const reading = histogram.read();
      assert.equal(reading, naive(recordedNs));
      assert.is(reading.count, reading.buckets.at(-1)?.cumulative);
    }),
  );
});

test('a negative duration counts as 0: the count stays that of the requests', () => {
  const histogram = create();
  histogram.record(-0.25);
  assert.equal(histogram.read(), naive([0]));
});

test('what is no duration is refused and leaves no trace', () => {
  const histogram = create();
  const refused = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e10];
  for (const ms of refused) assert.throws(() => histogram.record(ms), /cannot record/);
  assert.equal(histogram.read(), naive([]));
});

test('four threads recording at once lose no duration and no nanosecond', async () => {
  const parties = 4;
  const barrier = { words: 1, padded: true };
  const region = createRegion({ durations: histogramPlan(), 'control.barrier': barrier });
  const durationsNs = Array.from({ length: 50_000 }, (_, index) => (index * 7919) % 20_000_000);
  const durationsMs = durationsNs.map((ns) => ns / 1e6);
  const file = new URL('../fixtures/tally/recorder.worker.js', import.meta.url);
  const workerData = { handle: region.handle, parties, durationsMs };
  const workers = Array.from({ length: parties }, () => new Worker(file, { workerData }));
  try {
    await Promise.all(workers.map((worker) => once(worker, 'message')));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  const reading = createHistogram(region.slice('durations')).read();
  const all = Array.from({ length: parties }, () => durationsNs).flat();
  assert.equal(reading, naive(all));
});

test('while threads record, the count is that of the last bucket and never goes back', async () => {
  const barrier = { words: 1, padded: true };
  const region = createRegion({ durations: histogramPlan(), 'control.barrier': barrier });
  const histogram = createHistogram(region.slice('durations'));
  const file = new URL('../fixtures/tally/recorder.worker.js', import.meta.url);
  const durationsMs = Array(50_000).fill(1000);
  const workerData = { handle: region.handle, parties: 1, durationsMs };
  const worker = new Worker(file, { workerData });
  let recording = true;
  const recorded = once(worker, 'message').finally(() => {
    recording = false;
  });
  try {
    let before = 0;
    while (recording) {
      const { buckets, count, sumSeconds } = histogram.read();
      assert.is(buckets.at(-1)?.cumulative, count);
      assert.ok(count >= before);
      // The sum is added first and read last: it contains whatever the count does.
      assert.ok(sumSeconds >= count);
      before = count;
      await nextTurn();
    }
    await recorded;
    assert.is(histogram.read().count, durationsMs.length);
  } finally {
    await worker.terminate();
  }
});

test('two views of one region are the same meters; each counts only what it names', () => {
  const region = createRegion(metersPlan(2, 1));
  const [meters, others] = [createMeters(region), createMeters(region)];
  meters.countAnswer(1, 404);
  others.countAnswer(1, 404);
  others.increment('shed');
  const answers = [0, 1, 2].map((route) => [200, 404].map((at) => meters.readAnswers(route, at)));
  const zero = [0, 0];
  assert.equal(answers, [zero, [0, 2], zero]);
  assert.equal([meters.readEvents('shed'), meters.readEvents('left')], [1, 0]);
});

test('gauges are the sum over the listeners, and one that ends takes its own back', () => {
  const meters = createMeters(createRegion(metersPlan(1, 2)));
  meters.setGauges(0, { ...NO_GAUGES, connections: 3 });
  meters.setGauges(1, { ...NO_GAUGES, connections: 4, busyJobs: 1 });
  assert.equal([meters.readGauge('connections'), meters.readGauge('busyJobs')], [7, 1]);
  meters.setGauges(1, NO_GAUGES);
  assert.equal([meters.readGauge('connections'), meters.readGauge('busyJobs')], [3, 0]);
});

test('a status or a route that has no counter is refused', () => {
  const meters = createMeters(createRegion(metersPlan(1, 1)));
  assert.throws(() => meters.countAnswer(0, 299), RangeError);
  assert.throws(() => meters.countAnswer(2, 200), RangeError);
});

test('a counter above 2^53-1 is refused when it is read, not rounded', () => {
  const region = createRegion(metersPlan(1, 1));
  region.slice('meters.events').store(0, 2n ** 53n);
  assert.throws(() => createMeters(region).readEvents('shed'), RangeError);
});
test.run();
