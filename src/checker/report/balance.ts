// The figure of a lost or surplus count: two bars, what the answers promised and what the counter
// shows, with the difference marked. A difference that is small beside them is drawn with the bars
// cut. Pure.

import { type Html, html, type Piece } from '../../present/html.js';
import { formatNumber } from '../../present/text.js';
import type { CheckRun } from '../driver/check-run.js';
import type { Finding } from '../judgement.js';
import type { Told } from './timeline-svg.js';

export interface Balance {
  readonly acknowledged: number;
  /** Unanswered adds, where they matter; else 0. */
  readonly unknown: number;
  readonly counted: number;
  /** `lost`: fewer counted; `surplus`: more than all that were asked for. */
  readonly kind: 'lost-update' | 'overcount';
  readonly difference: number;
}

/** Null where the finding is about something else, or its read does not show the cell. */
export function balanceOf(run: CheckRun, finding: Finding): Balance | null {
  const { condition: kind, count: difference, cell } = finding;
  if (kind !== 'lost-update' && kind !== 'overcount') return null;
  const sign = kind === 'lost-update' ? -1 : 1;
  if (cell === null) {
    const { acknowledged, unknown } = run.judgement.facts;
    const open = kind === 'lost-update' ? 0 : unknown;
    const shown = acknowledged + open + sign * difference;
    return { kind, difference, acknowledged, unknown: open, counted: shown };
  }
  const field = run.model.fields.indexOf(cell);
  const value = run.history.reads[finding.reads.at(-1) ?? -1]?.values[field];
  if (value === undefined) return null;
  const shown = value - (run.model.start[field] ?? 0);
  return { kind, difference, acknowledged: shown - sign * difference, unknown: 0, counted: shown };
}

export function balanceText(balance: Balance): string {
  const { kind, difference, acknowledged, unknown, counted: shown } = balance;
  const open = unknown === 0 ? '' : ` and ${formatNumber(unknown)} unanswered`;
  const how = kind === 'lost-update' ? 'fewer' : 'more';
  const promised = `${formatNumber(acknowledged)} acknowledged${open}`;
  return `${promised}, ${formatNumber(shown)} counted: ${formatNumber(difference)} ${how}.`;
}

const BAR_PX = 22;
const ROW_PX = 58;
/** The least that the difference takes of the longer bar. */
const SHARE_MIN = 0.04;
const SHARE_CUT = 0.12;

export function balanceSvg(balance: Balance, told: Told, widthPx: number): Html {
  const { kind, difference, acknowledged, unknown, counted: shown } = balance;
  const most = Math.max(1, acknowledged + unknown, shown);
  const isCut = difference / most < SHARE_MIN;
  const baseCount = isCut ? most - difference / SHARE_CUT : 0;
  const x = (count: number) => Math.max(0, ((count - baseCount) / (most - baseCount)) * widthPx);
  const word =
    kind === 'lost-update'
      ? `${formatNumber(difference)} lost`
      : `${formatNumber(difference)} too many`;
  const promised = unknown === 0 ? 'acknowledged' : 'may be counted';
  const { id } = told;
  const below = ROW_PX;
  const common = Math.min(shown, acknowledged + unknown);
  const [from, to] = [x(common), x(common + difference)];
  return html`<svg role="img" aria-labelledby="${id}-title ${id}-desc" font-size="13"
 viewBox="0 0 ${widthPx} ${ROW_PX * 2 - 8}">
<title id="${id}-title">${told.title}</title>
<desc id="${id}-desc">${told.description}</desc>
<text class="lane involved" x="0" y="14">${promised}</text>
${amount(formatNumber(acknowledged + unknown), 14, widthPx)}
<rect class="sum" x="0" y="22" width="${px(x(acknowledged))}" height="${BAR_PX}"/>
${unknown === 0 ? null : part('sum open', x(acknowledged), x(acknowledged + unknown), 22)}
<text class="lane involved" x="0" y="${below + 14}">counted</text>
${amount(html`${formatNumber(shown)}, <tspan class="got">${word}</tspan>`, below + 14, widthPx)}
<rect class="sum counted" x="0" y="${below + 22}" width="${px(x(common))}" height="${BAR_PX}"/>
${part('sum difference', from, to, below + 22)}
${isCut ? [cut(22), cut(below + 22)] : null}
</svg>`;
}

function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function amount(text: Piece, y: number, x: number): Html {
  return html`<text class="amount" x="${x}" y="${y}" text-anchor="end">${text}</text>`;
}

function part(classes: string, from: number, to: number, y: number): Html {
  const width = Math.max(2, to - from - 2);
  return html`<rect class="${classes}" x="${px(from + 1)}" y="${y + 1}" width="${px(width)}"
 height="${BAR_PX - 2}"/>`;
}

/** The bar is longer than it is drawn. */
function cut(y: number): Html {
  return html`<path class="cut" d="M26 ${y + BAR_PX + 3}l8 -${BAR_PX + 6}"/>`;
}
