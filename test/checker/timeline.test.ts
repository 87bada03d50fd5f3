// Which operations a timeline shows, and that what it draws can be told apart. Data and numbers
// only: how it looks is seen in a browser.
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { type Named, relationOf } from '../../src/checker/report/operation-words.js';
import { BARS_MAX, type Excerpt, excerptOf, LANES_MAX } from '../../src/checker/report/timeline.js';
import { clockOf } from '../../src/checker/report/timeline-clock.js';
import { busiest, lastAcknowledged } from '../../src/checker/report/timeline-focus.js';
import { layOut } from '../../src/checker/report/timeline-layout.js';
import { NARROW, WIDE } from '../../src/checker/report/timeline-scale.js';
import { textPx } from '../../src/checker/report/timeline-ticks.js';
import { stretchesAround } from '../../src/checker/report/timeline-window.js';
import { suite } from '../support/suite.js';
import { honestRun, type MadeRun } from './runs.js';

const test = suite('check: timeline');

function excerpt(run: MadeRun, adds: number[], reads: number[] = []): Excerpt {
  const focus = { adds, reads, context: [], cell: null };
  const found = excerptOf(run, clockOf(run.history), focus);
  if (found === null) throw new Error('nothing to show');
  return found;
}

function evidenceOf({ lanes }: Excerpt) {
  return lanes.flatMap(({ operations }) => operations.filter(({ isEvidence }) => isEvidence));
}

const WHOLE = { fromMs: 0, toMs: 10_000 };

test('operations near each other are shown in one stretch, with some time around them', () => {
  const pair = [
    { beginMs: 100, endMs: 102 },
    { beginMs: 101, endMs: 104 },
  ];
  const [stretch, ...more] = stretchesAround(pair, WHOLE);
  assert.is(more.length, 0);
  assert.ok(stretch && stretch.fromMs < 98 && stretch.toMs > 106);
});

test('operations far apart are shown with the time between them left out', () => {
  const pair = [
    { beginMs: 100, endMs: 102 },
    { beginMs: 9000, endMs: 9004 },
  ];
  const stretches = stretchesAround(pair, WHOLE);
  assert.is(stretches.length, 2);
  assert.ok(stretches.every(({ fromMs, toMs }) => toMs - fromMs < 20));
});

test('a short operation beside a very long one is seen, with both ends of the long one', () => {
  const pair = [
    { beginMs: 1000, endMs: 1500 },
    { beginMs: 1200, endMs: 1200.05 },
  ];
  const stretches = stretchesAround(pair, WHOLE);
  assert.is(stretches.length, 3);
  assert.ok(stretches.every(({ fromMs, toMs }) => toMs - fromMs < 1));
});

test('whatever is asked, few stretches that hold every moment in question, in order', () => {
  const ms = fc.double({ min: 0, max: 10_000, noNaN: true });
  const interval = fc.tuple(ms, ms).map(([a, b]) => {
    return { beginMs: Math.min(a, b), endMs: Math.max(a, b) };
  });
  fc.assert(
    fc.property(fc.array(interval, { minLength: 1, maxLength: 10 }), (focus) => {
      const stretches = stretchesAround(focus, WHOLE);
      assert.ok(stretches.length >= 1 && stretches.length <= 4);
      for (const [at, { fromMs, toMs }] of stretches.entries()) {
        assert.ok(fromMs <= toMs && fromMs > (stretches[at - 1]?.toMs ?? -Infinity));
      }
      for (const moment of focus.flatMap(({ beginMs, endMs }) => [beginMs, endMs])) {
        assert.ok(stretches.some(({ fromMs, toMs }) => fromMs <= moment && moment <= toMs));
      }
    }),
  );
});

