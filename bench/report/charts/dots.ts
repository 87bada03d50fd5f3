// A chart of dots as a specification for vega-lite: a row for each label, a dot at the median, a
// line from low to high, both computed by us. Narrow, the labels stand above their rows. Pure.

import { type DotChart, TONES, type Tone } from '../model.js';
import { type DotLayout, dotLayout, type PlacedRow } from './dot-layout.js';
import {
  along,
  dataOf,
  framed,
  type Layer,
  pixels,
  pointMark,
  type Size,
  type Sketch,
  straightLayer,
  strokeOf,
  textLayers,
} from './frame.js';
import type { Ruler } from './ruler.js';
import { BROKEN_DASH, LINE, SOFT, shapeColour, TONE_SHAPES } from './tones.js';

/** In square pixels; a larger one would hide short intervals. */
const DOT_AREA = { wide: 110, narrow: 70 } as const;

export function dotsSketch(chart: DotChart, size: Size): Sketch {
  const layout = dotLayout(chart, size);
  const { plot, ruler, rows } = layout;
  const tones = TONES.filter((tone) => rows.some(({ row }) => row.tone === tone));
  return framed(plot, size, layout.leftOut, [
    ...guideLayers(layout),
    ...tones.flatMap((tone) => intervalLayers(rows, tone, ruler)),
    ...tones.map((tone) => dotLayer(layout, tone, DOT_AREA[size.name])),
    ...textLayers(layout.words, size),
  ]);
}

function guideLayers({ plot, rows, rulesY, edges }: DotLayout): Layer[] {
  const right = { x2: plot.widthPx };
  const guides = rows.map(({ y }) => ({ x: 0, y, y2: y, ...right }));
  const rules = rulesY.map((y) => ({ x: edges.left, y, y2: y, x2: edges.right }));
  const floor = { x: 0, y: plot.heightPx, y2: plot.heightPx, ...right };
  return [
    straightLayer(guides, { colour: LINE, widthPx: 1, dash: [1, 3] }),
    straightLayer(rules, { colour: LINE, widthPx: 1 }),
    straightLayer(rows.length === 0 ? [] : [floor], { colour: SOFT, widthPx: 1 }),
  ];
}

/** An end that the scale cannot show is an arrow at its edge. */
function intervalLayers(rows: readonly PlacedRow[], tone: Tone, ruler: Ruler): Layer[] {
  const own = rows.filter(({ row, shown }) => row.tone === tone && shown !== null);
  const [from, to] = ruler.domain;
  const lines = own.map(({ shown, y }) => ({ y, x: shown?.low ?? from, x2: shown?.high ?? to }));
  const dash = tone === 'broken' ? { dash: BROKEN_DASH } : {};
  const arrows = (shape: string, x: number, y: readonly number[]): Layer => ({
    data: dataOf(y.map((each) => ({ x, y: each }))),
    mark: pointMark(shape, shapeColour(tone)),
    encoding: { x: along('x', ruler, 'bottom'), y: pixels('y') },
  });
  const open = (end: 'low' | 'high') =>
    own.filter(({ shown }) => shown?.[end] === null).map(({ y }) => y);
  return [
    {
      data: dataOf(lines),
      mark: { type: 'rule', ...strokeOf({ colour: shapeColour(tone), widthPx: 2.5, ...dash }) },
      encoding: { x: along('x', ruler, 'bottom'), x2: { field: 'x2' }, y: pixels('y') },
    },
    ...(open('low').length > 0 ? [arrows('triangle-left', from, open('low'))] : []),
    ...(open('high').length > 0 ? [arrows('triangle-right', to, open('high'))] : []),
  ];
}

function dotLayer({ rows, ruler }: DotLayout, tone: Tone, size: number): Layer {
  const dots = rows.flatMap(({ row, shown, y }) => {
    return row.tone === tone && shown !== null ? [{ x: shown.median, y }] : [];
  });
  return {
    data: dataOf(dots),
    mark: { ...pointMark(TONE_SHAPES[tone], shapeColour(tone)), size },
    encoding: { x: along('x', ruler, 'bottom'), y: pixels('y') },
  };
}
