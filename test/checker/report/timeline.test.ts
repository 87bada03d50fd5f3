// Which operations a timeline shows, and that a reader can tell them apart. Data and numbers only:
// another file tests the looks in a browser.
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { type NamedSpan, relateSpans } from '../../../src/checker/report/evidence-text.js';
import { BARS_MAX, buildExcerpt, type Excerpt, LANES_MAX } from '../../../src/checker/report/timeline.js';
import { layOutTimeline } from '../../../src/checker/report/timeline-layout.js';
import { NARROW, WIDE } from '../../../src/checker/report/timeline-scale.js';
import {
  countBusiest,
  findLastAcknowledged,
  findStretches,
  readTimes,
} from '../../../src/checker/report/timeline-window.js';
import { estimateTextPx } from '../../../src/present/scale.js';
import { suite } from '../../support/suite.js';
import { type MadeRun, makeCorrectRun } from './made-runs.js';

const test = suite('check: timeline');

function excerpt(run: MadeRun, adds: number[], reads: number[] = []): Excerpt {
  const focus = { adds, reads, context: [], cell: null };
  const found = buildExcerpt(run, readTimes(run.history), focus);
  if (found === null) throw new Error('nothing to show');
  return found;
}

function listEvidence({ lanes }: Excerpt) {
  return lanes.flatMap(({ operations }) => operations.filter(({ isEvidence }) => isEvidence));
}

const WHOLE = { beginMs: 0, endMs: 10_000 };

const span = (beginMs: number, endMs: number) => ({ beginMs, endMs });

for (const [what, pair, count, longestMs] of [
  ['operations far apart are shown without the time between them', [span(100, 102), span(9000, 9004)], 2, 20],
  [
    'a short operation beside a long one is seen, with both ends',
    [span(1000, 1500), span(1200, 1200.05)],
    3,
    1,
  ],
] as const) {
  test(what, () => {
    const stretches = findStretches(pair, WHOLE);
    assert.is(stretches.length, count);
    assert.ok(stretches.every(({ beginMs, endMs }) => endMs - beginMs < longestMs));
  });
}

test('operations near each other are shown in one stretch, with some time around them', () => {
  const [stretch, ...more] = findStretches([span(100, 102), span(101, 104)], WHOLE);
  assert.is(more.length, 0);
  assert.ok(stretch && stretch.beginMs < 98 && stretch.endMs > 106);
});

test('few stretches hold every moment in question, in order', () => {
  const ms = fc.double({ min: 0, max: 10_000, noNaN: true });
  const interval = fc.tuple(ms, ms).map(([a, b]) => span(Math.min(a, b), Math.max(a, b)));
  fc.assert(
    fc.property(fc.array(interval, { minLength: 1, maxLength: 10 }), (focus) => {
      const stretches = findStretches(focus, WHOLE);
      assert.ok(stretches.length >= 1 && stretches.length <= 4);
      for (const [at, { beginMs, endMs }] of stretches.entries()) {
        assert.ok(beginMs <= endMs && beginMs > (stretches[at - 1]?.endMs ?? -Infinity));
      }
      for (const moment of focus.flatMap(({ beginMs, endMs }) => [beginMs, endMs])) {
        assert.ok(stretches.some(({ beginMs, endMs }) => beginMs <= moment && moment <= endMs));
      }
    }),
  );
});

