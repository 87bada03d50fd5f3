// What the advisor says beyond its choice: caveats that follow from facts, with a twin of each where
// the fact is absent; the break-even and its interval; text and JSON. Nothing is measured.

import * as assert from 'uvu/assert';
import { decideAdvice } from '../../bench/advise/advice.js';
import { adviceJson, adviceLines, wrapped } from '../../bench/advise/advice-text.js';
import {
  type BreakEven,
  breakEvenChart,
  breakEvenJson,
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

const ahead = createRuns({ inline: { perSecond: 1_000 }, batched: { perSecond: 1_500 } });
const profile = (change: object) => ({ profile: { ...PROFILE, ...change } });
const inline = (perSecond: number, values = {}) => createRuns({ inline: { perSecond, values } });
const withPool = (perSecond: number) => createRuns({ inline: { perSecond: 1_000 }, pool: { perSecond } });
const withHealth = (healthP99Ms: number) =>
  createRuns({ inline: { perSecond: 2_000, values: { healthP99Ms } }, batched: { perSecond: 1_000 } });
const WAITS = profile({ meanUs: 5_000, isAsync: true, cpuShare: 0.02 });
const FREE = profile({ meanUs: 2 });
const values = { keptUp: 1, atRateP99Ms: 5 };
const BOTH_MEET = createRuns({ inline: { perSecond: 1_000, values }, batched: { perSecond: 1_500, values } });
const [first, ...others] = ahead as [Sample, ...Sample[]];

/** What is expected, the advice that has it, and its twin that has not. */
const CAVEATS: Readonly<Record<string, readonly [says: RegExp, seeded: string, twin: string]>> = {
  'a saturated generator makes capacity a lower bound': [
    /^generator-saturated: With inline, .* 95 %/m,
    said(inline(9_000, { generatorCpu: 0.99 })),
    said(inline(9_000)),
  ],
  'an asynchronous scorer that waits gains nothing from threads': [
    /^scorer-waits: The scorer waits: .* 3 %/m,
    said(ahead, profile({ isAsync: true, cpuShare: 0.03 })),
    said(ahead, profile({ isAsync: true, cpuShare: 0.97 })),
  ],
  'a synchronous scorer that blocks may gain from more threads than cores': [
    /^scorer-waits: The scorer blocks .* 3 %/m,
    said(ahead, profile({ cpuShare: 0.03 })),
    said(ahead),
  ],
  'callers that wait are the limit themselves': [
    /^bound-by-callers: 64 .* 5\.0 ms .* 12,800 /m,
    said(inline(12_000), WAITS),
    said(inline(6_000), WAITS),
  ],
  'several threads are several copies of what a module keeps': [
    /^state-copied: With batched x2, .* 2 task workers/m,
    said(ahead),
    said(withPool(500)),
  ],
  'a scorer that answers the same transaction differently is named': [
    /^answers-differ: /m,
    said(ahead, profile({ isSame: false })),
    said(ahead),
  ],
  'a loop that scores answers /health late, and a quicker topology is named with its price': [
    /^health-slow: .* 130\.0 ms .* batched x2 2\.0 ms, at 50 %/m,
    said(withHealth(130)),
    said(withHealth(2)),
  ],
  'a message that costs more than the scorer speaks against one for each request': [
    /^message-costs-more: .* 25 us /m,
    said(ahead, FREE),
    said(ahead),
  ],
  'but not where a message for each request was measured ahead': [
    /^message-costs-more: /m,
    said(withPool(500), FREE),
    said(withPool(1_500), FREE),
  ],
  'a heavy tail is named': [
    /^heavy-tail: .* 40 times/m,
    said(ahead, profile({ medianUs: 10, p99Us: 400 })),
    said(ahead),
  ],
  'a simpler topology that meets the targets too is named': [
    /^simpler-meets: .* inline /m,
    said(BOTH_MEET, { targets: { perSecond: 500 } }),
    said(BOTH_MEET),
  ],
  'discarded runs are counted with their reason': [
    /^runs-discarded: 1 run of inline .*: seeded\./m,
    said([{ ...first, discardReason: 'seeded' }, ...others]),
    said(ahead),
  ],
};

for (const [title, [says, seeded, twin]] of Object.entries(CAVEATS)) {
  test(title, () => {
    assert.match(seeded, says);
    assert.not.match(twin, says);
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
  assert.is(plan(20_000, true, 0.01).connections, 64, 'a waiting scorer');
  assert.throws(() => plan(900_000), /900 ms per transaction: too long .* 8/);
});

/** The break-even of runs of both at each size of work, with this ratio. */
function findBreakEven(ratio: (workUs: number) => number, roundsMax = 5) {
  const [next, noise] = [random(5), 0.02];
  const samples = [0, 20, 100, 500].flatMap((workUs) => {
    const batched = { perSecond: 1_000 * ratio(workUs), noise };
    return createRuns({ inline: { perSecond: 1_000, noise }, batched }).map((one) => {
      const perSecond = (one.values.perSecond ?? 0) * (1 + noise * (next() - 0.5));
      return { ...one, workUs, values: { perSecond } };
    });
  });
  const few = samples.filter(({ round }) => round <= roundsMax);
  return computeBreakEven(few, 1, random(1)) as BreakEven;
}

const rising = (us: number) => 0.8 + 0.1 * Math.log10(1 + us) ** 1.5;

test('the break-even is where the seeded ratio crosses 1, inside its interval', () => {
  const { points, ...edges } = findBreakEven(rising);
  const [at, low, high, provedFrom] = (['at', 'low', 'high', 'provedFrom'] as const).map((name) => {
    return Number(edges[name]);
  }) as [number, number, number, number];
  assert.ok(at > 21 && at < 101 && low <= at && at <= high, `${low} ${at} ${high}`);
  assert.equal(
    points.map(({ us }) => us),
    [1, 21, 101, 501],
  );
  assert.ok(provedFrom >= at);
});

test('threads that always pay, or never, have no break-even inside', () => {
  const [always, never] = [findBreakEven(() => 1.5), findBreakEven(() => 0.5)];
  assert.equal([always.at, always.low, never.at, never.high], [-Infinity, -Infinity, Infinity, Infinity]);
  const json = [always, never].map((one) => JSON.stringify(breakEvenJson(one)));
  assert.match(json.join('\n'), /"at":"below".*\n.*"at":"above"/);
  assert.match(breakEvenText(always), /^Threads pay from 1\.0 us .* or less/);
  assert.match(breakEvenText(never), /^Threads did not pay up to 501 us/);
  assert.is(computeBreakEven([], 1, random(1)), undefined);
});

test('fewer than five rounds put nobody ahead at any work, and prove nothing', () => {
  const [few, all] = [3, 5].map((rounds) => curveLines(findBreakEven(rising, rounds), 500).join('\n'));
  assert.match(few ?? '', /\(n = 3 rounds\)\n.* too few rounds to say$/m);
  assert.not.match(few ?? '', /proved|threads$/m);
  assert.match(all ?? '', /proved from about/);
  assert.match(all ?? '', / threads$/m);
});

test('the crossing is the last one, in the logarithm of the work', () => {
  assert.is(Math.round(crossing([1, 100], [0.5, 1.5])), 10);
  assert.is(Math.round(crossing([1, 10, 1_000], [1.2, 0.5, 1.5])), 100);
});

test('text, JSON and chart say the same choice, and where the scorer stands', () => {
  const found = createMeasurements(ahead);
  const advice = decideAdvice(ahead, {}, random(1));
  const breakEven = findBreakEven(rising);
  const text = adviceLines(advice, breakEven, found).join('\n');
  assert.match(text, /^Use batched x2: it serves .*\n\ntopology +requests\/s/);
  assert.match(text, / is 501 us of work: above it, \d/);
  assert.match(text, /\n +v this scorer\n1\.0 us -+\?*\|\?*=+ 501 us\n/);
  const json = JSON.parse(JSON.stringify(adviceJson(advice, breakEven, found)));
  assert.equal(json.choice, { topology: 'batched', threads: 2 });
  assert.equal([json.leftOut, json.shortfalls], [[], []]);
  assert.equal([json.breakEven.points.length, json.breakEven.scorerUs], [4, 501]);
  assert.is(json.breakEven.chart.kind, 'curves');
  const chart = breakEvenChart(breakEven, undefined);
  assert.equal(chart.marks, [{ axis: 'y', at: 1, says: 'equal' }]);
  assert.match(curveLines(breakEven, undefined).join('\n'), /curve does not apply/);
});

test('long sentences are wrapped between words, with an indent, and lose nothing', () => {
  const note = `- ${'word '.repeat(60)}end.`;
  const lines = wrapped(note, '  ');
  assert.ok(lines.length > 2 && lines.every((line) => line.length <= 112));
  assert.is(lines.map((line) => line.trim()).join(' '), note);
  assert.equal(wrapped('  indented at first'), ['  indented at first']);
});

test.run();
