// A timeline as a figure: the layout drawn as SVG twice, for a screen and for a phone (the style
// shows one of them), and a legend of what occurs. Colours are classes of the page; shape, outline
// and text carry the same meaning. Pure; main thread.

import { type Html, html, raw } from '../../present/html.js';
import { formatCount } from '../../present/text.js';
import type { TimeRelation } from './evidence-text.js';
import type { Excerpt, TimelineOperation } from './timeline.js';
import { type Callout, layOutTimeline, type TimelineBar, type TimelineLayout } from './timeline-layout.js';
import { type Box, NARROW, type Panel, WIDE } from './timeline-scale.js';

export interface FigureText {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  /** The figure in words, for a reader who cannot see it. */
  readonly description: string;
}

interface LegendKey {
  readonly swatch: string;
  readonly meaning: string;
  readonly matches: (bar: TimelineOperation) => boolean;
}

const LEGEND: readonly LegendKey[] = [
  { swatch: 'evidence', meaning: 'the evidence', matches: ({ isEvidence }) => isEvidence },
  {
    swatch: 'add',
    meaning: 'an acknowledged add, with its ticket',
    matches: (bar) => isPlain(bar, 'add') && bar.outcome === 'ok' && bar.label !== '',
  },
  {
    swatch: 'add',
    meaning: 'an acknowledged add',
    matches: (bar) => isPlain(bar, 'add') && bar.outcome === 'ok' && bar.label === '',
  },
  { swatch: 'read', meaning: 'a read, with its values', matches: (bar) => isPlain(bar, 'read') },
  {
    swatch: 'unknown',
    meaning: 'no answer: it may count at any later time',
    matches: ({ outcome }) => outcome === 'unknown',
  },
  {
    swatch: 'failed',
    meaning: 'refused, so not counted',
    matches: ({ outcome }) => outcome === 'failed',
  },
  { swatch: 'bundle', meaning: 'several short operations', matches: ({ count }) => count > 1 },
];

function isPlain(bar: TimelineOperation, kind: TimelineOperation['kind']): boolean {
  return bar.kind === kind && bar.count === 1 && !bar.isEvidence;
}

export function createTimelineFigure(
  excerpt: Excerpt,
  relation: TimeRelation | null,
  text: FigureText,
): Html {
  const wide = layOutTimeline(excerpt, relation, WIDE);
  const narrow = layOutTimeline(excerpt, relation, NARROW);
  const bars = excerpt.lanes.flatMap(({ operations }) => operations);
  const legend = LEGEND.filter(({ matches }) => bars.some(matches)).map(
    ({ swatch, meaning }) => html`<li><span class="swatch ${swatch}"></span>${meaning}</li>`,
  );
  const { callersLeftOut, stretches } = excerpt;
  const callers =
    callersLeftOut === 0 ? '' : `Not drawn: ${formatCount(callersLeftOut, 'more active caller')}. `;
  const time = stretches.length === 1 ? '' : 'The axis is broken where time is left out.';
  const note = callers + time;
  return html`<figure class="timeline">
<div class="wide">${drawTimeline(wide, { ...text, id: `${text.id}-wide` })}</div>
<div class="narrow">${drawTimeline(narrow, { ...text, id: `${text.id}-narrow` })}</div>
<figcaption>
<ul class="legend">${legend}</ul>
${note === '' ? null : html`<p>${note}</p>`}
</figcaption>
</figure>`;
}

function drawTimeline(layout: TimelineLayout, { id, title, description }: FigureText): Html {
  const { size, heightPx, panels, bars, axisY } = layout;
  const { fontPx } = size;
  const clips = panels.map(
    (one, at) => html`<clipPath id="${id}-clip-${at}">${drawRect('', one)}</clipPath>`,
  );
  const labelled = bars.filter(({ label }) => label !== null);
  return html`<svg role="img" aria-labelledby="${id}-title ${id}-desc"
 viewBox="0 0 ${size.widthPx} ${formatPx(heightPx)}" font-size="${fontPx}">
<title id="${id}-title">${title}</title>
<desc id="${id}-desc">${description}</desc>
<defs>${clips}<pattern id="${id}-hatch" width="5" height="5" patternUnits="userSpaceOnUse"
 patternTransform="rotate(45)"><rect class="hatch-ground" width="5" height="5"/><path class="hatch"
 d="M0 0V5"/></pattern></defs>
${panels.map(drawPanel)}
${layout.bands.map((band) => drawRect('band', band))}
${layout.lanes.map((lane) => drawLane(lane, size.gutterPx - 12))}
${panels.map((_, at) => {
  const own = bars.filter(({ panel }) => panel === at);
  return html`<g clip-path="url(#${id}-clip-${at})">${own.map((bar) => drawBar(bar, id))}</g>`;
})}
${labelled.map((bar) => drawBarLabel(bar, panels[bar.panel], fontPx))}
${layout.callouts.map((callout) => drawCallout(callout, fontPx))}
${layout.bandLabel === null ? null : drawText('band-label', layout.bandLabel)}
${panels.map((panel) => drawAxis(panel, axisY, fontPx))}
${layout.breaks.map(({ x, label }) => drawBreak(x, label, axisY, fontPx))}
<text class="unit" x="${size.gutterPx}" y="${formatPx(heightPx - 8)}">ms since the run began</text>
</svg>`;
}

