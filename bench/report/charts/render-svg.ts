// Draws a chart as accessible SVG for a page with a strict policy: no styles, no addresses, rounded
// numbers. The same chart gives the same text. It loads Plot, so callers load it only to draw.

import * as Plot from '@observablehq/plot';
import { html, raw } from '../../../src/present/html.js';
import type { Chart } from '../model.js';
import { type ChartPlan, NARROW, type Size, WIDE } from './chart-parts.js';
import { planCurveChart } from './curve-chart.js';
import { planDotChart } from './dot-chart.js';

/** The document of a browser, or one of linkedom. */
export type SvgDocument = NonNullable<Plot.PlotOptions['document']>;

export interface ChartImages {
  readonly wide: string;
  readonly narrow: string;
  /** A sentence that names what the chart cannot show; empty where it shows all. */
  readonly omitted: string;
}

/** The methods of a DOM element that cleaning needs; this project compiles without DOM types. */
interface SvgElement {
  readonly innerHTML: string;
  querySelectorAll(selector: string): Iterable<SvgElement>;
  getAttributeNames(): string[];
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  remove(): void;
}

const OMISSIONS_MAX = 10;
const NUMBER = /-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/gi;
/** For these attributes a tenth of a pixel is exact enough. */
const POSITION = /^(?:transform|d|[xy][12]?)$/;
/** The description or the page's style sets what these say. */
const NEEDLESS = /^(?:aria-.*|class|style|font-family|font-variant)$/;

export function renderChart(chart: Chart, document: SvgDocument): ChartImages {
  const [wide, narrow] = [planChart(chart, WIDE), planChart(chart, NARROW)];
  const omitted = describeOmissions(wide.omissions);
  const description = `${chart.description} ${omitted}`.trim();
  return {
    wide: renderSvg({ ...chart, description }, wide, WIDE, document),
    narrow: renderSvg({ ...chart, description }, narrow, NARROW, document),
    omitted,
  };
}

function planChart(chart: Chart, size: Size): ChartPlan {
  return chart.kind === 'dots' ? planDotChart(chart, size) : planCurveChart(chart, size);
}

function describeOmissions(omissions: readonly string[]): string {
  if (omissions.length === 0) return '';
  const more = omissions.length - OMISSIONS_MAX;
  const shown = omissions.slice(0, OMISSIONS_MAX).join('; ');
  return `Not shown: ${shown}${more > 0 ? `; and ${more} more` : ''}.`;
}

function renderSvg(chart: Chart, { options }: ChartPlan, size: Size, document: SvgDocument): string {
  const height = Math.ceil(options.height ?? 0);
  const svg = Plot.plot({ ...options, height, document }) as unknown as SvgElement;
  for (const element of svg.querySelectorAll('style, g:empty')) element.remove();
  for (const element of svg.querySelectorAll('*')) cleanAttributes(element);
  const id = `${chart.id}-${size.name}`.replace(/[^\w-]/g, '-');
  return html`<svg role="img" aria-labelledby="${id}-title ${id}-desc" text-anchor="middle"
 viewBox="0 0 ${size.widthPx} ${height}">
<title id="${id}-title">${chart.title}</title>
<desc id="${id}-desc">${chart.description}</desc>
${raw(svg.innerHTML)}
</svg>`.markup;
}

function cleanAttributes(element: SvgElement): void {
  for (const name of element.getAttributeNames()) {
    if (NEEDLESS.test(name)) element.removeAttribute(name);
    else if (POSITION.test(name)) {
      const value = element.getAttribute(name) ?? '';
      // Adding zero turns -0 into 0.
      const round = (number: string) => String(Math.round(Number(number) * 10) / 10 + 0);
      element.setAttribute(name, value.replace(NUMBER, round));
    }
  }
}
