// The scenario `tallies`: what is made of spans and counts, when a run is void, and threads that really add.
// Planted: an honest tally that lost one, threads that did not meet, and the two counters that lose.

import * as assert from 'uvu/assert';
import { startJobs } from '../../bench/load/generator.js';
import { PLAN_DEFAULTS } from '../../bench/runner/plan.js';
import { checkAdds, type ThreadAdds } from '../../bench/runner/validity.js';
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

const span = (beginNs: number, endNs: number) => ({ beginNs, endNs });

for (const [what, spans, wallNs, togetherShare] of [
  ['one thread is together with itself', [span(5, 15)], 10, 1],
  ['two that begin and end at once', [span(0, 10), span(0, 10)], 10, 1],
  ['two of which the second is late', [span(0, 10), span(5, 15)], 15, 1 / 3],
  ['two, one after the other', [span(0, 10), span(12, 20)], 20, 0],
  ['three of which two never met', [span(0, 6), span(2, 10), span(8, 10)], 10, 0],
] as const) {
  test(`time and share together: ${what}`, () => {
    assert.equal(joinSpans(spans), { wallNs, togetherShare });
  });
}

const SOUND: ThreadAdds = { threads: 2, added: 1_000, counted: 1_000, isCorrect: true, togetherShare: 0.9 };

const COUNTS: readonly (readonly [string, Partial<ThreadAdds>])[] = [
  ['an honest tally that lost nothing', {}],
  ['a planted fault that lost some', { isCorrect: false, counted: 600 }],
  ['a planted fault that happened to lose none', { isCorrect: false }],
  ['one thread, that has nobody to meet', { threads: 1, togetherShare: 0 }],
];

for (const [what, change] of COUNTS) {
  test(`${what} counts`, () => {
    assert.is(checkAdds({ ...SOUND, ...change }, LIMITS), undefined);
  });
}

const VOID: readonly (readonly [string, Partial<ThreadAdds>, RegExp])[] = [
  ['an honest tally that lost one', { counted: 999 }, /^1 of 1000 adds were lost/],
  ['a count that nobody made', { counted: 1_001 }, /^1 counted without an add/],
  ['one too many of a planted fault', { isCorrect: false, counted: 1_001 }, /without an add/],
  ['threads that hardly met', { togetherShare: 0.29 }, /at the same time for 29 % only/],
];

for (const [what, change, says] of VOID) {
  test(`${what} makes a run void, and it says why`, () => {
    assert.match(checkAdds({ ...SOUND, ...change }, LIMITS) ?? 'valid', says);
  });
}

const jobOf = (counter: Counter, adds: number): AddingJob => {
  return { counter, threads: 2, cells: 4, warmAdds: 100, adds };
};

test('an add costs what its thread waits for it; the loss is a share of all adds', () => {
  const course = { wallNs: 50_000, cpuNs: 80_000, togetherShare: 0.8, added: 2_000, counted: 1_500 };
  const { values, discardReason: reason } = summarizeCourse(jobOf('racy', 1_000), course, LIMITS);
  assert.equal(values, { nsPerAdd: 50, cpuNsPerAdd: 40, lostPercent: 25, adds: 2_000, togetherPercent: 80 });
  assert.is(reason, undefined);
  assert.match(summarizeCourse(jobOf('atomic', 1_000), course, LIMITS).discardReason ?? '', /500 of 2000/);
});

async function add(job: AddingJob): Promise<AddingCourse> {
  const child = startJobs<AddingJob, AddingCourse>(CHILD, new AbortController().signal);
  try {
    return await child.load(job);
  } finally {
    child.close();
  }
}

for (const kind of TALLY_KINDS) {
  test(`${kind}: every add of two threads is counted, those of the warm-up apart`, async () => {
    const adds = kind === 'owner' ? 200 : 20_000;
    const { added, counted, wallNs, cpuNs } = await add(jobOf(kind, adds));
    assert.equal([added, counted], [2 * adds, 2 * adds]);
    assert.ok(wallNs > 0 && cpuNs > 0 && isCorrectCounter(kind));
  });
}

for (const [counter, adds] of [
  ['racy', 500_000],
  ['plain', 20_000_000], // as the scenario: fewer are over before the other thread is awake
] as const) {
  test(`planted, ${counter}: two threads on one cell lose adds, and it is seen`, async () => {
    // Threads need not meet in every try, above all where cores are few; the time limit bounds it.
    let lost = 0;
    while (lost === 0) {
      const { added, counted } = await add({ ...jobOf(counter, adds), cells: 1 });
      lost = added - counted;
    }
    assert.ok(lost > 0 && !isCorrectCounter(counter));
  });

  test(`${counter}: one thread loses nothing`, async () => {
    const { added, counted } = await add({ ...jobOf(counter, 20_000), threads: 1 });
    assert.is(counted, added);
  });
}

test.run();
