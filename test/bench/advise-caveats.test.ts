// What the advisor says beyond its choice: notes that follow from facts, with a twin of each where
// the fact is absent; the break-even and its interval; text and JSON. Nothing is measured.

import * as assert from 'uvu/assert';
import { decideAdvice } from '../../bench/advise/advice.js';
import { adviceJson, adviceLines, wrapped } from '../../bench/advise/advice-text.js';
import {
  breakEvenChart,
  breakEvenText,
  computeBreakEven,
  crossing,
  curveLines,
} from '../../bench/advise/break-even.js';
import { listCaveats } from '../../bench/advise/caveats.js';
import type { Measurements } from '../../bench/advise/measure-advice.js';
import { getLimits, planFor } from '../../bench/advise/plan.js';
import { summarizeCalls } from '../../bench/advise/scorer-profile.js';
import type { Sample } from '../../bench/runner/scenario.js';
import { random } from '../../src/checker/random.js';
import { suite } from '../support/suite.js';
import { createMeasurements, createRuns, PROFILE } from './advise-fixtures.js';

const test = suite('bench: advise, what it says');

function said(samples: readonly Sample[], change: Partial<Measurements> = {}): string {
  const found = createMeasurements(samples, change);
  const caveats = listCaveats(decideAdvice(samples, found.targets, random(1)), found);
  return caveats.map(({ code, text }) => `${code}: ${text}`).join('\n');
}

const batchedAhead = createRuns({ inline: { perSecond: 1_000 }, batched: { perSecond: 1_500 } });
const values = (more: object) => ({ values: more });

/** Planted runs or facts, what is to be said, and the twin where it is not. */
const NOTES: readonly (readonly [string, RegExp, () => string, () => string])[] = [
  [
    'a saturated generator makes capacity a lower bound',
    /^generator-saturated: With inline, .* 95 %/m,
    () => said(createRuns({ inline: { perSecond: 9_000, ...values({ generatorCpu: 0.99 }) } })),
    () => said(createRuns({ inline: { perSecond: 9_000 } })),
  ],
  [
    'an asynchronous scorer that waits gains nothing from threads',
    /^scorer-waits: The scorer waits: .* 3 %/m,
    () => said(batchedAhead, { profile: { ...PROFILE, isAsync: true, cpuShare: 0.03 } }),
    () => said(batchedAhead, { profile: { ...PROFILE, isAsync: true, cpuShare: 0.97 } }),
  ],
  [
    'a synchronous scorer that blocks may gain from more threads than cores',
    /^scorer-waits: The scorer blocks .* 3 %/m,
    () => said(batchedAhead, { profile: { ...PROFILE, cpuShare: 0.03 } }),
    () => said(batchedAhead),
  ],
  [
    'callers that wait are the limit themselves',
    /^bound-by-callers: 64 .* 5\.0 ms .* 12,800 /m,
    () => said(createRuns({ inline: { perSecond: 12_000 } }), { profile: WAITS() }),
    () => said(createRuns({ inline: { perSecond: 6_000 } }), { profile: WAITS() }),
  ],
  [
    'several threads are several copies of what a module keeps',
    /^state-copied: With batched x2, .* 2 task workers/m,
    () => said(batchedAhead),
    () => said(createRuns({ inline: { perSecond: 1_000 }, pool: { perSecond: 500 } })),
  ],
  [
    'a scorer that answers the same differently is told',
    /^answers-differ: /m,
    () => said(batchedAhead, { profile: { ...PROFILE, isSame: false } }),
    () => said(batchedAhead),
  ],
  [
    'a loop that scores answers /health late, and who does not is named with its price',
    /^health-slow: .* 130\.0 ms .* batched x2 2\.0 ms, at 50 %/m,
    () => said(createRuns({ inline: DEAF, batched: { perSecond: 1_000 } })),
    () => said(createRuns({ inline: { perSecond: 2_000 }, batched: { perSecond: 1_000 } })),
  ],
  [
    'a message that costs more than the scorer speaks against one for each request',
    /^message-costs-more: .* 25 us /m,
    () => said(batchedAhead, { profile: { ...PROFILE, meanUs: 2 } }),
    () => said(batchedAhead),
  ],
  [
    'nothing is said against a message for each request where it was measured ahead',
    /^message-costs-more: /m,
    () => said(poolAt(500), { profile: { ...PROFILE, meanUs: 2 } }),
    () => said(poolAt(1_500), { profile: { ...PROFILE, meanUs: 2 } }),
  ],
  [
    'a heavy tail is told',
    /^heavy-tail: .* 40 times/m,
    () => said(batchedAhead, { profile: { ...PROFILE, medianUs: 10, p99Us: 400 } }),
    () => said(batchedAhead),
  ],
  [
    'what is asked for and met by a simpler one is told',
    /^simpler-meets: .* inline /m,
    () => said(BOTH_MEET, { targets: { perSecond: 500 } }),
    () => said(BOTH_MEET),
  ],
  [
    'runs that do not count are told with their reason',
    /^runs-discarded: 1 run of inline .*: a planted reason\./m,
    () =>
      said(batchedAhead.map((one, at) => (at === 0 ? { ...one, discardReason: 'a planted reason' } : one))),
    () => said(batchedAhead),
  ],
];