test('all evidence is shown, in a bounded number of lanes and bars', () => {
  const shape = fc.record({
    callers: fc.integer({ min: 1, max: 64 }),
    requests: fc.integer({ min: 1, max: 3000 }),
    meanMs: fc.constantFrom(0.001, 0.4, 50),
    readEveryMs: fc.constantFrom(0.5, 5).map((each) => Math.max(each, 0.5)),
    seed: fc.nat(),
  });
  fc.assert(
    fc.property(shape, fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), (shaped, picks) => {
      const run = makeCorrectRun({ ...shaped, readEveryMs: shaped.readEveryMs * shaped.meanMs * 4 });
      const adds = [...new Set(picks.map((pick) => pick % run.history.adds.length))];
      const shown = excerpt(run, adds, [0]);
      const bars = shown.lanes.reduce((sum, { operations }) => sum + operations.length, 0);
      assert.ok(shown.lanes.length <= LANES_MAX, `${shown.lanes.length} lanes`);
      assert.ok(bars <= BARS_MAX, `${bars} bars`);
      const seen = listEvidence(shown).map(({ kind, index }) => `${kind} ${index}`);
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
      const run = makeCorrectRun({ callers: 3, requests: 400 });
      const adds = [...new Set(picked.map((pick) => pick % 400))];
      const { callouts, bars, panels } = layOutTimeline(excerpt(run, adds), null, size);
      const boxes = callouts.map(({ x, y, name, got }) => {
        return { x, y, right: x + estimateTextPx(`${name} ${got}`, size.fontPx) };
      });
      for (const [at, one] of boxes.entries()) {
        assert.ok(one.x >= 0 && one.right <= size.widthPx, 'outside');
        for (const other of boxes.slice(at + 1)) {
          const isClear = one.right < other.x || other.right < one.x;
          assert.ok(isClear || Math.abs(one.y - other.y) >= size.fontPx, 'names overlap');
        }
      }
      for (const { label, width } of bars) {
        assert.ok(label === null || estimateTextPx(label, size.fontPx) <= width, 'wider than its bar');
      }
      for (const { ticks } of panels) assert.ok(ticks.some(({ label }) => label !== null));
    }),
    { numRuns: 60 },
  );
});

test('an add without an answer is open to later times, and an answered one is not', () => {
  const run = makeCorrectRun();
  Object.assign(run.history.adds[120] ?? {}, { outcome: 'unknown', status: null, ticket: null });
  const { bars } = layOutTimeline(excerpt(run, [120, 121]), null, WIDE);
  const open = (index: number) =>
    bars.filter(({ operation }) => operation.index === index && operation.kind === 'add')[0]?.openTo;
  assert.type(open(120), 'number');
  assert.is(open(121), null);
});

test('two operations overlap or have a gap; operations that touch overlap', () => {
  const named = (name: string, beginMs: number, endMs: number, isOpen = false): NamedSpan => {
    return { name, beginMs, endMs, isOpen };
  };
  const relate = (one: NamedSpan, other: NamedSpan) => {
    const relation = relateSpans(one, other);
    return relation && [relation.kind, relation.beginMs, relation.endMs];
  };
  const [a, b] = [named('add 1', 0, 2), named('add 2', 1.5, 4)];
  assert.equal(relate(a, b), ['overlap', 1.5, 2]);
  assert.equal(relate(named('add 3', 5, 6), a), ['gap', 2, 5]);
  assert.equal(relate(a, named('add 4', 2, 3)), ['overlap', 2, 2]);
  assert.is(relate(named('add 5', 0, 1, true), named('add 6', 2, 3)), null);
  assert.match(relateSpans(a, b)?.text ?? '', /^add 1 and add 2 .*0\.500 ms\.$/);
});

test('the last acknowledged adds are those that ended last', () => {
  const { history } = makeCorrectRun();
  Object.assign(history.adds.at(-1) ?? {}, { outcome: 'unknown' });
  const ends = history.adds.map(({ endMs, outcome }, index) => ({ endMs, outcome, index }));
  const ok = ends.filter(({ outcome }) => outcome === 'ok').sort((a, b) => b.endMs - a.endMs);
  assert.equal(
    findLastAcknowledged(history, readTimes(history), 5),
    ok.slice(0, 5).map(({ index }) => index),
  );
});

test('the most requests at one moment are counted in the stretches only', () => {
  const run = makeCorrectRun({ callers: 1, requests: 20 });
  const times = readTimes(run.history);
  assert.is(countBusiest(times, [{ beginMs: 0, endMs: times.whole.endMs - times.whole.beginMs }]), 1);
  const crowd = makeCorrectRun({ callers: 9, requests: 200 });
  const around = excerpt(crowd, [100]).stretches;
  assert.is(countBusiest(readTimes(crowd.history), around), 9);
});

test.run();