/** Tenths of a pixel: a page has very many of these numbers. */
export function formatPx(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function drawRect(classes: string, { x, y, width, height }: Box, more = ''): Html {
  return html`<rect class="${classes}" x="${formatPx(x)}" y="${formatPx(y)}"
 width="${formatPx(width)}" height="${formatPx(height)}"${raw(more)}/>`;
}

/** Centred at x. */
function drawText(classes: string, at: { x: number; y: number; text: string }): Html {
  return html`<text class="${classes}" x="${formatPx(at.x)}" y="${formatPx(at.y)}"
 text-anchor="middle">${at.text}</text>`;
}

function drawPanel(panel: Panel): Html {
  const { y, height, ticks } = panel;
  const lines = ticks.map(({ x }) => `M${formatPx(x)} ${formatPx(y)}v${formatPx(height)}`).join('');
  return html`${drawRect('panel', panel)}<path class="grid" d="${lines}"/>`;
}

function drawLane(lane: TimelineLayout['lanes'][number], x: number): Html {
  const { y, width, height, name, nameY, isInvolved } = lane;
  const classes = isInvolved ? 'lane involved' : 'lane';
  return html`<path class="rule" d="M0 ${formatPx(y + height)}H${formatPx(width)}"/>
<text class="${classes}" x="${x}" y="${formatPx(nameY)}" text-anchor="end">${name}</text>`;
}

function drawBar(bar: TimelineBar, id: string): Html {
  const { x, y, height, width, operation, openTo } = bar;
  const { kind, outcome, isEvidence, count } = operation;
  const classes = ['bar', kind, outcome, isEvidence && 'evidence'].filter(Boolean).join(' ');
  const radius = formatPx(Math.min(kind === 'read' ? height / 2 : 2, width / 2));
  const fill = count > 1 ? ` fill="url(#${id}-hatch)"` : '';
  const shape = drawRect(count > 1 ? 'bar bundle' : classes, bar, ` rx="${radius}"${fill}`);
  if (openTo === null) return shape;
  // An arrow to later times: the moment of the effect, if any, is unknown.
  const from = `M${formatPx(x + width - 1)} ${formatPx(y + height)}`;
  const tail = `${from}v3H${formatPx(openTo - 1)}m-4 -3l4 3l-4 3`;
  return html`<path class="tail${isEvidence ? ' evidence' : ''}" d="${tail}"/>${shape}`;
}

/** In the middle of the visible part of the bar. */
function drawBarLabel(bar: TimelineBar, panel: Panel | undefined, fontPx: number): Html {
  const { x: left, width: room } = panel ?? bar;
  const right = Math.min(bar.x + bar.width, left + room);
  const y = bar.y + bar.height / 2 + fontPx * 0.35;
  const classes = bar.operation.count > 1 ? 'label count' : 'label';
  return drawText(classes, { x: (Math.max(bar.x, left) + right) / 2, y, text: bar.label ?? '' });
}

function drawCallout({ x, y, name, got, markX, markY }: Callout, fontPx: number): Html {
  const tip = formatPx(markY - 1);
  const line = `M${formatPx(markX)} ${formatPx(y + 4)}V${tip}`;
  const leader = markY - y > fontPx ? html`<path class="leader" d="${line}"/>` : null;
  const second = got === '' ? null : html` <tspan class="got">${got}</tspan>`;
  return html`${leader}<path class="mark" d="M${formatPx(markX)} ${tip}l-4 -6h8z"/>
<text class="callout" x="${formatPx(x)}" y="${formatPx(y - 1)}">${name}${second}</text>`;
}

function drawAxis({ x, width, ticks }: Panel, axisY: number, fontPx: number): Html {
  const y = axisY + fontPx + 9;
  const marks = ticks.map((tick) => `M${formatPx(tick.x)} ${formatPx(axisY)}v5`).join('');
  const line = `M${formatPx(x)} ${formatPx(axisY)}H${formatPx(x + width)}${marks}`;
  return html`<path class="axis" d="${line}"/>
${ticks.map(({ x: at, label }) => (label === null ? null : drawText('tick', { x: at, y, text: label })))}`;
}

/** Marks where the axis is broken, and how much time is left out. */
function drawBreak(x: number, label: string, axisY: number, fontPx: number): Html {
  const y = formatPx(axisY + 7);
  const text = { x, y: axisY + fontPx * 2 + 13, text: `${label} left out` };
  return html`<path class="break" d="M${formatPx(x - 7)} ${y}l5 -14M${formatPx(x + 2)} ${y}l5 -14"/>
${drawText('break-label', text)}`;
}