function poolAt(perSecond: number): readonly Sample[] {
  return createRuns({ inline: { perSecond: 1_000 }, pool: { perSecond } });
}
function WAITS() {
  return { ...PROFILE, meanUs: 5_000, isAsync: true, cpuShare: 0.02 };
}
const DEAF = { perSecond: 2_000, ...values({ healthP99Ms: 130 }) };
const BOTH_MEET = createRuns({
  inline: { perSecond: 1_000, ...values({ keptUp: 1, atRateP99Ms: 5 }) },
  batched: { perSecond: 1_500, ...values({ keptUp: 1, atRateP99Ms: 5 }) },
});

for (const [title, says, planted, twin] of NOTES) {
  test(title, () => {
    assert.match(planted(), says);
    assert.not.match(twin(), says);
  });
}

test('the numbers of calls are those of the calls, and the p99 of few is unknown', () => {
  const course = { callUs: Float64Array.from({ length: 300 }, (_, at) => at + 1), levels: ['LOW'] };
  const rest = { cpuShare: 1, isAsync: false, isSame: true, bodyBytes: 9, answerBytes: 9 };
  const blocks = { readUs: [1, 2, 3], printUs: [2], rulesUs: [1] };
  const of = (callUs: Float64Array, levels: string[]) =>
    summarizeCalls({ ...course, ...rest, ...blocks, callUs, levels }, getLimits('full'), random(1));
  const alone = of(course.callUs, ['LOW']);
  assert.equal([alone.n, alone.medianUs, alone.meanUs, alone.p99Us], [300, 150, 150.5, 297]);
  assert.equal([alone.level, alone.readUs.median, alone.maxUs], ['LOW', 2, 300]);
  assert.ok(Number.isNaN(of(course.callUs.slice(0, 199), ['LOW']).p99Us));
  assert.is(of(course.callUs, ['LOW', 'HIGH']).level, 'any');
});

const WISHES = { scale: 'full', rounds: undefined, seconds: undefined, seed: 1, threads: 2 } as const;

test('slow scorers get fewer callers and longer runs, and the slowest are refused', () => {
  const plan = (meanUs: number, isAsync = false, cpuShare = 1) =>
    planFor({ ...PROFILE, meanUs, isAsync, cpuShare }, WISHES);
  assert.equal([plan(500).connections, plan(500).seconds], [64, 0.8]);
  assert.equal([plan(20_000).connections, plan(20_000).seconds], [16, 3]);
  assert.is(plan(20_000, true, 0.01).connections, 64, 'one that waits keeps no thread busy');
  assert.throws(() => plan(900_000), /takes 900 ms per transaction: too long to measure with 8/);
});