test('whatever the run, all evidence is shown, in a bounded number of lanes and bars', () => {
  const shape = fc.record({
    callers: fc.integer({ min: 1, max: 64 }),
    requests: fc.integer({ min: 1, max: 3000 }),
    meanMs: fc.constantFrom(0.001, 0.4, 50),
    readEveryMs: fc.constantFrom(0.5, 5).map((each) => Math.max(each, 0.5)),
    seed: fc.nat(),
  });
  fc.assert(
    fc.property(shape, fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), (shaped, picks) => {
      const run = honestRun({ ...shaped, readEveryMs: shaped.readEveryMs * shaped.meanMs * 4 });
      const adds = [...new Set(picks.map((pick) => pick % run.history.adds.length))];
      const shown = excerpt(run, adds, [0]);
      const bars = shown.lanes.reduce((sum, { operations }) => sum + operations.length, 0);
      assert.ok(shown.lanes.length <= LANES_MAX, `${shown.lanes.length} lanes`);
      assert.ok(bars <= BARS_MAX, `${bars} bars`);
      const seen = evidenceOf(shown).map(({ kind, index }) => `${kind} ${index}`);
      const meant = [...adds.map((index) => `add ${index}`), 'read 0'];
      assert.equal(seen.toSorted(), meant.toSorted());
    }),
    { numRuns: 60 },
  );
});

test('labels keep clear of each other and of the frame', () => {
  const picks = fc.array(fc.nat(), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(picks, fc.constantFrom(WIDE, NARROW), (picked, size) => {
      const run = honestRun({ callers: 3, requests: 400 });
      const adds = [...new Set(picked.map((pick) => pick % 400))];
      const { callouts, bars, panels } = layOut(excerpt(run, adds), null, size);
      const boxes = callouts.map(({ x, y, name, got }) => {
        return { x, y, right: x + textPx(`${name} ${got}`, size.fontPx) };
      });
      for (const [at, one] of boxes.entries()) {
        assert.ok(one.x >= 0 && one.right <= size.widthPx, 'outside');
        for (const other of boxes.slice(at + 1)) {
          const isClear = one.right < other.x || other.right < one.x;
          assert.ok(isClear || Math.abs(one.y - other.y) >= size.fontPx, 'names overlap');
        }
      }
      for (const { label, width } of bars) {
        assert.ok(label === null || textPx(label, size.fontPx) <= width, 'wider than its bar');
      }
      for (const { ticks } of panels) assert.ok(ticks.some(({ label }) => label !== null));
    }),
    { numRuns: 60 },
  );
});

test('an add without an answer is open to later times, and an answered one is not', () => {
  const run = honestRun();
  Object.assign(run.history.adds[120] ?? {}, { outcome: 'unknown', status: null, ticket: null });
  const { bars } = layOut(excerpt(run, [120, 121]), null, WIDE);
  const open = (index: number) =>
    bars.filter(({ operation }) => operation.index === index && operation.kind === 'add')[0]
      ?.openTo;
  assert.type(open(120), 'number');
  assert.is(open(121), null);
});

test('how two operations lie to each other is said of intervals, ties being together', () => {
  const named = (name: string, beginMs: number, endMs: number, isOpen = false): Named => {
    return { name, beginMs, endMs, isOpen };
  };
  const says = (one: Named, other: Named) => relationOf(one, other)?.text;
  const [a, b] = [named('add 1', 0, 2), named('add 2', 1.5, 4)];
  assert.is(says(a, b), 'add 1 and add 2 were under way together for 0.500 ms.');
  assert.is(says(named('add 3', 5, 6), a), 'add 1 had ended 3.00 ms before add 3 began.');
  assert.match(says(a, named('add 4', 2, 3)) ?? '', 'together for 0.000 ms');
  assert.is(says(named('add 5', 0, 1, true), named('add 6', 2, 3)), undefined);
});

test('the last acknowledged adds are those that ended last', () => {
  const { history } = honestRun();
  Object.assign(history.adds.at(-1) ?? {}, { outcome: 'unknown' });
  const ends = history.adds.map(({ endMs, outcome }, index) => ({ endMs, outcome, index }));
  const ok = ends.filter(({ outcome }) => outcome === 'ok').sort((a, b) => b.endMs - a.endMs);
  assert.equal(
    lastAcknowledged(history, clockOf(history), 5),
    ok.slice(0, 5).map(({ index }) => index),
  );
});

test('the most requests at one moment are counted in the stretches only', () => {
  const run = honestRun({ callers: 1, requests: 20 });
  const clock = clockOf(run.history);
  assert.is(busiest(clock, [{ fromMs: 0, toMs: clock.toMs - clock.fromMs }]), 1);
  const crowd = honestRun({ callers: 9, requests: 200 });
  const around = excerpt(crowd, [100]).stretches;
  assert.is(busiest(clockOf(crowd.history), around), 9);
});

test.run();
