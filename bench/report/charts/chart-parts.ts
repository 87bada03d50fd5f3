// What both kinds of charts share: two sizes, texts at given pixels, points and axes.
// We place every text ourselves, because Plot knows no label collisions. Pure.

import * as Plot from '@observablehq/plot';
import {
  type AxisTick,
  estimateTextPx,
  findScaleProblem,
  type Scale,
  type ScaleKind,
} from '../../../src/present/scale.js';
import type { ConfidenceInterval } from '../../stats/statistics.js';
import type { Tone } from '../model.js';
import { GROUND, LINE, SERIES_SYMBOLS, SOFT, shapeColour } from './series-style.js';

export interface Size {
  readonly name: 'wide' | 'narrow';
  readonly widthPx: number;
  readonly fontPx: number;
  readonly linePx: number;
}

/** The page stretches a picture to its column, where letters are then at least 12 pixels high. */
export const WIDE: Size = { name: 'wide', widthPx: 760, fontPx: 13, linePx: 17 };
export const NARROW: Size = { name: 'narrow', widthPx: 340, fontPx: 13, linePx: 17 };

export const EDGE_PX = 14;

/** What Plot draws, and what the chart does not show in full. */
export interface ChartPlan {
  readonly options: Plot.PlotOptions;
  readonly omissions: readonly string[];
}

export interface Label {
  readonly x: number;
  /** The middle of the first line. */
  readonly y: number;
  readonly lines: readonly string[];
  readonly anchor: 'start' | 'middle' | 'end';
  readonly colour: string;
  readonly isBold?: boolean;
}

/** A channel whose values are pixels of the picture. */
export function pixels(name: string) {
  return { value: name, scale: null };
}

export function drawLabels(labels: readonly Label[], { fontPx, linePx }: Size): Plot.Markish[] {
  return [false, true].flatMap((isBold) =>
    (['start', 'middle', 'end'] as const).map((textAnchor) => {
      const lines = labels
        .filter((label) => label.anchor === textAnchor && (label.isBold ?? false) === isBold)
        .flatMap(({ x, y, lines, colour }) =>
          lines.map((text, at) => ({ x, y: y + at * linePx, text, colour })),
        );
      return Plot.text(lines, {
        ...{ x: pixels('x'), y: pixels('y'), text: 'text', fill: 'colour', textAnchor },
        ...{ fontSize: fontPx, fontWeight: isBold ? 600 : 400 },
        // The outline keeps grid lines away from the letters.
        ...{ stroke: GROUND, strokeWidth: 3 },
      });
    }),
  );
}

/** Points with the colour and the symbol of their tone; `isOpen`: with an outline alone. */
export function drawPoints(
  points: readonly { readonly tone: Tone; readonly isOpen?: boolean }[],
  options: Plot.DotOptions,
): Plot.Markish {
  const looks = points.map(({ tone, isOpen = false, ...point }) => {
    const [fill, stroke] = isOpen ? [GROUND, shapeColour(tone)] : [shapeColour(tone), GROUND];
    return { ...point, ...SERIES_SYMBOLS[tone], fill, stroke };
  });
  const channels = { fill: 'fill', stroke: 'stroke', symbol: 'symbol', rotate: 'rotate' };
  return Plot.dot(looks, { ...channels, strokeWidth: 1, r: 5, ...options });
}

/** Straight lines between pixels of the picture. */
export function drawSegments(
  segments: readonly { x1: number; y1: number; x2: number; y2: number }[],
  style: Plot.LinkOptions,
): Plot.Markish {
  const ends = { x1: pixels('x1'), y1: pixels('y1'), x2: pixels('x2'), y2: pixels('y2') };
  return Plot.link(segments, { ...ends, strokeWidth: 1, ...style });
}

/** Grid lines and labels below the plot; the baseline of the plot. */
export function drawHorizontalAxis(ticks: readonly AxisTick[], { fontPx }: Size): Plot.Markish[] {
  return [
    Plot.ruleX(ticks, { x: 'at', stroke: LINE }),
    Plot.frame({ anchor: 'bottom', stroke: SOFT }),
    Plot.text(ticks, {
      ...{ x: 'at', text: 'label', frameAnchor: 'bottom', lineAnchor: 'top', dy: 8 },
      ...{ fill: SOFT, fontSize: fontPx },
    }),
  ];
}

/** Grid lines and labels at the left of the plot. */
export function drawVerticalAxis(ticks: readonly AxisTick[], { fontPx }: Size): Plot.Markish[] {
  return [
    Plot.ruleY(ticks, { y: 'at', stroke: LINE }),
    Plot.text(ticks, {
      ...{ y: 'at', text: 'label', frameAnchor: 'left', textAnchor: 'end', dx: -8 },
      ...{ fill: SOFT, fontSize: fontPx },
    }),
  ];
}

export function describeScale({ kind, domain }: Scale): Plot.ScaleOptions {
  return { type: kind, domain: [...domain], axis: null };
}

/** Why a scale cannot show the whole interval; null where it can. */
export function findIntervalProblem(interval: ConfidenceInterval, kind: ScaleKind): string | null {
  const values = [interval.median, interval.low, interval.high];
  return values.map((value) => findScaleProblem(value, kind)).find((why) => why !== null) ?? null;
}

export function measureLines(lines: readonly string[], { fontPx }: Size): number {
  return Math.max(0, ...lines.map((line) => estimateTextPx(line, fontPx)));
}
