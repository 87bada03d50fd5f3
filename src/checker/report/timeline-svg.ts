// A timeline as SVG, from where its layout says everything stands. Colours are the page's classes;
// what they mean can also be seen from shape, outline and words. Pure.

import { type Html, html, raw } from '../../present/html.js';
import type { Bar, Callout, Layout } from './timeline-layout.js';
import type { Box, Panel } from './timeline-scale.js';

export interface Told {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  /** The figure in words, for who does not see it. */
  readonly description: string;
}

export function timelineSvg(layout: Layout, told: Told): Html {
  const { size, heightPx, panels, bars, axisY } = layout;
  const { id, title, description } = told;
  const labelled = bars.filter(({ label }) => label !== null);
  return html`<svg role="img" aria-labelledby="${id}-title ${id}-desc"
 viewBox="0 0 ${size.widthPx} ${px(heightPx)}" font-size="${size.fontPx}">
<title id="${id}-title">${title}</title>
<desc id="${id}-desc">${description}</desc>
<defs>${panels.map((panel, at) => clipOf(panel, clipId(id, at)))}${hatchOf(hatchId(id))}</defs>
${panels.map(panelOf)}
${layout.bands.map((band) => rect('band', band))}
${layout.lanes.map((lane) => laneOf(lane, size.gutterPx - 12))}
${panels.map((_, at) => {
  const own = bars.filter(({ panel }) => panel === at);
  return html`<g clip-path="url(#${clipId(id, at)})">${own.map((bar) => barOf(bar, id))}</g>`;
})}
${labelled.map((bar) => barLabel(bar, panels[bar.panel], size.fontPx))}
${layout.callouts.map((callout) => calloutOf(callout, size.fontPx))}
${layout.bandLabel === null ? null : middleText('band-label', layout.bandLabel)}
${panels.map((panel) => axisOf(panel, axisY, size.fontPx))}
${layout.breaks.map(({ x, label }) => breakOf(x, label, axisY, size.fontPx))}
<text class="unit" x="${size.gutterPx}" y="${px(heightPx - 8)}">ms since the run began</text>
</svg>`;
}

/** As short as a tenth of a pixel allows: there are many of them. */
function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function clipId(id: string, panel: number): string {
  return `${id}-clip-${panel}`;
}

function hatchId(id: string): string {
  return `${id}-hatch`;
}

function rect(classes: string, { x, y, width, height }: Box, more = ''): Html {
  return html`<rect class="${classes}" x="${px(x)}" y="${px(y)}"
 width="${px(width)}" height="${px(height)}"${raw(more)}/>`;
}

function middleText(classes: string, at: { x: number; y: number; text: string }): Html {
  return html`<text class="${classes}" x="${px(at.x)}" y="${px(at.y)}"
 text-anchor="middle">${at.text}</text>`;
}

function clipOf(panel: Panel, id: string): Html {
  return html`<clipPath id="${id}">${rect('', panel)}</clipPath>`;
}

function hatchOf(id: string): Html {
  return html`<pattern id="${id}" width="5" height="5" patternUnits="userSpaceOnUse"
 patternTransform="rotate(45)"><rect class="hatch-ground" width="5" height="5"/><path class="hatch"
 d="M0 0V5"/></pattern>`;
}

function panelOf(panel: Panel): Html {
  const { y, height, ticks } = panel;
  const lines = ticks.map(({ x }) => `M${px(x)} ${px(y)}v${px(height)}`).join('');
  return html`${rect('panel', panel)}<path class="grid" d="${lines}"/>`;
}

function laneOf({ y, width, height, name, nameY, isInvolved }: Layout['lanes'][number], x: number) {
  const classes = isInvolved ? 'lane involved' : 'lane';
  return html`<path class="rule" d="M0 ${px(y + height)}H${px(width)}"/>
<text class="${classes}" x="${x}" y="${px(nameY)}" text-anchor="end">${name}</text>`;
}

function barOf(bar: Bar, id: string): Html {
  const { height, width, operation } = bar;
  const { kind, outcome, isEvidence, count } = operation;
  const own = ['bar', kind, outcome, isEvidence && 'evidence'].filter(Boolean).join(' ');
  const radius = Math.min(kind === 'read' ? height / 2 : 2, width / 2);
  const fill = count > 1 ? ` fill="url(#${hatchId(id)})"` : '';
  const shape = rect(count > 1 ? 'bar bundle' : own, bar, ` rx="${px(radius)}"${fill}`);
  return html`${tailOf(bar)}${shape}`;
}

/** An arrow to later: nothing says when it took effect, if it did. */
function tailOf({ x, y, width, height, operation, openTo }: Bar): Html | null {
  if (openTo === null) return null;
  const line = `M${px(x + width - 1)} ${px(y + height)}v3H${px(openTo - 1)}m-4 -3l4 3l-4 3`;
  return html`<path class="tail${operation.isEvidence ? ' evidence' : ''}" d="${line}"/>`;
}

/** In the middle of what is seen of the bar. */
function barLabel(bar: Bar, panel: Panel | undefined, fontPx: number): Html {
  const { x: left, width: room } = panel ?? bar;
  const right = Math.min(bar.x + bar.width, left + room);
  const y = bar.y + bar.height / 2 + fontPx * 0.35;
  const classes = bar.operation.count > 1 ? 'label count' : 'label';
  return middleText(classes, { x: (Math.max(bar.x, left) + right) / 2, y, text: bar.label ?? '' });
}

function calloutOf({ x, y, name, got, markX, markY }: Callout, fontPx: number): Html {
  const tip = px(markY - 1);
  const isFar = markY - y > fontPx;
  const leader = isFar ? html`<path class="leader" d="M${px(markX)} ${px(y + 4)}V${tip}"/>` : null;
  const second = got === '' ? null : html` <tspan class="got">${got}</tspan>`;
  return html`${leader}<path class="mark" d="M${px(markX)} ${tip}l-4 -6h8z"/>
<text class="callout" x="${px(x)}" y="${px(y - 1)}">${name}${second}</text>`;
}

function axisOf({ x, width, ticks }: Panel, axisY: number, fontPx: number): Html {
  const y = axisY + fontPx + 9;
  const marks = ticks.map((tick) => `M${px(tick.x)} ${px(axisY)}v5`).join('');
  return html`<path class="axis" d="M${px(x)} ${px(axisY)}H${px(x + width)}${marks}"/>
${ticks.map(({ x: at, label }) => {
  return label === null ? null : middleText('tick', { x: at, y, text: label });
})}`;
}

/** The axis is broken here: how much is left out. */
function breakOf(x: number, label: string, axisY: number, fontPx: number): Html {
  const y = px(axisY + 7);
  const text = { x, y: axisY + fontPx * 2 + 13, text: `${label} left out` };
  return html`<path class="break" d="M${px(x - 7)} ${y}l5 -14M${px(x + 2)} ${y}l5 -14"/>
${middleText('break-label', text)}`;
}
