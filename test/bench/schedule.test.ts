// The intended starts of an open loop: even, complete, and due when the clock has reached them; a
// planted schedule of bursts is told from an even one. Pure.

import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { createSchedule, type Schedule } from '../../bench/schedule.js';
import { suite } from '../support/suite.js';

/** The largest difference between a gap and the mean gap, as a share of it: 0 is even. */
function unevenness({ count, intendedMs }: Schedule): number {
  const meanMs = (intendedMs(count - 1) - intendedMs(0)) / (count - 1);
  const gapsMs = Array.from({ length: count - 1 }, (_, at) => intendedMs(at + 1) - intendedMs(at));
  return Math.max(...gapsMs.map((gapMs) => Math.abs(gapMs - meanMs) / meanMs));
}

const test = suite('bench: intended starts');

test('they are evenly spaced, as many as the rate says', () => {
  const schedule = createSchedule(400, 2);
  assert.is(schedule.count, 800);
  assert.is(schedule.intendedMs(0), 0);
  assert.ok(unevenness(schedule) < 1e-9);
});

test('a planted burst once a second is not even', () => {
  const even = createSchedule(400, 2);
  const bursts = { ...even, intendedMs: (index: number) => Math.floor(index / 400) * 1000 };
  assert.ok(unevenness(bursts) > 1);
});

test('what is due is what was intended by then, at any moment', () => {
  const rates = fc.integer({ min: 1, max: 20_000 });
  const moments = fc.double({ min: 0, max: 3_000, noNaN: true });
  fc.assert(
    fc.property(rates, moments, (perSecond, elapsedMs) => {
      const { count, dueAt, intendedMs } = createSchedule(perSecond, 2);
      const due = dueAt(elapsedMs);
      const slackMs = 1e-6; // of floating point
      if (due > 0) assert.ok(intendedMs(due - 1) <= elapsedMs + slackMs);
      if (due < count) assert.ok(intendedMs(due) >= elapsedMs - slackMs);
    }),
  );
});

test('nothing is due before the beginning, and never more than there is', () => {
  const { count, dueAt } = createSchedule(10, 1);
  assert.equal([dueAt(-1), dueAt(0), dueAt(1e9)], [0, 1, count]);
});

test.run();
