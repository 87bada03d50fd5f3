// Texts of charts that keep clear of each other, and colours that readers can tell apart.

import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { breakLines, type LabelWish, placeLabels } from '../../../bench/report/charts/chart-parts.js';
import {
  SERIES_COLOURS,
  SERIES_SYMBOLS,
  SERIES_VARIABLES,
} from '../../../bench/report/charts/series-style.js';
import { TONES } from '../../../bench/report/model.js';
import { PALETTE } from '../../../src/present/page-style.js';
import { estimateTextPx } from '../../../src/present/scale.js';
import { computeContrast } from '../../support/contrast.js';
import { suite } from '../../support/suite.js';

const test = suite('bench: labels and colours of charts');

function countOverlaps(wishes: readonly LabelWish[], places: readonly number[]): number {
  const boxes = wishes.map(({ heightPx }, at) => ({ y: places[at] ?? 0, half: heightPx / 2 }));
  boxes.sort((a, b) => a.y - b.y);
  return boxes.filter(({ y, half }, at) => {
    const before = boxes[at - 1];
    return before !== undefined && y - half < before.y + before.half - 1e-6;
  }).length;
}

test('labels at one height move apart around it, and labels that are apart stay', () => {
  const together = [50, 50, 50].map((y) => ({ y, heightPx: 20 }));
  assert.is(countOverlaps(together, [50, 50, 50]), 2);
  assert.equal(placeLabels(together, [0, 100]), [30, 50, 70]);
  const apart = [90, 10].map((y) => ({ y, heightPx: 20 }));
  assert.equal(placeLabels(apart, [0, 100]), [90, 10]);
  assert.equal(placeLabels([{ y: 2, heightPx: 20 }], [0, 100]), [10]);
});

test('placed labels never overlap, keep the order of their lines and stay in their room', () => {
  const wish = fc.record({
    y: fc.double({ min: 0, max: 300, noNaN: true }),
    heightPx: fc.integer({ min: 10, max: 40 }),
  });
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 7 }), (wishes) => {
      const places = placeLabels(wishes, [0, 300]);
      assert.is(countOverlaps(wishes, places), 0);
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

test('a text breaks between words, and only a text without room is cut', () => {
  assert.equal(breakLines('one two three', 70, 13, 3), ['one two', 'three']);
  assert.equal(breakLines('one two three four', 70, 13, 2), ['one two', 'three f…']);
  assert.equal(breakLines('', 70, 13, 2), []);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
      const lines = breakLines(text, 90, 13, 3);
      assert.ok(lines.length <= 3 && lines.every((line) => estimateTextPx(line, 13) <= 90));
    }),
  );
});

test('on both grounds, light and dark, shapes have a contrast of 3 and names of 4.5', () => {
  assert.ok(computeContrast('#ffffff', '#000000') > 20.9);
  assert.ok(computeContrast('#e69f00', '#ffffff') < 3);
  for (const [at, scheme] of (['light', 'dark'] as const).entries()) {
    for (const tone of TONES) {
      const { shape, text } = SERIES_COLOURS[scheme][tone];
      for (const ground of [PALETTE.surface?.[at], PALETTE.ground?.[at]]) {
        assert.ok(computeContrast(shape, ground ?? '') >= 3, `${scheme} ${tone}`);
        assert.ok(computeContrast(text, ground ?? '') >= 4.5, `${scheme} ${tone}, text`);
      }
      assert.match(SERIES_VARIABLES[scheme], `--series-${tone}:${shape};--series-${tone}-text:`);
    }
  }
});

test('no two series styles have the same colour or the same symbol', () => {
  const symbols = TONES.map((tone) => JSON.stringify(SERIES_SYMBOLS[tone]));
  assert.is(new Set(symbols).size, TONES.length);
  for (const scheme of ['light', 'dark'] as const) {
    const shapes = TONES.map((tone) => SERIES_COLOURS[scheme][tone].shape);
    assert.is(new Set(shapes).size, TONES.length);
  }
});

test.run();
