// How two calls lay in time, and the callers held back where they miss each other: on intervals
// written by hand, and against a counter that answers one connection more slowly.

import * as assert from 'uvu/assert';
import { parseTarget } from '../../../src/checker/driver/target-options.js';
import type { TimeSpan } from '../../../src/checker/history.js';
import { PAIR_TEST_DEFAULTS, runPairTest } from '../../../src/checker/pair-test/pair-test.js';
import {
  createOverlap,
  createSynchronizer,
  measureMeeting,
  SYNCHRONIZER_BLOCK,
} from '../../../src/checker/pair-test/synchronizer.js';
import { suite } from '../../support/suite.js';
import { startCounting, turns, type Way } from './counting-service.js';

const test = suite('ask: overlap');

function interval(beginMs: number, endMs: number): TimeSpan {
  return { beginMs, endMs };
}

const MEETINGS: readonly (readonly [string, TimeSpan, TimeSpan, object])[] = [
  ['the same time', interval(0, 2), interval(0, 2), { overlapMs: 2, share: 1, gapMs: 0, isAligned: true }],
  ['half of it', interval(0, 2), interval(1, 3), { overlapMs: 1, share: 0.5, gapMs: 1, isAligned: true }],
  ['less', interval(0, 2), interval(1.5, 3.5), { overlapMs: 0.5, share: 0.25, gapMs: 1.5, isAligned: false }],
  [
    'one after the other',
    interval(0, 2),
    interval(3, 4),
    { overlapMs: 0, share: 0, gapMs: 3, isAligned: false },
  ],
  [
    'short at the begin',
    interval(0, 1),
    interval(0, 9),
    { overlapMs: 1, share: 1, gapMs: 0, isAligned: false },
  ],
  [
    'short in the middle',
    interval(4, 5),
    interval(0, 9),
    { overlapMs: 1, share: 1, gapMs: 4, isAligned: true },
  ],
];

for (const [title, a, b, meeting] of MEETINGS) {
  test(`${title}: ${JSON.stringify(meeting)}`, () => {
    assert.equal(measureMeeting(a, b), meeting);
    assert.equal(measureMeeting(b, a), meeting);
  });
}

test('pairs are counted with their medians, and by whether the second was counted first', () => {
  const overlap = createOverlap();
  assert.equal([overlap.report().overlapUs, overlap.report().pairs], [null, 0]);
  for (let at = 0; at < 99; at++) overlap.add(interval(0, 1), interval(0.1, 1.1), at < 33);
  overlap.add(interval(0, 1), interval(5, 6), null);
  const { overlapUs, gapUs, ...counts } = overlap.report();
  assert.equal(counts, {
    pairs: 100,
    overlapping: 99,
    byHalf: 99,
    aligned: 99,
    ordered: 99,
    overtaken: 66,
  });
  assert.ok(Math.abs((overlapUs ?? 0) / 900 - 1) < 0.02, `${overlapUs}`);
  assert.ok(Math.abs((gapUs ?? 0) / 100 - 1) < 0.02, `${gapUs}`);
});

/** Pairs whose calls take so long, released as the plan says. */
function play(release: ReturnType<typeof createSynchronizer>, aMs: number, bMs: number, pairs: number) {
  for (let at = 0; at < pairs; at++) {
    const { first, holdMs } = release.next();
    const begins = first === 'A' ? [0, holdMs] : [holdMs, 0];
    const [a, b] = [aMs, bMs].map((tookMs, who) => {
      return interval(begins[who] ?? 0, (begins[who] ?? 0) + tookMs);
    });
    if (a !== undefined && b !== undefined) release.learn(a, b, measureMeeting(a, b));
  }
}

test('callers that are answered alike are released in one turn, first one, then the other', () => {
  const release = createSynchronizer(1);
  const starts = [release.next(), release.next(), release.next()];
  assert.equal(
    starts.map(({ first, holdMs }) => [first, holdMs]),
    [
      ['A', 0],
      ['B', 0],
      ['A', 0],
    ],
  );
  play(release, 1, 1.2, 5 * SYNCHRONIZER_BLOCK);
  assert.is(release.report().held, null);
  assert.is(release.report().since, null);
});

for (const [slower, faster, times] of [
  ['A', 'B', [20, 1]],
  ['B', 'A', [1, 20]],
] as const) {
  test(`${slower} is answered more slowly: ${faster} is held back, and they meet more`, () => {
    const release = createSynchronizer(1);
    play(release, times[0], times[1], 5 * SYNCHRONIZER_BLOCK);
    const { held, since, differenceMs, alignedBefore, alignedSince } = release.report();
    assert.equal([held, since, differenceMs], [faster, SYNCHRONIZER_BLOCK + 1, 19]);
    assert.is(alignedBefore, 0);
    assert.ok((alignedSince ?? 0) >= 0.5, `${alignedSince}`);
  });
}

test('where the difference goes away, nobody is held back any more', () => {
  const release = createSynchronizer(1);
  play(release, 20, 1, 2 * SYNCHRONIZER_BLOCK);
  play(release, 1, 1, 2 * SYNCHRONIZER_BLOCK);
  assert.is(release.report().held, null);
  assert.is(release.next().holdMs, 0);
});

/** Whoever comes over the second connection comes late to a race that is short beside that. */
const lateByOne: Way = async (counter, connection) => {
  if (connection === 1) await turns(1_000);
  const number = counter.total + 1;
  await turns(150);
  counter.total = number;
  return { number };
};

test('a race is seen though one connection is slower, since the other is held back', async () => {
  const service = await startCounting(lateByOne);
  try {
    const options = { do: 'POST /add', count: 'GET /count', field: 'total', ticketField: 'n' };
    const target = await parseTarget(service.url, { ...options, seed: 1, timeoutMs: 60_000 });
    const signal = new AbortController().signal;
    const asked = await runPairTest({ ...PAIR_TEST_DEFAULTS, target, signal, pairs: 400 });
    const { held, since } = asked.release;
    assert.equal([held, since], ['B', SYNCHRONIZER_BLOCK + 1]);
    assert.is(asked.verdict, 'violated', JSON.stringify(asked.release));
    const same = asked.outcomes.find(({ kind, samples }) => kind === 'same' && samples > 0);
    const [, pair] = /^pair (\d+)/.exec(same?.evidence[0] ?? '') ?? [];
    assert.ok(Number(pair) > SYNCHRONIZER_BLOCK, pair);
  } finally {
    await service.close();
  }
});

test.run();
