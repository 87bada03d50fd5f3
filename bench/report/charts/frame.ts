// What both kinds of charts are made of: two sizes, a plot with margins of our own, layers of texts
// and of straight lines at given pixels, and axes along a ruler. Vega lays out nothing itself, so
// that nothing depends on the fonts of the machine that draws. Pure.

import type { TopLevelSpec } from 'vega-lite';
import type { Ruler } from './ruler.js';
import { GROUND, LINE, SOFT } from './tones.js';

export interface Size {
  readonly name: 'wide' | 'narrow';
  readonly widthPx: number;
  readonly fontPx: number;
  readonly linePx: number;
}

export const WIDE: Size = { name: 'wide', widthPx: 760, fontPx: 13, linePx: 17 };
export const NARROW: Size = { name: 'narrow', widthPx: 340, fontPx: 13, linePx: 17 };

/** Everything else is placed from its upper left corner: what is left of it is below 0. */
export interface Plot {
  readonly leftPx: number;
  readonly topPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Below it: ticks, titles, notes. */
  readonly bottomPx: number;
}

/** What vega-lite is to draw, how high it becomes, and what it does not show in full. */
export interface Sketch {
  readonly spec: TopLevelSpec;
  readonly heightPx: number;
  readonly leftOut: readonly string[];
}

export type Layer = Extract<TopLevelSpec, { layer: unknown }>['layer'][number];
type Datum = Readonly<Record<string, string | number>>;

export interface Words {
  readonly x: number;
  /** Of its middle. */
  readonly y: number;
  readonly text: string;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly colour: string;
  readonly isBold?: boolean;
}

export interface Straight {
  readonly x: number;
  readonly y: number;
  readonly x2: number;
  readonly y2: number;
}

/** At the pixels that the field says. */
export function pixels(field: string) {
  return { field, type: 'quantitative', scale: null, axis: null } as const;
}

/** Along a ruler. Every layer names the same axis: one that named none would take it away. */
export function along(field: string, { kind, domain, ticks }: Ruler, orient: 'left' | 'bottom') {
  const zero = kind === 'linear' ? { zero: false } : {};
  const scale = { type: kind, domain: [domain[0], domain[1]] as number[], nice: false, ...zero };
  const labels = Object.fromEntries(ticks.map(({ at, label }) => [at, label]));
  const axis = {
    orient,
    values: ticks.map(({ at }) => at),
    // The labels are numbers of ours, never a text from outside.
    labelExpr: `${JSON.stringify(labels)}[datum.value]`,
    title: null,
  };
  return { field, type: 'quantitative' as const, scale, axis };
}

export function dataOf(values: readonly object[]): { values: Datum[] } {
  return { values: values.map((value) => ({ ...value }) as Datum) };
}

/** A layer for each look, in the order of their first words. */
export function textLayers(words: readonly Words[], size: Size): Layer[] {
  const looks = new Map<string, Words[]>();
  for (const each of words) {
    const look = [each.anchor, each.colour, each.isBold === true].join(' ');
    looks.set(look, [...(looks.get(look) ?? []), each]);
  }
  const aligns = { start: 'left', middle: 'center', end: 'right' } as const;
  return [...looks.values()].map((own) => ({
    data: dataOf(own.map(({ x, y, text }) => ({ x, y, text }))),
    mark: {
      type: 'text',
      align: aligns[own[0]?.anchor ?? 'start'],
      baseline: 'middle',
      fontSize: size.fontPx,
      fontWeight: own[0]?.isBold === true ? 600 : 400,
      fill: own[0]?.colour ?? SOFT,
      // Lines of the grid keep clear of it; markup.ts puts it behind the letters.
      stroke: GROUND,
      strokeWidth: 3,
    },
    encoding: { x: pixels('x'), y: pixels('y'), text: { field: 'text', type: 'nominal' } },
  }));
}

export interface Stroke {
  readonly colour: string;
  readonly widthPx: number;
  readonly dash?: readonly number[];
}

export function straightLayer(lines: readonly Straight[], stroke: Stroke): Layer {
  return {
    data: dataOf(lines),
    mark: { type: 'rule', ...strokeOf(stroke) },
    encoding: { x: pixels('x'), y: pixels('y'), x2: { field: 'x2' }, y2: { field: 'y2' } },
  };
}

export function strokeOf({ colour, widthPx, dash }: Stroke) {
  const strokeDash = dash === undefined ? {} : { strokeDash: [...dash] };
  return { stroke: colour, strokeWidth: widthPx, ...strokeDash };
}

/** Points on a ground of their own, so that they stand out of their lines. */
export function pointMark(shape: string, colour: string, isOpen = false) {
  const fill = isOpen ? GROUND : colour;
  const stroke = isOpen ? colour : GROUND;
  return {
    type: 'point',
    shape,
    fill,
    stroke,
    strokeWidth: isOpen ? 1.75 : 1,
    size: 80,
    opacity: 1,
  } as const;
}

export function framed(plot: Plot, size: Size, leftOut: readonly string[], layer: Layer[]): Sketch {
  const { leftPx: left, topPx: top, bottomPx: bottom } = plot;
  const spec: TopLevelSpec = {
    width: plot.widthPx,
    height: plot.heightPx,
    padding: { left, top, bottom, right: size.widthPx - left - plot.widthPx },
    autosize: { type: 'none' },
    config: {
      aria: false,
      background: 'transparent',
      view: { stroke: null, fill: null },
      axis: {
        ...{ domain: false, ticks: false, gridColor: LINE, gridWidth: 1 },
        ...{ labelColor: SOFT, labelFontSize: size.fontPx, labelPadding: 8 },
        ...{ labelOverlap: false, labelBound: false, labelFlush: false, labelLimit: 0 },
      },
    },
    layer,
  };
  return { spec, heightPx: top + plot.heightPx + bottom, leftOut };
}
