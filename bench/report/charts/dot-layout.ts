// Where everything of a chart of dots stands: rows under the names of their groups, labels at their
// left (narrow: above them), notes at their right. Pure.

import type { DotChart, DotRow } from '../model.js';
import type { Plot, Size, Words } from './frame.js';
import { type Ruler, rulerOf } from './ruler.js';
import { reachOf, type Shown, shownOf } from './shown.js';
import { INK, SOFT } from './tones.js';
import { linesPx, wrapped } from './wrapped.js';

export interface PlacedRow {
  readonly row: DotRow;
  readonly shown: Shown | null;
  readonly y: number;
}

export interface DotLayout {
  readonly plot: Plot;
  readonly ruler: Ruler;
  readonly rows: readonly PlacedRow[];
  /** Lines over the names of groups, from edge to edge of the picture. */
  readonly rulesY: readonly number[];
  readonly edges: { readonly left: number; readonly right: number };
  readonly words: readonly Words[];
  readonly leftOut: readonly string[];
}

interface TextedRow {
  readonly row: DotRow;
  readonly shown: Shown | null;
  readonly label: readonly string[];
  readonly note: readonly string[];
  readonly says: readonly string[];
}

const EDGE_PX = 14;
const GAP_PX = 14;
const LABEL_PART = 0.34;
const NOTE_PART = 0.24;
/** From a dot's line to the label of the next row, narrow. */
const BELOW_PX = 14;

export function dotLayout(chart: DotChart, size: Size): DotLayout {
  const rows = chart.rows.map((row) => textedRow(row, chart.scale, size));
  const isWide = size.name === 'wide';
  const labelPx = Math.max(0, ...rows.map(({ label }) => linesPx(label, size.fontPx)));
  const notePx = Math.max(0, ...rows.map(({ note }) => linesPx(note, size.fontPx)));
  const leftPx = isWide && labelPx > 0 ? labelPx + GAP_PX : EDGE_PX;
  const rightPx = isWide && notePx > 0 ? notePx + GAP_PX : EDGE_PX;
  const widthPx = size.widthPx - leftPx - Math.max(rightPx, EDGE_PX + size.fontPx);
  const shown = rows.flatMap((row) => (row.shown === null ? [] : [row.shown]));
  const reach = shown.flatMap(reachOf);
  // One alone says how much it is by how far it is from zero.
  const zero = chart.scale === 'linear' && shown.length === 1 ? [0] : [];
  const edge = { lengthPx: widthPx, fontPx: size.fontPx, isAcross: true };
  const ruler = rulerOf([...reach, ...(reach.length > 0 ? zero : [])], chart.scale, edge);
  const stack = isWide ? stackWide(rows, widthPx, leftPx, size) : stackNarrow(rows, widthPx, size);
  const title = wrapped(chart.axis, size.widthPx - 2 * EDGE_PX, size.fontPx, 3);
  const topPx = 6;
  const titleY = stack.heightPx + size.linePx * 2 + 4;
  const plot = {
    ...{ leftPx, topPx, widthPx, heightPx: stack.heightPx },
    bottomPx: size.linePx * (title.length + 1.5) + 8,
  };
  const titleWords = title.map((text, line): Words => {
    const x = isWide ? titleX(text, plot, size) : widthPx / 2;
    return { x, y: titleY + line * size.linePx, text, anchor: 'middle', colour: SOFT };
  });
  const edges = { left: -leftPx, right: size.widthPx - leftPx };
  const leftOut = rows.flatMap(({ row, says }) => says.map((why) => `${row.label}: ${why}`));
  return { ...stack, plot, ruler, edges, leftOut, words: [...stack.words, ...titleWords] };
}

/** Under the middle of the plot, or so far beside it that it stays in the picture. */
function titleX(text: string, plot: Plot, size: Size): number {
  const half = linesPx([text], size.fontPx) / 2;
  const rightmost = size.widthPx - plot.leftPx - half - EDGE_PX;
  return Math.max(half - plot.leftPx + EDGE_PX, Math.min(plot.widthPx / 2, rightmost));
}

