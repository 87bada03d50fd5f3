// Draws lines at the bottom of a terminal, again and again in place, and takes them away. It writes
// once per drawing, overwrites each line and erases its rest, so nothing flickers. It never hides
// the cursor, so a killed program leaves nothing to mend. It knows no content.

import { stripVTControlCharacters } from 'node:util';
import { displayWidth } from './text.js';

export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

export interface Screen {
  size(): ScreenSize;
  draw(lines: readonly string[]): void;
  /** A line that stays, above what is drawn. */
  say(line: string): void;
  clear(): void;
}

const SIZE_DEFAULT: ScreenSize = { columns: 80, rows: 24 };
const ERASE_TO_LINE_END = '\u001b[K';
const ERASE_BELOW = '\u001b[J';

export function createScreen(terminal: Terminal): Screen {
  let drawn: readonly string[] = [];
  const size = (): ScreenSize => ({
    columns: terminal.columns || SIZE_DEFAULT.columns,
    rows: terminal.rows || SIZE_DEFAULT.rows,
  });
  /** To the first line drawn, also where a smaller terminal has wrapped the lines. */
  const moveBack = () => {
    const { columns } = size();
    const width = (line: string) => displayWidth(stripVTControlCharacters(line));
    const rows = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(width(line) / columns)), 0);
    return rows > 1 ? `\r\u001b[${rows - 1}A` : '\r';
  };
  const format = (lines: readonly string[]) =>
    lines.map((line) => line + ERASE_TO_LINE_END).join('\n') + ERASE_BELOW;
  return {
    size,
    draw(lines) {
      if (lines.length === drawn.length && lines.every((line, at) => line === drawn[at])) return;
      terminal.write(moveBack() + format(lines));
      drawn = lines;
    },
    say(line) {
      terminal.write(`${moveBack()}${line}${ERASE_TO_LINE_END}\n${format(drawn)}`);
    },
    clear() {
      if (drawn.length > 0) terminal.write(moveBack() + ERASE_BELOW);
      drawn = [];
    },
  };
}
