// What both kinds of charts share: two sizes, texts, points and axes. We place every text ourselves, because
// Plot does not detect label collisions: we break long texts and move names apart. Pure.

import * as Plot from '@observablehq/plot';
import {
  type AxisScale,
  type AxisTick,
  estimateTextPx,
  findScaleProblem,
  type ScaleKind,
} from '../../../src/present/scale.js';
import { clip, sanitize } from '../../../src/present/text.js';
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

export function drawSegments(
  segments: readonly { x1: number; y1: number; x2: number; y2: number }[],
  style: Plot.LinkOptions,
): Plot.Markish {
  const ends = { x1: pixels('x1'), y1: pixels('y1'), x2: pixels('x2'), y2: pixels('y2') };
  return Plot.link(segments, { ...ends, strokeWidth: 1, ...style });
}

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

export function drawVerticalAxis(ticks: readonly AxisTick[], { fontPx }: Size): Plot.Markish[] {
  return [
    Plot.ruleY(ticks, { y: 'at', stroke: LINE }),
    Plot.text(ticks, {
      ...{ y: 'at', text: 'label', frameAnchor: 'left', textAnchor: 'end', dx: -8 },
      ...{ fill: SOFT, fontSize: fontPx },
    }),
  ];
}

export function describeScale({ kind, domain }: AxisScale): Plot.ScaleOptions {
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

const LETTERS_MAX = 400;

/** Breaks a text between words; cuts the last of `linesMax` lines where more would follow. */
export function breakLines(text: string, widthPx: number, fontPx: number, linesMax: number): string[] {
  const columns = Math.max(1, Math.floor(widthPx / estimateTextPx('x', fontPx)));
  const plain = text
    .slice(0, LETTERS_MAX * 4)
    .replace(/\s+/g, ' ')
    .trim();
  const lines: string[] = [];
  for (const word of sanitize(plain, LETTERS_MAX).split(' ')) {
    const joined = `${lines.at(-1) ?? ''} ${word}`.trimStart();
    const fits = estimateTextPx(joined, fontPx) <= columns * estimateTextPx('x', fontPx);
    if (lines.length > 0 && (fits || lines.length === linesMax)) lines[lines.length - 1] = joined;
    else lines.push(word);
  }
  return lines.map((line) => clip(line, columns)).filter((line) => line !== '');
}

export interface LabelWish {
  /** The best place for its middle. */
  readonly y: number;
  readonly heightPx: number;
}

/**
 * Places labels without overlap, in the order of their best places, close by least squares; returns the
 * middles. Pools adjacent violators (Ayer and others, 1955). Labels that need more room reach beyond its end.
 */
export function placeLabels(
  wishes: readonly LabelWish[],
  [top, bottom]: readonly [number, number],
): number[] {
  const sorted = wishes.map((wish, index) => ({ ...wish, index })).sort((a, b) => a.y - b.y);
  // The distance of each label below the first when all touch; without it, places only must rise.
  const offsets: number[] = [];
  for (const [at, { heightPx }] of sorted.entries()) {
    const above = sorted[at - 1];
    offsets.push(above ? (offsets[at - 1] ?? 0) + (above.heightPx + heightPx) / 2 : 0);
  }
  const blocks: { members: number[]; mean: number }[] = [];
  for (const [at, { y }] of sorted.entries()) {
    let block = { members: [at], mean: y - (offsets[at] ?? 0) };
    for (let above = blocks.at(-1); above && above.mean > block.mean; above = blocks.at(-1)) {
      blocks.pop();
      const [m, n] = [above.members.length, block.members.length];
      const mean = (above.mean * m + block.mean * n) / (m + n);
      block = { members: [...above.members, ...block.members], mean };
    }
    blocks.push(block);
  }
  const lowest = top + (sorted[0]?.heightPx ?? 0) / 2;
  const highest = bottom - (sorted.at(-1)?.heightPx ?? 0) / 2 - (offsets.at(-1) ?? 0);
  const places = new Array<number>(wishes.length).fill(0);
  for (const { members, mean } of blocks) {
    const begin = Math.max(lowest, Math.min(highest, mean));
    for (const at of members) places[sorted[at]?.index ?? 0] = begin + (offsets[at] ?? 0);
  }
  return places;
}