/** Runs of both at each size of work, with this ratio. */
function curveOf(ratio: (workUs: number) => number, noise = 0.02): Sample[] {
  const next = random(5);
  return [0, 20, 100, 500].flatMap((workUs) => {
    const both = {
      inline: { perSecond: 1_000, noise },
      batched: { perSecond: 1_000 * ratio(workUs), noise },
    };
    return createRuns(both).map((one) => {
      const perSecond = (one.values.perSecond ?? 0) * (1 + noise * (next() - 0.5));
      return { ...one, workUs, values: { perSecond } };
    });
  });
}

const rising = (us: number) => 0.8 + 0.1 * Math.log10(1 + us) ** 1.5;

test('the break-even is where the planted ratio crosses 1, inside its interval', () => {
  const found = computeBreakEven(curveOf(rising), 1, random(1));
  const { at, low, high } = found as { at: number; low: number; high: number };
  assert.ok(at > 21 && at < 101, `${at}`);
  assert.ok(low <= at && at <= high, `${low} ${at} ${high}`);
  assert.equal(
    found?.points.map(({ us }) => us),
    [1, 21, 101, 501],
  );
  assert.ok((found?.provedFrom as number) >= at);
});

test('threads that always pay, or never, have no break-even inside', () => {
  const always = computeBreakEven(
    curveOf(() => 1.5),
    1,
    random(1),
  );
  const never = computeBreakEven(
    curveOf(() => 0.5),
    1,
    random(1),
  );
  assert.equal([always?.at, always?.low, never?.at, never?.high], ['below', 'below', 'above', 'above']);
  assert.match(breakEvenText(always as never), /^Threads pay from 1\.0 us .* or less/);
  assert.match(breakEvenText(never as never), /^Threads did not pay up to 501 us/);
  assert.is(computeBreakEven([], 1, random(1)), undefined);
});

test('fewer than five rounds put nobody ahead at any work, and prove nothing', () => {
  const few = computeBreakEven(
    curveOf(rising).filter(({ round }) => round <= 3),
    1,
    random(1),
  );
  const all = computeBreakEven(curveOf(rising), 1, random(1));
  const [said, twin] = [few, all].map((one) => curveLines(one as never, 500).join('\n'));
  assert.match(said ?? '', /too few rounds to say \(n = 3\)/);
  assert.not.match(said ?? '', /for certain|threads$/m);
  assert.match(twin ?? '', /proved from about/);
  assert.match(twin ?? '', / threads$/m);
});

test('the crossing is the last one, in the logarithm of the work', () => {
  assert.is(Math.round(crossing([1, 100], [0.5, 1.5])), 10);
  assert.is(Math.round(crossing([1, 10, 1_000], [1.2, 0.5, 1.5])), 100);
});

test('text, JSON and chart say the same choice, and where the scorer stands', () => {
  const found = createMeasurements(batchedAhead);
  const advice = decideAdvice(batchedAhead, {}, random(1));
  const breakEven = computeBreakEven(curveOf(rising), 1, random(1));
  const text = adviceLines(advice, breakEven, found).join('\n');
  assert.match(text, /^Use batched x2: it serves .*\n\ntopology +requests\/s/);
  assert.match(text, /A request with this scorer is 501 us of work: above it, \d/);
  assert.match(text, /\n +v this scorer\n1\.0 us -+\?*\|\?*=+ 501 us\n/);
  const json = JSON.parse(JSON.stringify(adviceJson(advice, breakEven, found)));
  assert.equal(json.choice, { topology: 'batched', threads: 2 });
  assert.equal([json.breakEven.points.length, json.breakEven.scorerUs], [4, 501]);
  assert.is(json.breakEven.chart.kind, 'curves');
  const chart = breakEvenChart(breakEven as never, undefined);
  assert.equal(chart.marks, [{ axis: 'y', at: 1, says: 'equal' }]);
  assert.match(curveLines(breakEven as never, undefined).join('\n'), /the curve does not apply/);
});

test('long sentences are wrapped between words, with an indent, and lose nothing', () => {
  const note = `- ${'word '.repeat(60)}end.`;
  const lines = wrapped(note, '  ');
  assert.ok(lines.length > 2 && lines.every((line) => line.length <= 112));
  assert.is(lines.map((line) => line.trim()).join(' '), note);
  assert.equal(wrapped('  indented at first'), ['  indented at first']);
});

test.run();
