// A chart of curves as a specification for vega-lite: a band from low to high and a line through
// the medians, both computed by us; where a law was fitted, the law is the line and the points
// have bars. Names stand at the ends of lines. Pure.

import type { CurveChart } from '../model.js';
import { type CurveLayout, curveLayout } from './curve-layout.js';
import type { CurveLine, CurvePoint } from './curve-lines.js';
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
import { BROKEN_DASH, SOFT, shapeColour, TONE_SHAPES } from './tones.js';

const REPEAT_DASH: readonly number[] = [1.5, 3];
const CROSSING = { colour: SOFT, widthPx: 1.25, dash: [8, 4, 2, 4] } as const;
/** More would hide the line they stand on. */
const SHAPES_MAX = 24;

interface Rulers {
  readonly x: Ruler;
  readonly y: Ruler;
}

export function curvesSketch(chart: CurveChart, size: Size): Sketch {
  const layout = curveLayout(chart, size);
  const { plot, lines, x, y } = layout;
  const rulers = { x, y };
  return framed(plot, size, layout.leftOut, [
    floorLayer(layout),
    ...lines.flatMap((line) => bandLayers(line, rulers)),
    straightLayer(layout.crossings, CROSSING),
    ...leaderLayers(layout),
    ...lines.flatMap((line) => lineLayers(line, rulers)),
    ...lines.map((line) => pointLayer(line, rulers)),
    ...signLayers(layout),
    ...textLayers(layout.words, size),
  ]);
}

function floorLayer({ plot }: CurveLayout): Layer {
  const floor = { x: 0, y: plot.heightPx, x2: plot.widthPx, y2: plot.heightPx };
  return straightLayer([floor], { colour: SOFT, widthPx: 1 });
}

/** Its bounds; an end that the scale cannot show is at the scale's edge. */
function boundsOf({ at, shown }: CurvePoint, { y }: Rulers) {
  return { x: at, low: shown.low ?? y.domain[0], high: shown.high ?? y.domain[1] };
}

/** A band over the points of a run; bars where there is no line to go along. */
function bandLayers({ tone, runs, law }: CurveLine, rulers: Rulers): Layer[] {
  const isBarred = (run: readonly CurvePoint[]) => law.length > 0 || run.length === 1;
  const encoding = {
    x: along('x', rulers.x, 'bottom'),
    y: along('low', rulers.y, 'left'),
    y2: { field: 'high' },
  };
  const bands = runs
    .filter((run) => !isBarred(run))
    .map((run): Layer => {
      const mark = { type: 'area', fill: shapeColour(tone), fillOpacity: 0.13 } as const;
      return { data: dataOf(run.map((point) => boundsOf(point, rulers))), mark, encoding };
    });
  const barred = runs.filter(isBarred).flat();
  if (barred.length === 0) return bands;
  const mark = { type: 'rule', ...strokeOf({ colour: shapeColour(tone), widthPx: 1.75 }) } as const;
  const values = dataOf(barred.map((point) => boundsOf(point, rulers)));
  return [...bands, { data: values, mark, encoding }];
}

function lineLayers({ tone, runs, law, isRepeat }: CurveLine, rulers: Rulers): Layer[] {
  const encoding = { x: along('x', rulers.x, 'bottom'), y: along('y', rulers.y, 'left') };
  const dash = dashOf(tone === 'broken', isRepeat);
  const mark = (widthPx: number) =>
    ({ type: 'line', ...strokeOf({ colour: shapeColour(tone), widthPx, ...dash }) }) as const;
  if (law.length > 0) {
    const data = dataOf(law.map(({ at, y }) => ({ x: at, y })));
    return [{ data, mark: mark(1.25), encoding }];
  }
  return runs
    .filter((run) => run.length > 1)
    .map((run) => {
      const data = dataOf(run.map(({ at, shown }) => ({ x: at, y: shown.median })));
      return { data, mark: mark(2.25), encoding };
    });
}

function dashOf(isBroken: boolean, isRepeat: boolean): { dash?: readonly number[] } {
  if (isBroken) return { dash: BROKEN_DASH };
  return isRepeat ? { dash: REPEAT_DASH } : {};
}

/** The first and the last always; of many, some between them. */
function pointLayer({ tone, runs, isRepeat }: CurveLine, rulers: Rulers): Layer {
  const points = runs.flat();
  const every = Math.ceil(points.length / SHAPES_MAX);
  const some = points.filter((_, at) => at % every === 0 || at === points.length - 1);
  return {
    data: dataOf(some.map(({ at, shown }) => ({ x: at, y: shown.median }))),
    mark: pointMark(TONE_SHAPES[tone], shapeColour(tone), isRepeat),
    encoding: { x: along('x', rulers.x, 'bottom'), y: along('y', rulers.y, 'left') },
  };
}

/** From the end of each line to its name. */
function leaderLayers({ ends }: CurveLayout): Layer[] {
  return ends.map(({ tone, leader }) => {
    if (tone === null) return straightLayer([leader], CROSSING);
    return straightLayer([leader], { colour: shapeColour(tone), widthPx: 1, dash: [2, 2] });
  });
}

function signLayers({ ends }: CurveLayout): Layer[] {
  return ends.flatMap(({ tone, isRepeat, leader, signX }): Layer[] => {
    if (tone === null) return [];
    const mark = pointMark(TONE_SHAPES[tone], shapeColour(tone), isRepeat);
    const encoding = { x: pixels('x'), y: pixels('y') };
    return [{ data: dataOf([{ x: signX, y: leader.y2 }]), mark, encoding }];
  });
}
