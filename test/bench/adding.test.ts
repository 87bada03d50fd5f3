// The scenario `tallies`: what is made of spans and counts, and threads that really add. Seeded
// faults: the two counters that lose. When such a run is discarded: validity.test.ts.

import * as assert from 'uvu/assert';
import { runJob } from '../../bench/load/generator.js';
import { PLAN_DEFAULTS } from '../../bench/runner/plan.js';
import {
  type AddingCourse,
  type AddingJob,
  type Counter,
  isCorrectCounter,
  joinSpans,
} from '../../bench/scenarios/adding-job.js';
import { CHILD, summarizeCourse } from '../../bench/scenarios/tallies.js';
import { TALLY_KINDS } from '../../src/tally/tally.js';
import { suite } from '../support/suite.js';

const { limits: LIMITS } = PLAN_DEFAULTS;

const test = suite('bench: adding');
test.timeout(60_000);

test('time and share together are those of the overlap of all threads', () => {
  const join = (...spans: readonly (readonly [number, number])[]) => {
    const { wallNs, togetherShare } = joinSpans(spans.map(([beginNs, endNs]) => ({ beginNs, endNs })));
    return [wallNs, togetherShare];
  };
  assert.equal(join([5, 15]), [10, 1]);
  assert.equal(join([0, 10], [0, 10]), [10, 1]);
  assert.equal(join([0, 10], [5, 15]), [15, 1 / 3]);
  assert.equal(join([0, 10], [12, 20]), [20, 0]);
  assert.equal(join([0, 6], [2, 10], [8, 10]), [10, 0], 'two of three never met');
});

const makeJob = (counter: Counter, adds: number): AddingJob => {
  return { counter, threads: 2, cells: 4, warmAdds: 100, adds };
};

test('an add costs what its thread waits for it; the loss is a share of all adds', () => {
  const course = { wallNs: 50_000, cpuNs: 80_000, togetherShare: 0.8, added: 2_000, counted: 1_500 };
  const { values, discardReason } = summarizeCourse(makeJob('racy', 1_000), course, LIMITS);
  const cost = { nsPerAdd: 50, cpuNsPerAdd: 40, lostPercent: 25, adds: 2_000, togetherPercent: 80 };
  assert.equal([values, discardReason], [cost, undefined]);
  const atomic = summarizeCourse(makeJob('atomic', 1_000), course, LIMITS);
  assert.match(atomic.discardReason ?? '', /500 of 2000/);
});

const add = (job: AddingJob) => runJob<AddingJob, AddingCourse>(CHILD, new AbortController().signal, job);

for (const kind of TALLY_KINDS) {
  test(`${kind}: every add of two threads is counted, those of the warm-up apart`, async () => {
    const adds = kind === 'owner' ? 200 : 20_000;
    const { added, counted, wallNs, cpuNs } = await add(makeJob(kind, adds));
    assert.equal([added, counted], [2 * adds, 2 * adds]);
    assert.ok(wallNs > 0 && cpuNs > 0 && isCorrectCounter(kind));
  });
}

for (const [counter, adds] of [
  ['racy', 500_000],
  ['plain', 20_000_000], // as the scenario: fewer are over before the other thread is awake
] as const) {
  test(`seeded fault, ${counter}: two threads on one cell lose adds, and it is seen`, async () => {
    // Threads need not meet in every try, above all where cores are few; the time limit bounds it.
    let lost = 0;
    while (lost === 0) {
      const { added, counted } = await add({ ...makeJob(counter, adds), cells: 1 });
      lost = added - counted;
    }
    assert.ok(lost > 0 && !isCorrectCounter(counter));
  });

  test(`${counter}: one thread loses nothing`, async () => {
    const { added, counted } = await add({ ...makeJob(counter, 20_000), threads: 1 });
    assert.is(counted, added);
  });
}

test.run();
