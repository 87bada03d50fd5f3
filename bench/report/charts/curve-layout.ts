// Where everything of a chart of curves stands: the rulers, the names at the ends of their lines,
// reference lines with what they say, titles. Pure.

import type { CurveChart, Tone } from '../model.js';
import { type CurveLine, type CurveLines, curveLines, kindOf } from './curve-lines.js';
import type { Plot, Size, Straight, Words } from './frame.js';
import { type Edge, fractionOf, type Ruler, rulerOf, stepsRuler } from './ruler.js';
import { reachOf } from './shown.js';
import { spread } from './spread.js';
import { INK, SOFT, textColour } from './tones.js';
import { linesPx, wrapped } from './wrapped.js';

/** A name at the right of the plot, with the way to it from the end of its line. */
export interface EndLabel {
  /** Null: a reference line's. */
  readonly tone: Tone | null;
  readonly isRepeat: boolean;
  readonly leader: Straight;
  /** Of the sign before the name. */
  readonly signX: number;
}

export interface CurveLayout {
  readonly plot: Plot;
  readonly x: Ruler;
  readonly y: Ruler;
  readonly lines: readonly CurveLine[];
  readonly ends: readonly EndLabel[];
  readonly crossings: readonly Straight[];
  readonly words: readonly Words[];
  readonly leftOut: readonly string[];
}

const EDGE_PX = 4;
const TICK_GAP_PX = 10;
const LEADER_PX = 16;
const SIGN_PX = 20;
const NAME_PART = 0.27;
const HEIGHT_PX = { wide: 300, narrow: 250 } as const;
const EMPTY_PX = 60;
const NAME_GAP_PX = 4;
const LEFT_OUT_MAX = 4;

interface Ending {
  readonly tone: Tone | null;
  readonly isRepeat: boolean;
  readonly text: readonly string[];
  readonly x: number;
  readonly y: number;
}

export function curveLayout(chart: CurveChart, size: Size): CurveLayout {
  const data = curveLines(chart);
  const endings = endingsOf(data, size);
  const nameHeights = endings.map(({ text }) => text.length * size.linePx + NAME_GAP_PX);
  const namesPx = nameHeights.reduce((sum, height) => sum + height, 0);
  const heightPx = Math.max(endings.length === 0 ? EMPTY_PX : HEIGHT_PX[size.name], namesPx);
  const y = yRuler(chart, data, { lengthPx: heightPx, fontPx: size.fontPx, isAcross: false });
  const tickPx = linesPx(
    y.ticks.map(({ label }) => label),
    size.fontPx,
  );
  const leftPx = Math.max(tickPx + TICK_GAP_PX, 16) + EDGE_PX;
  const namePx = Math.max(0, ...endings.map(({ text }) => linesPx(text, size.fontPx)));
  const rightPx = namePx === 0 ? 24 : LEADER_PX + SIGN_PX + namePx + EDGE_PX;
  const widthPx = size.widthPx - leftPx - rightPx;
  const x = xRuler(chart, data, { lengthPx: widthPx, fontPx: size.fontPx, isAcross: true });
  const acrossPx = (at: number) => fractionOf(x, at) * widthPx;
  const downPx = (at: number) => (1 - fractionOf(y, at)) * heightPx;

  const room = { left: -leftPx, right: widthPx + rightPx - EDGE_PX };
  const above = aboveOf(chart, data, acrossPx, room, size);
  const below = belowOf(chart, data, heightPx, widthPx, room, size);
  const wishes = endings.map((ending, at) => {
    return { y: downPx(ending.y), heightPx: nameHeights[at] ?? 0 };
  });
  const places = spread(wishes, [-8, heightPx + 8]);
  const ends = endings.map(({ tone, isRepeat, ...end }, at): EndLabel => {
    // A reference line goes on to what it says; the others have a sign before their names.
    const [x, x2] =
      tone === null
        ? [widthPx, widthPx + LEADER_PX + SIGN_PX - NAME_GAP_PX]
        : [acrossPx(end.x), widthPx + LEADER_PX];
    const leader = { x, y: downPx(end.y), x2 };
    return {
      ...{ tone, isRepeat, signX: widthPx + LEADER_PX + SIGN_PX / 2 - 2 },
      leader: { ...leader, y2: places[at] ?? 0 },
    };
  });
  const names = endings.flatMap(({ tone, text }, at) =>
    text.map(
      (line, index): Words => ({
        x: widthPx + LEADER_PX + SIGN_PX,
        y: (places[at] ?? 0) + (index - (text.length - 1) / 2) * size.linePx,
        ...{ text: line, anchor: 'start', colour: tone === null ? SOFT : textColour(tone) },
        isBold: tone !== null,
      }),
    ),
  );
  const crossings = [
    ...data.xMarks.map(({ at }) => vertical(acrossPx(at), heightPx)),
    ...data.yMarks.map(({ at }) => ({ x: 0, y: downPx(at), x2: widthPx, y2: downPx(at) })),
  ];
  const plot = { leftPx, widthPx, heightPx, topPx: above.heightPx, bottomPx: below.heightPx };
  const words = [...above.words, ...below.words, ...names];
  return { plot, x, y, lines: data.lines, ends, crossings, words, leftOut: data.leftOut };
}

function vertical(x: number, heightPx: number): Straight {
  return { x, y: 0, x2: x, y2: heightPx };
}

