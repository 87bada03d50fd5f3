// Texts of a chart that must not collide: long ones are broken into lines, and the names at the ends
// of lines move apart. Pure: texts and wishes in, lines and places out.

import { estimateTextPx } from '../../../src/present/scale.js';
import { clip, sanitize } from '../../../src/present/text.js';

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

interface Block {
  readonly members: readonly number[];
  readonly mean: number;
}

/**
 * Places labels without overlap, in the order of their wishes and with the least squared distance
 * from them. Returns the middles. Method: isotonic regression by pooling adjacent violators (Ayer
 * and others, 1955). Labels that need more than the room reach beyond its end.
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
  const blocks: Block[] = [];
  for (const [at, { y }] of sorted.entries()) {
    let block: Block = { members: [at], mean: y - (offsets[at] ?? 0) };
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
