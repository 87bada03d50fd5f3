// Scales of charts: short numbers, ticks with room for their labels, domains that hold every value.

import fc from 'fast-check';
import * as assert from 'uvu/assert';
import {
  type AxisTick,
  chooseTicks,
  computeFraction,
  findScaleProblem,
  fitScale,
  formatTicks,
  type ScaleKind,
} from '../../src/present/scale.js';
import { suite } from '../support/suite.js';

const test = suite('present: scales of charts');

const SPACE = { lengthPx: 500, fontPx: 13, isHorizontal: true };

test('the numbers of an axis are short, have equal decimals, and are never scientific', () => {
  for (const [kind, values, labels] of [
    ['linear', [0, 2000, 10_000], ['0', '2,000', '10,000']],
    ['linear', [0, 0.5, 1, 1.5], ['0', '0.5', '1.0', '1.5']],
    ['log', [1, 1000, 1_000_000], ['1', '1K', '1M']],
    ['log', [0.001, 0.1, 10], ['0.001', '0.1', '10']],
    ['log', [1e-9, 1e-7], ['0.000000001', '0.0000001']],
  ] as const) {
    assert.equal(formatTicks(values, kind), labels);
  }
  for (const label of formatTicks([1e-7, 1 / 3, 2e6 / 3, 1e15], 'log')) {
    assert.not.match(label, /e/i);
  }
});

test('a value that a scale cannot show has a problem, and any other has none', () => {
  for (const value of [0, -3, 1e15]) assert.is(findScaleProblem(value, 'linear'), null);
  assert.is(findScaleProblem(0.001, 'log'), null);
  for (const value of [0, -3, 1e-12]) assert.type(findScaleProblem(value, 'log'), 'string');
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -1e300]) {
    assert.type(findScaleProblem(value, 'linear'), 'string');
  }
});

test('preferred ticks win on a log scale; without room only every second or so remains', () => {
  const doublings = [1, 2, 4, 8, 16, 32, 64, 128, 256];
  const preferred = doublings.map((at) => ({ at, label: String(at) }));
  const list = (lengthPx: number) =>
    chooseTicks(fitScale(doublings, 'log'), { ...SPACE, lengthPx }, preferred).map(({ at }) => at);
  assert.equal(list(500), doublings);
  assert.equal(list(150), [1, 4, 16, 64, 256]);
});

test('a linear scale begins at zero unless its values are far from it', () => {
  assert.is(fitScale([2, 10], 'linear').domain[0], 0);
  assert.is(fitScale([7], 'linear').domain[0], 0);
  assert.ok(fitScale([0.95, 1.05], 'linear').domain[0] > 0.9);
});

function measureGaps(ticks: readonly AxisTick[], place: (tick: AxisTick) => number): number[] {
  return ticks.slice(1).map((tick, at) => place(tick) - place(ticks[at] ?? tick));
}

test('every value and every tick is inside the scale, and labels have room', () => {
  const range = { linear: { min: -1e15, max: 1e15 }, log: { min: 1e-9, max: 1e15 } } as const;
  for (const kind of ['linear', 'log'] satisfies ScaleKind[]) {
    const value = fc.double({ ...range[kind], noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 9 }), (values) => {
        const scale = fitScale(values, kind);
        const ticks = chooseTicks(scale, SPACE);
        const all = [...values, ...ticks.map(({ at }) => at)];
        const fractions = all.map((each) => computeFraction(scale, each));
        assert.ok(fractions.every((part) => part >= -1e-6 && part <= 1 + 1e-6));
        const gaps = measureGaps(ticks, ({ at }) => computeFraction(scale, at) * SPACE.lengthPx);
        assert.ok(gaps.every((gap) => gap > SPACE.fontPx));
      }),
    );
  }
});

test.run();