function textedRow(row: DotRow, scale: DotChart['scale'], size: Size): TextedRow {
  const { shown, says } = shownOf(row.interval, scale);
  const isWide = size.name === 'wide';
  const full = size.widthPx - 2 * EDGE_PX;
  const labelPx = isWide ? size.widthPx * LABEL_PART : full;
  const note = [row.note ?? '', ...says].filter((part) => part !== '').join('; ');
  const notePx = isWide ? size.widthPx * NOTE_PART : full;
  return {
    row,
    shown,
    says,
    label: wrapped(row.label, labelPx, size.fontPx, 2),
    note: wrapped(note, notePx, size.fontPx, 3),
  };
}

interface Stack {
  readonly rows: readonly PlacedRow[];
  readonly rulesY: readonly number[];
  readonly words: readonly Words[];
  readonly heightPx: number;
}

function stackWide(rows: readonly TextedRow[], widthPx: number, leftPx: number, size: Size): Stack {
  return stacked(rows, size, -leftPx, ({ row, shown, label, note }, top) => {
    const lines = Math.max(1, label.length, note.length);
    const heightPx = lines * size.linePx + 9;
    const y = top + heightPx / 2;
    const placed = (texts: readonly string[]) =>
      texts.map((text, line) => ({ text, y: y + (line - (texts.length - 1) / 2) * size.linePx }));
    const words: Words[] = [
      ...placed(label).map((at): Words => {
        return { ...at, x: -GAP_PX, anchor: 'end', colour: INK };
      }),
      ...placed(note).map((at): Words => {
        return { ...at, x: widthPx + GAP_PX, anchor: 'start', colour: SOFT };
      }),
    ];
    return { placed: { row, shown, y }, words, heightPx };
  });
}

/** Label and note above the row: on one line where both fit. */
function stackNarrow(rows: readonly TextedRow[], widthPx: number, size: Size): Stack {
  return stacked(rows, size, 0, ({ row, shown, label, note }, top) => {
    const bothPx = linesPx(label, size.fontPx) + linesPx(note, size.fontPx) + GAP_PX;
    const isBeside = label.length === 1 && note.length === 1 && bothPx <= widthPx;
    const begin = top + size.linePx / 2 + 2;
    const words: Words[] = label.map((text, line) => {
      return { x: 0, y: begin + line * size.linePx, text, anchor: 'start', colour: INK };
    });
    note.forEach((text, line) => {
      const y = begin + (isBeside ? 0 : label.length + line) * size.linePx;
      const anchor = isBeside ? 'end' : 'start';
      words.push({ x: isBeside ? widthPx : 0, y, text, anchor, colour: SOFT });
    });
    const lines = isBeside ? 1 : label.length + note.length;
    const y = top + lines * size.linePx + 11;
    return { placed: { row, shown, y }, words, heightPx: y - top + BELOW_PX };
  });
}

type PlaceRow = (
  row: TextedRow,
  top: number,
) => { placed: PlacedRow; words: readonly Words[]; heightPx: number };

/** Groups in the order of their first rows, each under its name. */
function stacked(rows: readonly TextedRow[], size: Size, leftX: number, place: PlaceRow): Stack {
  const stack = { rows: [] as PlacedRow[], rulesY: [] as number[], words: [] as Words[] };
  let top = 0;
  for (const group of new Set(rows.map(({ row }) => row.group))) {
    if (group !== '') {
      if (top > 0) {
        top += 8;
        stack.rulesY.push(top);
      }
      const lines = wrapped(group, size.widthPx - 2 * EDGE_PX, size.fontPx, 2);
      for (const text of lines) {
        const y = top + size.linePx / 2 + 6;
        stack.words.push({ x: leftX, y, text, anchor: 'start', colour: INK, isBold: true });
        top += size.linePx;
      }
      top += 8;
    }
    for (const row of rows.filter((each) => each.row.group === group)) {
      const { placed, words, heightPx } = place(row, top);
      stack.rows.push(placed);
      stack.words.push(...words);
      top += heightPx;
    }
  }
  if (rows.length > 0) return { ...stack, heightPx: top + 4 };
  const nothing = { x: leftX, y: size.linePx, text: 'Nothing to show.', anchor: 'start' } as const;
  return { ...stack, words: [{ ...nothing, colour: SOFT }], heightPx: size.linePx * 2 };
}
