// What a chart's layout is made of: short numbers, ticks with room, names that keep clear of each
// other, lines of text that fit, colours that can be told apart.

import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { flawOf, labelsOf } from '../../../bench/report/charts/numbers.js';
import { fractionOf, rulerOf, stepsRuler } from '../../../bench/report/charts/ruler.js';
import { spread, type Wish } from '../../../bench/report/charts/spread.js';
import { CHART_VARIABLES, TONE_COLOURS, TONE_SHAPES } from '../../../bench/report/charts/tones.js';
import { linesPx, wrapped } from '../../../bench/report/charts/wrapped.js';
import { TONES } from '../../../bench/report/model.js';
import { PALETTES } from '../../../src/present/page-style.js';
import { suite } from '../../support/suite.js';

const test = suite('bench: scales, names and colours of charts');

test('numbers at an axis are short and alike, and never scientific', () => {
  assert.equal(labelsOf([0, 2000, 10_000], true), ['0', '2,000', '10,000']);
  assert.equal(labelsOf([1, 1000, 1_000_000], false), ['1', '1k', '1M']);
  assert.equal(labelsOf([0, 0.5, 1, 1.5], true), ['0', '0.5', '1.0', '1.5']);
  assert.equal(labelsOf([0.001, 0.1, 10], false), ['0.001', '0.1', '10']);
  assert.equal(labelsOf([1e-9, 1e15], false), ['0.000000001', '1,000T']);
  for (const label of labelsOf([1e-7, 1 / 3, 2e6 / 3], false)) assert.not.match(label, /e/);
});

test('what a scale cannot show has a flaw, and what it can has none', () => {
  assert.is(flawOf(0, 'linear'), null);
  assert.is(flawOf(-3, 'linear'), null);
  assert.is(flawOf(0, 'log'), '0 has no place on a log scale');
  assert.is(flawOf(Number.NaN, 'linear'), 'not measured');
  assert.is(flawOf(Number.POSITIVE_INFINITY, 'log'), 'without end');
});

const ACROSS = { lengthPx: 500, fontPx: 13, isAcross: true };

test('doublings keep their own ticks on a log scale; short of room, every second or so', () => {
  const callers = [1, 2, 4, 8, 16, 32, 64, 128, 256];
  const ticksOf = (lengthPx: number) =>
    rulerOf(callers, 'log', { ...ACROSS, lengthPx }, callers).ticks.map(({ at }) => at);
  assert.equal(ticksOf(500), callers);
  assert.equal(ticksOf(150), [1, 4, 16, 64, 256]);
});

test('a linear scale begins at zero unless its data are far from it', () => {
  assert.is(rulerOf([2, 10], 'linear', ACROSS).domain[0], 0);
  assert.ok(rulerOf([0.95, 1.05], 'linear', ACROSS).domain[0] > 0.9);
  assert.is(rulerOf([7], 'linear', ACROSS).domain[0], 0);
});

test('every value is inside its scale, every tick too, and labels have room', () => {
  const value = fc.double({ min: -1e15, max: 1e15, noNaN: true });
  const positive = fc.double({ min: 1e-9, max: 1e15, noNaN: true });
  const values = (of: fc.Arbitrary<number>) => fc.array(of, { minLength: 1, maxLength: 9 });
  const inside = (kind: 'linear' | 'log') => (own: number[]) => {
    const ruler = rulerOf(own, kind, ACROSS);
    const at = [...own, ...ruler.ticks.map((tick) => tick.at)].map((each) => {
      return fractionOf(ruler, each);
    });
    assert.ok(at.every((fraction) => fraction >= -1e-6 && fraction <= 1 + 1e-6));
    const places = ruler.ticks.map((tick) => fractionOf(ruler, tick.at) * ACROSS.lengthPx);
    const gaps = places.slice(1).map((place, index) => place - (places[index] ?? 0));
    assert.ok(gaps.every((gap) => gap > 13));
  };
  fc.assert(fc.property(values(value), inside('linear')));
  fc.assert(fc.property(values(positive), inside('log')));
});