/** Where each line ends, and each reference line across. */
function endingsOf({ lines, yMarks }: CurveLines, size: Size): Ending[] {
  const textOf = (text: string) => {
    const lines = wrapped(text, size.widthPx * NAME_PART, size.fontPx, 3);
    return lines.length === 0 ? ['?'] : lines;
  };
  const own = lines.flatMap(({ name, tone, isRepeat, runs, law }): Ending[] => {
    const point = runs.at(-1)?.at(-1);
    const end = law.at(-1) ?? (point && { at: point.at, y: point.shown.median });
    return end === undefined ? [] : [{ tone, isRepeat, text: textOf(name), x: end.at, y: end.y }];
  });
  const furthest = Math.max(...own.map(({ x }) => x));
  const across = yMarks.map(({ at, says }): Ending => {
    return { tone: null, isRepeat: false, text: textOf(says), x: furthest, y: at };
  });
  return [...own, ...(own.length === 0 ? [] : across)];
}

function yRuler(chart: CurveChart, { lines, yMarks }: CurveLines, edge: Edge): Ruler {
  const points = lines.flatMap(({ runs }) => runs.flat());
  const laws = lines.flatMap(({ law }) => law.map(({ y }) => y));
  const marks = yMarks.map(({ at }) => at);
  const reach = points.flatMap(({ shown }) => reachOf(shown));
  const values = [...reach, ...laws];
  return rulerOf(values.length === 0 ? [] : [...values, ...marks], kindOf(chart.y.scale), edge);
}

function xRuler(chart: CurveChart, data: CurveLines, edge: Edge): Ruler {
  if (chart.x.scale === 'steps') return stepsRuler(data.steps, edge);
  const laws = data.lines.flatMap(({ law }) => law.map(({ at }) => at));
  const marks = data.xMarks.map(({ at }) => at);
  const kind = kindOf(chart.x.scale);
  // Doublings say more than round numbers; on a linear axis round numbers are read more easily.
  const preferred = kind === 'log' ? data.values : [];
  const values = [...data.values, ...laws];
  return rulerOf(values.length === 0 ? [] : [...values, ...marks], kind, edge, preferred);
}

interface Part {
  readonly words: readonly Words[];
  readonly heightPx: number;
}

interface Room {
  readonly left: number;
  readonly right: number;
}

/** The title of the upright axis, and under it what the upright reference lines say. */
function aboveOf(
  chart: CurveChart,
  { xMarks }: CurveLines,
  acrossPx: (at: number) => number,
  room: Room,
  size: Size,
): Part {
  const rows: Room[][] = [];
  const marks = xMarks.map(({ at, says }) => {
    const [text = ''] = wrapped(says, (room.right - room.left) * 0.6, size.fontPx, 1);
    const half = linesPx([text], size.fontPx) / 2 + 6;
    const x = Math.max(room.left + half, Math.min(room.right - half, acrossPx(at)));
    const own = { left: x - half, right: x + half };
    let row = rows.findIndex((taken) =>
      taken.every(({ left, right }) => own.right <= left || right <= own.left),
    );
    if (row < 0) row = rows.push([]) - 1;
    rows[row]?.push(own);
    return { x, text, row };
  });
  const title = wrapped(chart.y.title, room.right - room.left, size.fontPx, 3);
  const heightPx = (title.length + rows.length) * size.linePx + 18;
  const titleWords = title.map((text, line): Words => {
    const y = -heightPx + (line + 0.5) * size.linePx + 2;
    return { x: room.left, y, text, anchor: 'start', colour: SOFT };
  });
  const markWords = marks.map(({ x, text, row }): Words => {
    return { x, y: -size.linePx * (row + 0.5) - 5, text, anchor: 'middle', colour: INK };
  });
  return { words: [...titleWords, ...markWords], heightPx };
}

/** The title of the level axis, and what was left out. */
function belowOf(
  chart: CurveChart,
  { leftOut, lines }: CurveLines,
  heightPx: number,
  widthPx: number,
  room: Room,
  size: Size,
): Part {
  const isEmpty = lines.every(({ runs, law }) => runs.length === 0 && law.length === 0);
  const titlePx = room.right - room.left;
  const title = wrapped(chart.x.title, titlePx, size.fontPx, 3);
  const said = leftOut.slice(0, LEFT_OUT_MAX);
  if (leftOut.length > said.length) said.push(`${leftOut.length - said.length} more`);
  const notes = said.length === 0 ? [] : [`Not shown in full: ${said.join('; ')}.`];
  const noteLines = notes.flatMap((note) => wrapped(note, titlePx, size.fontPx, 6));
  const top = heightPx + size.linePx + 12;
  const half = linesPx(title, size.fontPx) / 2;
  const x = Math.max(room.left + half, Math.min(widthPx / 2, room.right - half));
  const words = [
    ...title.map((text, line): Words => {
      const y = top + (line + 0.5) * size.linePx;
      return { x, y, text, anchor: 'middle', colour: SOFT };
    }),
    ...noteLines.map((text, line): Words => {
      const y = top + 6 + (title.length + line + 0.5) * size.linePx;
      return { x: room.left, y, text, anchor: 'start', colour: SOFT };
    }),
  ];
  if (isEmpty) {
    const text = 'Nothing to show.';
    words.push({ x: widthPx / 2, y: heightPx / 2, text, anchor: 'middle', colour: SOFT });
  }
  const count = title.length + noteLines.length;
  return { words, heightPx: top - heightPx + count * size.linePx + 12 };
}
