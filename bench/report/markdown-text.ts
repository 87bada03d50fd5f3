// Texts as GitHub's Markdown: a text from a file stays text, mentions no account and links nowhere. Pure.

import { sanitize } from '../../src/present/text.js';

const CELL_COLUMNS = 300;
/** An invisible space: GitHub then reads no mention and no address. */
const ZERO_WIDTH_SPACE = '&#8203;';

/** The begin of a link or a footnote; an interval such as `[0.64, 0.71]` is none. */
const BRACKET = /\[(?![-\d., ]*\d\](?![([:]))/g;

/** For the inside of an element, where GitHub reads no Markdown: no markup, no mention, no link. */
export function inElement(text: string, columns = CELL_COLUMNS): string {
  return separateLinks(escapeEntities(sanitize(text, columns)));
}

/** One line without markup, mention or link. */
export function escapeMarkdown(text: string, columns = CELL_COLUMNS): string {
  const plain = escapeEntities(sanitize(text, columns))
    .replace(/[\\`*_|~$#]/g, '\\$&')
    .replace(BRACKET, '\\[')
    .replace(/^([-+=])/, '\\$1');
  return separateLinks(plain);
}

function escapeEntities(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

function separateLinks(text: string): string {
  return text
    .replace(/@(?=[\w-])/g, `@${ZERO_WIDTH_SPACE}`)
    .replace(/:\/\//g, `:${ZERO_WIDTH_SPACE}//`)
    .replace(/\bwww\./gi, (word) => `${word.slice(0, -1)}${ZERO_WIDTH_SPACE}.`);
}

const PLAIN = /^[\w ,;:.?|+<>=/-]+$/;

/** Inline code; a cell of a table needs an escaped `|` even there. */
export function formatCode(text: string): string {
  return PLAIN.test(text) && text.length <= CELL_COLUMNS
    ? `\`${text.replaceAll('|', '\\|')}\``
    : escapeMarkdown(text);
}

/** A command as a code block, which no line of the command can end. */
export function formatCodeBlock(text: string): string[] {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}sh`, ...text.split('\n'), fence];
}

/** Cells are Markdown already. */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numeric: readonly number[],
): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, at) => (numeric.includes(at) ? '---:' : '---'));
  return [line(head), line(rule), ...rows.map(line)];
}
