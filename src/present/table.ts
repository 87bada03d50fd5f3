// Lays out a table for a terminal: columns two blanks apart, aligned by display width, and shortened
// from the right where the terminal is narrow. It sanitises every cell, so what a foreign service
// sends cannot leave its cell. Makes lines and prints nothing.

import type { Paint } from './colours.js';
import { clip, displayWidth, pad, sanitize, wrap } from './text.js';

export interface TableColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** On a narrow terminal the column is cut down to this; undefined: it is never cut. */
  readonly widthMin?: number;
  /** It is left out where even `widthMin` (or its whole width) does not fit. */
  readonly isOptional?: boolean;
  /** A long cell continues on the next line instead of being cut; for the last column. */
  readonly wraps?: boolean;
}

export interface TableOptions {
  /** Columns of the terminal; undefined in a file or a pipe: no limit. */
  readonly width?: number;
  /** Blanks before each line. */
  readonly indent?: number;
  readonly paintTitles?: Paint;
  /** `row` is the index in `rows`. Colours are added after padding, and take no columns. */
  readonly paintRow?: (line: string, row: number) => string;
  readonly paintCell?: (text: string, row: number, column: number) => string;
}

type Cells = readonly string[];

const GAP = '  ';

/**
 * A title may stand for a whole column that is aligned left and never cut. Without any title there
 * is no heading, and the longest row says how many columns there are.
 */
export function formatTable(
  titles: readonly (string | TableColumn)[],
  rows: readonly Cells[],
  options: TableOptions = {},
): string[] {
  const count = Math.max(titles.length, ...rows.map((row) => row.length));
  const columns = Array.from({ length: count }, (_, at): TableColumn => {
    const column = titles[at] ?? '';
    return typeof column === 'string' ? { title: column } : column;
  });
  const heading = columns.map(({ title }) => title);
  const cells = rows.map((row) => columns.map((_, at) => sanitize(row[at] ?? '')));
  const natural = columns.map(({ title }, at) =>
    cells.reduce((width, row) => Math.max(width, displayWidth(row[at] ?? '')), displayWidth(title)),
  );
  const { width = Number.POSITIVE_INFINITY, indent = 0 } = options;
  const widths = fitColumns(columns, natural, width - indent);
  const { paintTitles = asItIs, paintRow = asItIs, paintCell = asItIs } = options;
  const margin = ' '.repeat(indent);
  const lines = cells.flatMap((row, at) => {
    const texts = layOutRow(row, columns, widths, (text, column) => paintCell(text, at, column));
    return texts.map((text) => margin + paintRow(text, at));
  });
  if (heading.every((title) => title === '')) return lines;
  const titleLines = layOutRow(heading, columns, widths, asItIs);
  return [...titleLines.map((text) => margin + paintTitles(text)), ...lines];
}

function asItIs(text: string): string {
  return text;
}

/** The width of each column; 0 leaves it out. The right-most columns give way first. */
function fitColumns(
  columns: readonly TableColumn[],
  natural: readonly number[],
  terminalWidth: number,
): number[] {
  const widths = [...natural];
  const measureExcess = (): number => {
    const used = widths.filter((width) => width > 0);
    return used.reduce((sum, width) => sum + width + GAP.length, -GAP.length) - terminalWidth;
  };
  for (let at = columns.length - 1; at >= 0; at--) {
    const excess = measureExcess();
    if (excess <= 0) break;
    const { widthMin, isOptional = false, wraps = false } = columns[at] ?? { title: '' };
    const width = widths[at] ?? 0;
    const least = Math.min(width, widthMin ?? width);
    if (width - excess >= least) widths[at] = width - excess;
    else if (isOptional) widths[at] = 0;
    // A text that wraps in less than its least width is harder to read than a line too long.
    else if (!wraps) widths[at] = least;
  }
  return widths;
}

/** One line without trailing blanks, or several where the last column wraps. */
function layOutRow(
  row: Cells,
  columns: readonly TableColumn[],
  widths: readonly number[],
  paint: (text: string, column: number) => string,
): string[] {
  const shown = [...columns.keys()].filter((at) => (widths[at] ?? 0) > 0);
  const last = shown.at(-1);
  let rest: readonly string[] = [];
  let used = 0;
  const parts = shown.map((at) => {
    const { align = 'left', wraps = false } = columns[at] ?? { title: '' };
    const width = widths[at] ?? 0;
    const isLast = at === last;
    if (!isLast) used += width + GAP.length;
    const [first = '', ...more] = wraps && isLast ? wrap(row[at] ?? '', width) : [row[at] ?? ''];
    rest = more;
    const text = clip(first, width);
    const blanks = pad(text, width, 'left').slice(text.length);
    if (align === 'right') return blanks + paint(text, at);
    return paint(text, at) + (isLast ? '' : blanks);
  });
  const indent = ' '.repeat(used);
  return [parts.join(GAP).trimEnd(), ...rest.map((text) => indent + text)];
}
