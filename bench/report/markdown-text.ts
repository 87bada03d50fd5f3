// Texts in Markdown as GitHub reads it: whatever a file says stays text, and names nobody. Pure; it
// knows nothing of what the report says.

import { sanitize } from '../../src/present/text.js';

const CELL_COLUMNS = 300;
/** Between the sign and the name no mention, and no address, is read; it takes no place. */
const APART = '&#8203;';

/** Begins a link or a footnote, but for an interval: `[0.64, 0.71]`. */
const BRACKET = /\[(?![-\d., ]*\d\](?![([:]))/g;

/** For the inside of an element, where Markdown is not read: no markup, no mention, no link. */
export function inElement(text: string, columns = CELL_COLUMNS): string {
  return apart(entities(sanitize(text, columns)));
}

/** On one line; nothing in it is markup, a mention, or a link. */
export function escaped(text: string, columns = CELL_COLUMNS): string {
  const plain = entities(sanitize(text, columns))
    .replace(/[\\`*_|~$#]/g, '\\$&')
    .replace(BRACKET, '\\[')
    .replace(/^([-+=])/, '\\$1');
  return apart(plain);
}

function entities(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

function apart(text: string): string {
  return text
    .replace(/@(?=[\w-])/g, `@${APART}`)
    .replace(/:\/\//g, `:${APART}//`)
    .replace(/\bwww\./gi, (word) => `${word.slice(0, -1)}${APART}.`);
}

const PLAIN = /^[\w ,;:.?|+<>=/-]+$/;

/** As code, also in a cell of a table, where a `|` must be escaped even there. */
export function code(text: string): string {
  return PLAIN.test(text) && text.length <= CELL_COLUMNS
    ? `\`${text.replaceAll('|', '\\|')}\``
    : escaped(text);
}

/** A command in a block of its own, which no line of it can end. */
export function codeLines(text: string): string[] {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}sh`, ...text.split('\n'), fence];
}

/** Cells are Markdown already. */
export function tableLines(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numeric: readonly number[],
): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, at) => (numeric.includes(at) ? '---:' : '---'));
  return [line(head), line(rule), ...rows.map(line)];
}
