// Draws lines at the bottom of a terminal, again and again in place, and takes them away. One write
// a drawing, each line overwritten and its rest erased, so that nothing flickers; the cursor is
// never hidden, so that nothing is left to mend when the program is killed. It knows no content.

import { stripVTControlCharacters } from 'node:util';
import { displayWidth } from '../../../src/present/text.js';
import type { Size } from './lines.js';

export interface Terminal {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

export interface Screen {
  size(): Size;
  draw(lines: readonly string[]): void;
  /** A line that stays, above what is drawn. */
  say(line: string): void;
  clear(): void;
}

const SIZE_DEFAULT: Size = { columns: 80, rows: 24 };
const ERASE_TO_LINE_END = '\u001b[K';
const ERASE_BELOW = '\u001b[J';

export function createScreen(terminal: Terminal): Screen {
  let drawn: readonly string[] = [];
  const size = (): Size => ({
    columns: terminal.columns || SIZE_DEFAULT.columns,
    rows: terminal.rows || SIZE_DEFAULT.rows,
  });
  /** To the beginning of what is drawn, also where a smaller terminal has wrapped it. */
  const back = () => {
    const { columns } = size();
    const width = (line: string) => displayWidth(stripVTControlCharacters(line));
    const rows = drawn.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(width(line) / columns)),
      0,
    );
    return rows > 1 ? `\r\u001b[${rows - 1}A` : '\r';
  };
  const text = (lines: readonly string[]) =>
    lines.map((line) => line + ERASE_TO_LINE_END).join('\n') + ERASE_BELOW;
  return {
    size,
    draw(lines) {
      if (lines.length === drawn.length && lines.every((line, at) => line === drawn[at])) return;
      terminal.write(back() + text(lines));
      drawn = lines;
    },
    say(line) {
      terminal.write(`${back()}${line}${ERASE_TO_LINE_END}\n${text(drawn)}`);
    },
    clear() {
      if (drawn.length > 0) terminal.write(back() + ERASE_BELOW);
      drawn = [];
    },
  };
}