test('steps stand at equal distances, whatever their values', () => {
  const ruler = stepsRuler([0, 20, 100, 2000], ACROSS);
  assert.equal(
    ruler.ticks.map(({ at }) => at),
    [0, 1, 2, 3],
  );
  assert.equal(
    ruler.ticks.map(({ label }) => label),
    ['0', '20', '100', '2,000'],
  );
});

function overlapsOf(wishes: readonly Wish[], places: readonly number[]): number {
  const boxes = wishes.map(({ heightPx }, at) => ({ y: places[at] ?? 0, half: heightPx / 2 }));
  boxes.sort((a, b) => a.y - b.y);
  return boxes.filter(({ y, half }, at) => {
    const before = boxes[at - 1];
    return before !== undefined && y - half < before.y + before.half - 1e-6;
  }).length;
}

test('names at one height are spread about it, names apart stay, and overlap is seen', () => {
  const together = [50, 50, 50].map((y) => ({ y, heightPx: 20 }));
  const before = together.map(({ y }) => y);
  assert.is(overlapsOf(together, before), 2);
  assert.equal(spread(together, [0, 100]), [30, 50, 70]);
  const apart = [10, 90].map((y) => ({ y, heightPx: 20 }));
  assert.equal(spread(apart, [0, 100]), [10, 90]);
  assert.equal(spread([{ y: 2, heightPx: 20 }], [0, 100]), [10]);
});

test('spread names never overlap, keep the order of their lines and stay in their room', () => {
  const wish = fc.record({
    y: fc.double({ min: 0, max: 300, noNaN: true }),
    heightPx: fc.integer({ min: 10, max: 40 }),
  });
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 7 }), (wishes) => {
      const places = spread(wishes, [0, 300]);
      assert.is(overlapsOf(wishes, places), 0);
      wishes.forEach(({ y, heightPx }, at) => {
        const place = places[at] ?? 0;
        assert.ok(place - heightPx / 2 >= -1e-6 && place + heightPx / 2 <= 300 + 1e-6);
        wishes.forEach((other, index) => {
          if (other.y > y) assert.ok((places[index] ?? 0) > place);
        });
      });
    }),
  );
});

test('a text is broken between words, and cut only where it must be', () => {
  assert.equal(wrapped('one two three', 70, 13, 3), ['one two', 'three']);
  assert.equal(wrapped('one two three four', 70, 13, 2), ['one two', 'three f…']);
  assert.equal(wrapped('', 70, 13, 2), []);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
      const lines = wrapped(text, 90, 13, 3);
      assert.ok(lines.length <= 3 && linesPx(lines, 13) <= 90);
    }),
  );
});

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Of WCAG 2. */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((one, other) => other - one);
  return (light + 0.05) / (dark + 0.05);
}

test('colours stand out of both grounds, in light and in dark: 3 for shapes, 4.5 for names', () => {
  assert.ok(contrast('#ffffff', '#000000') > 20.9 && contrast('#e69f00', '#ffffff') < 3);
  for (const scheme of ['light', 'dark'] as const) {
    for (const tone of TONES) {
      const { shape, text } = TONE_COLOURS[scheme][tone];
      for (const ground of [PALETTES[scheme].surface, PALETTES[scheme].ground]) {
        assert.ok(contrast(shape, ground ?? '') >= 3, `${scheme} ${tone}`);
        assert.ok(contrast(text, ground ?? '') >= 4.5, `${scheme} ${tone}, text`);
      }
      assert.match(CHART_VARIABLES[scheme], `--tone-${tone}:${shape};--tone-${tone}-text:${text};`);
    }
  }
});

test('no two tones have one colour or one shape', () => {
  assert.is(new Set(TONES.map((tone) => TONE_SHAPES[tone])).size, TONES.length);
  for (const scheme of ['light', 'dark'] as const) {
    const shapes = TONES.map((tone) => TONE_COLOURS[scheme][tone].shape);
    assert.is(new Set(shapes).size, TONES.length);
  }
});

test.run();
