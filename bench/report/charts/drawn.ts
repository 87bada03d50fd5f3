// Draws a chart twice, for a wide page and for a phone, as SVG that stands in the page's markup. It
// computes no statistics and reads no clock: the same chart gives the same text.

import * as vega from 'vega';
import { compile } from 'vega-lite';
import type { Chart } from '../model.js';
import { curvesSketch } from './curves.js';
import { dotsSketch } from './dots.js';
import { NARROW, type Size, WIDE } from './frame.js';
import { embeddable } from './markup.js';

export interface Drawn {
  readonly wide: string;
  readonly narrow: string;
}

export async function drawn(chart: Chart): Promise<Drawn> {
  return { wide: await svgOf(chart, WIDE), narrow: await svgOf(chart, NARROW) };
}

async function svgOf(chart: Chart, size: Size): Promise<string> {
  const { spec, heightPx, leftOut } =
    chart.kind === 'dots' ? dotsSketch(chart, size) : curvesSketch(chart, size);
  const view = new vega.View(vega.parse(compile(spec).spec), { renderer: 'none' });
  try {
    return embeddable(await view.toSVG(), {
      id: `${chart.id}-${size.name}`,
      title: chart.title,
      description: [chart.description, ...notInFull(leftOut)].join(' '),
      widthPx: size.widthPx,
      heightPx,
    });
  } finally {
    view.finalize();
  }
}

function notInFull(leftOut: readonly string[]): string[] {
  return leftOut.length === 0 ? [] : [`Not shown in full: ${leftOut.join('; ')}.`];
}
