// A text in lines that are no wider than the room for it. How wide letters are is estimated, since
// the fonts of whoever reads the page are not known. Pure.

import { textPx } from '../../../src/checker/report/timeline-ticks.js';
import { clip, sanitize } from '../../../src/present/text.js';

/** What is longer than this is cut before anything else looks at it. */
const LETTERS_MAX = 400;

/** Broken between words; the last of `linesMax` lines is cut where more would follow. */
export function wrapped(text: string, widthPx: number, fontPx: number, linesMax: number): string[] {
  const columns = Math.max(1, Math.floor(widthPx / textPx('x', fontPx)));
  const lines: string[] = [];
  for (const word of wordsOf(text)) {
    const joined = `${lines.at(-1) ?? ''} ${word}`.trimStart();
    const fits = textPx(joined, fontPx) <= columns * textPx('x', fontPx);
    if (lines.length > 0 && (fits || lines.length === linesMax)) lines[lines.length - 1] = joined;
    else lines.push(word);
  }
  return lines.map((line) => clip(line, columns)).filter((line) => line !== '');
}

function wordsOf(text: string): string[] {
  return sanitize(
    text
      .slice(0, LETTERS_MAX * 4)
      .replace(/\s+/g, ' ')
      .trim(),
    LETTERS_MAX,
  ).split(' ');
}

/** As wide as the widest. */
export function linesPx(lines: readonly string[], fontPx: number): number {
  return Math.max(0, ...lines.map((line) => textPx(line, fontPx)));
}
