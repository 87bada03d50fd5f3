// The scenario `wakeUp`: what is made of trips and timers, and a task worker that is really woken.
// Planted: a wrong answer, and the way of waiting that freezes timers beside one that does not.

import * as assert from 'uvu/assert';
import { runJob } from '../../bench/load/generator.js';
import { PLAN_DEFAULTS, PLAN_SMOKE } from '../../bench/runner/plan.js';
import { CHILD, summarizeCourse } from '../../bench/scenarios/wake-up.js';
import type { WakeupCourse, WakeupJob } from '../../bench/scenarios/wake-up-child.js';
import { suite } from '../support/suite.js';

const test = suite('bench: wake-up');

const { limits: LIMITS } = PLAN_DEFAULTS;
const { limits: SMOKE } = PLAN_SMOKE;

const tripUs = Array.from({ length: 1_000 }, (_, at) => at + 1);
const COURSE: WakeupCourse = { tripUs, wrong: 0, cpuUs: 40_000, timers: [] };

test('trips become percentiles, and CPU time is shared among the tasks', () => {
  const values = { tripP50Us: 500.5, tripP99Us: 990, cpuUsPerTask: 40 };
  assert.equal(summarizeCourse(COURSE, LIMITS), { values, unknown: {}, discardReason: undefined });
});

test('a timer that waits for the next task is late and frozen', () => {
  const late = (lateMs: number, fired: boolean) => ({ lateMs, fired });
  const frozen = [late(90, false), late(91, false), late(1, true), late(92, false)];
  const { timerLateMs, frozenPercent } = summarizeCourse({ ...COURSE, timers: frozen }, SMOKE).values;
  assert.equal([timerLateMs, frozenPercent], [90.5, 75]);
  const free = summarizeCourse({ ...COURSE, timers: [late(0.2, true)] }, SMOKE).values;
  assert.equal([free.timerLateMs, free.frozenPercent], [0.2, 0]);
});

test('of few trips and timers, the percentiles are unknown', () => {
  const few = { ...COURSE, tripUs: tripUs.slice(1), timers: [{ lateMs: 0.2, fired: true }] };
  const { unknown = {} } = summarizeCourse(few, LIMITS);
  assert.equal(Object.keys(unknown), ['tripP99Us', 'timerLateMs']);
});

test('planted, a wrong answer makes a run void', () => {
  assert.match(summarizeCourse({ ...COURSE, wrong: 2 }, LIMITS).discardReason ?? '', /2 wrong answers/);
});

function wake(change: Partial<WakeupJob>) {
  const tasks = { atomics: 'disabled', warmTasks: 10, tasks: 20, gapMs: 0 } as const;
  const timers = { timers: 3, timerMs: 1, leftAloneMs: 100 };
  const job = { ...tasks, ...timers, ...change };
  return runJob<WakeupJob, WakeupCourse>(CHILD, new AbortController().signal, job);
}

test('sync freezes the timers of an idle task worker until its next task', async () => {
  const { timers, tripUs, wrong } = await wake({ atomics: 'sync' });
  assert.equal([tripUs.length, wrong], [20, 0]);
  assert.equal(
    timers.map(({ fired }) => fired),
    [false, false, false],
  );
});

for (const atomics of ['disabled', 'async'] as const) {
  test(`${atomics}: timers of an idle task worker fire while it waits`, async () => {
    const { timers, tripUs, wrong } = await wake({ atomics, gapMs: 1 });
    assert.equal([tripUs.length, wrong, timers.length], [20, 0, 3]);
    assert.ok(timers.some(({ fired }) => fired));
  });
}

test.run();
