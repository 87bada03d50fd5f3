// Text for a terminal: how many columns it takes, how to make it fit, how to write numbers. What a
// foreign service answers is printed too, so control characters are replaced first: an answer must
// not be able to move the cursor or recolour the screen. Pure; it knows no table and no colour.

const SEGMENTS = new Intl.Segmenter('en', { granularity: 'grapheme' });
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const ASCII_ONLY = /^[\x20-\x7e]*$/;
const EMOJI = /\p{Emoji_Presentation}|\ufe0f/u;
/** East Asian Wide and Fullwidth (Unicode TR 11), in three parts: CJK, Hangul, full-width forms. */
const WIDE = new RegExp(
  [
    '[\\u2e80-\\u303e\\u3041-\\ua4cf\\uf900-\\ufaff\\u{20000}-\\u{3fffd}]',
    '[\\u1100-\\u115f\\ua960-\\ua97f\\uac00-\\ud7a3]',
    '[\\ufe30-\\ufe6f\\uff00-\\uff60\\uffe0-\\uffe6]',
  ].join('|'),
  'u',
);
const MARK_ONLY = /^\p{M}+$/u;

/** The text on one line, with every control, format and lone surrogate character made visible. */
export function printable(text: string): string {
  return ASCII_ONLY.test(text) ? text : text.replace(UNPRINTABLE, '\ufffd');
}

function graphemeWidth(grapheme: string): number {
  if (MARK_ONLY.test(grapheme)) return 0;
  return EMOJI.test(grapheme) || WIDE.test(grapheme) ? 2 : 1;
}

/** Columns that printable text takes on a terminal. */
export function displayWidth(text: string): number {
  if (ASCII_ONLY.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of SEGMENTS.segment(text)) columns += graphemeWidth(segment);
  return columns;
}

/** The text itself where it fits, else its beginning and an ellipsis; never wider than asked. */
export function clip(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  if (columns < 1) return '';
  let kept = '';
  let used = 0;
  for (const { segment } of SEGMENTS.segment(text)) {
    used += graphemeWidth(segment);
    if (used > columns - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** The text padded with blanks to the width: on its right, or on its left for numbers. */
export function pad(text: string, columns: number, align: 'left' | 'right'): string {
  const blanks = ' '.repeat(Math.max(0, columns - displayWidth(text)));
  return align === 'left' ? text + blanks : blanks + text;
}

/** `1234.5` as `1,234.50` for two decimals. */
export function formatNumber(value: number, decimals = 0): string {
  return value.toLocaleString('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}

/** `1 answer`, `2 answers`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatNumber(count)} ${count === 1 ? noun : plural}`;
}

/** In lines of at most so many characters, broken between words; a longer word stays whole. */
export function wrap(text: string, columns: number): string[] {
  if (text.length <= columns) return [text];
  const before = text.lastIndexOf(' ', columns);
  const at = before > 0 ? before : text.indexOf(' ', columns);
  if (at < 0) return [text];
  return [text.slice(0, at), ...wrap(text.slice(at + 1), columns)];
}

/** Names of files and what a file holds may stand in it, and may be anything. */
const ERROR_COLUMNS_MAX = 1_000;

/** The one line an error is worth to whoever typed the command. */
export function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = text.slice(0, 4 * ERROR_COLUMNS_MAX).replace(/^error: /, '');
  return clip(printable(line.replace(/\s*\n\s*/g, ' ').trim()), ERROR_COLUMNS_MAX);
}
