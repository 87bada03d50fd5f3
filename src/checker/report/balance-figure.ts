// The figure for a lost update or an overcount: two bars, what the service acknowledged and what the counter
// shows, with the difference marked. Where the difference is small, the bars are cut. Pure; main thread.

import { type Html, html, type Piece } from '../../present/html.js';
import { formatNumber } from '../../present/text.js';
import type { CheckRun } from '../driver/check-run.js';
import type { Finding } from '../judgement.js';
import { type FigureText, formatPx } from './timeline-svg.js';

interface Balance {
  readonly acknowledged: number;
  /** Unanswered adds where they matter; else 0. */
  readonly unknown: number;
  readonly shown: number;
  readonly isLoss: boolean;
  readonly difference: number;
}

const TITLE = 'Acknowledged and counted';
const WIDE_PX = 560;
const NARROW_PX = 320;
const BAR_PX = 22;
const ROW_PX = 58;
/** The difference takes at least this share of the longer bar, or the bars are cut. */
const SHARE_MIN = 0.04;
const SHARE_CUT = 0.12;

/** Null where the finding is about something else, or its read does not show the cell. */
export function createBalanceFigure(run: CheckRun, finding: Finding, id: string): Html | null {
  const balance = readBalance(run, finding);
  if (balance === null) return null;
  const description = describeBalance(balance);
  const draw = (size: string, widthPx: number) => {
    const text = { id: `${id}-balance-${size}`, title: TITLE, description };
    return html`<div class="${size}">${drawBalance(balance, text, widthPx)}</div>`;
  };
  return html`<figure class="balance">${draw('wide', WIDE_PX)}
${draw('narrow', NARROW_PX)}
<figcaption>${description}</figcaption></figure>`;
}

function readBalance(run: CheckRun, { condition, count, cell, reads }: Finding): Balance | null {
  if (condition !== 'lost-update' && condition !== 'overcount') return null;
  const isLoss = condition === 'lost-update';
  const growth = isLoss ? -count : count;
  if (cell === null) {
    const { acknowledged, unknown } = run.judgement.facts;
    const open = isLoss ? 0 : unknown;
    const shown = acknowledged + open + growth;
    return { isLoss, difference: count, acknowledged, unknown: open, shown };
  }
  const field = run.model.fields.indexOf(cell);
  const value = run.history.reads[reads.at(-1) ?? -1]?.values[field];
  if (value === undefined) return null;
  const shown = value - (run.model.start[field] ?? 0);
  return { isLoss, difference: count, acknowledged: shown - growth, unknown: 0, shown };
}

function describeBalance({ isLoss, difference, acknowledged, unknown, shown }: Balance): string {
  const open = unknown === 0 ? '' : ` and ${formatNumber(unknown)} unanswered`;
  const promised = `${formatNumber(acknowledged)} acknowledged${open}`;
  const more = `${formatNumber(difference)} ${isLoss ? 'fewer' : 'more'}`;
  return `${promised}, ${formatNumber(shown)} counted: ${more}.`;
}

function drawBalance(balance: Balance, text: FigureText, widthPx: number): Html {
  const { isLoss, difference, acknowledged, unknown, shown } = balance;
  const expected = acknowledged + unknown;
  const most = Math.max(1, expected, shown);
  const isCut = difference / most < SHARE_MIN;
  const baseCount = isCut ? most - difference / SHARE_CUT : 0;
  const x = (count: number) => Math.max(0, ((count - baseCount) / (most - baseCount)) * widthPx);
  const marked = `${formatNumber(difference)} ${isLoss ? 'lost' : 'too many'}`;
  const common = Math.min(shown, expected);
  const { id } = text;
  const y = ROW_PX;
  return html`<svg role="img" aria-labelledby="${id}-title ${id}-desc" font-size="13"
 viewBox="0 0 ${widthPx} ${ROW_PX * 2 - 8}">
<title id="${id}-title">${text.title}</title>
<desc id="${id}-desc">${text.description}</desc>
<text class="lane involved" x="0" y="14">${unknown === 0 ? 'acknowledged' : 'may be counted'}</text>
${drawAmount(formatNumber(expected), 14, widthPx)}
<rect class="sum" x="0" y="22" width="${formatPx(x(acknowledged))}" height="${BAR_PX}"/>
${unknown === 0 ? null : drawPart('sum open', x(acknowledged), x(expected), 22)}
<text class="lane involved" x="0" y="${y + 14}">counted</text>
${drawAmount(html`${formatNumber(shown)}, <tspan class="got">${marked}</tspan>`, y + 14, widthPx)}
<rect class="sum counted" x="0" y="${y + 22}" width="${formatPx(x(common))}" height="${BAR_PX}"/>
${drawPart('sum difference', x(common), x(common + difference), y + 22)}
${isCut ? [drawCut(22), drawCut(y + 22)] : null}
</svg>`;
}

function drawAmount(text: Piece, y: number, x: number): Html {
  return html`<text class="amount" x="${x}" y="${y}" text-anchor="end">${text}</text>`;
}

function drawPart(classes: string, from: number, to: number, y: number): Html {
  const width = Math.max(2, to - from - 2);
  return html`<rect class="${classes}" x="${formatPx(from + 1)}" y="${y + 1}"
 width="${formatPx(width)}" height="${BAR_PX - 2}"/>`;
}

/** Marks a bar that is drawn shorter than its count. */
function drawCut(y: number): Html {
  return html`<path class="cut" d="M26 ${y + BAR_PX + 3}l8 -${BAR_PX + 6}"/>`;
}
