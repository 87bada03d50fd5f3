// Text for a terminal: how wide it is, how it fits, how numbers are written. Text of a foreign
// service is printed too, so `sanitize` replaces control characters: an answer must not move the
// cursor or recolour the screen. Pure; it knows no table and no colour.

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
/** A family emoji has eleven for two columns; what combines more is cut early. */
const CODE_UNITS_PER_COLUMN_MAX = 16;
const MARK_ONLY = /^\p{M}+$/u;

/**
 * Safe to print: one line of at most `columns`, with every control, format and lone surrogate
 * character replaced. With a bound it is cheap for a text of megabytes too.
 */
export function sanitize(text: string, columns = Number.POSITIVE_INFINITY): string {
  const begin = text.slice(0, CODE_UNITS_PER_COLUMN_MAX * (columns + 1));
  const safe = ASCII_ONLY.test(begin) ? begin : begin.replace(UNPRINTABLE, '\ufffd');
  return columns === Number.POSITIVE_INFINITY ? safe : clip(safe, columns);
}

/** Text of `JSON.stringify` with every unprintable character as an escape; it still means the same. */
export function escapeUnprintable(json: string): string {
  if (ASCII_ONLY.test(json)) return json;
  return json.replace(UNPRINTABLE, (character) => {
    if (character === '\n') return character;
    return [...character.split('')]
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join('');
  });
}

function graphemeWidth(grapheme: string): number {
  if (MARK_ONLY.test(grapheme)) return 0;
  return EMOJI.test(grapheme) || WIDE.test(grapheme) ? 2 : 1;
}

/** Columns that sanitised text takes on a terminal. */
export function displayWidth(text: string): number {
  if (ASCII_ONLY.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of SEGMENTS.segment(text)) columns += graphemeWidth(segment);
  return columns;
}

/** The text where it fits, else its beginning and an ellipsis; never wider than `columns`. */
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
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** `38 %` of 0.38. */
export function formatPercent(share: number, decimals = 0): string {
  return `${formatNumber(100 * share, decimals)} %`;
}

/** A median with its 95 % interval: `1.27 [1.19, 1.31]`; a single value has no interval. */
export function formatInterval(
  { median, low, high, n }: { median: number; low: number; high: number; n: number },
  decimals: number,
): string {
  if (Number.isNaN(median)) return 'unknown';
  const isAlone = n === 1 && low === median && high === median;
  if (isAlone) return median.toFixed(decimals);
  return `${median.toFixed(decimals)} [${low.toFixed(decimals)}, ${high.toFixed(decimals)}]`;
}

/** A share as a percentage with one decimal; a small share never reads as none, a large one never as all. */
export function formatShare(share: number | null): string {
  if (share === null) return '–';
  const percent = 100 * share;
  if (percent > 0 && percent < 0.05) return '< 0.1 %';
  if (percent > 99.95 && percent < 100) return '> 99.9 %';
  return `${formatNumber(percent, 1)} %`;
}

/** `1 answer`, `2 answers`. */
export function formatCount(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatNumber(count)} ${count === 1 ? noun : plural}`;
}

/** Lines of at most `columns` characters, broken between words; a longer word stays whole. */
export function wrap(text: string, columns: number): string[] {
  if (text.length <= columns) return [text];
  const before = text.lastIndexOf(' ', columns);
  const at = before > 0 ? before : text.indexOf(' ', columns);
  if (at < 0) return [text];
  return [text.slice(0, at), ...wrap(text.slice(at + 1), columns)];
}

/** A message may hold file names and file contents, so it may be long and hold anything. */
const ERROR_COLUMNS_MAX = 1_000;

/** An error as one safe line, without a stack. */
export function formatError(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = text.slice(0, 16 * ERROR_COLUMNS_MAX).replace(/^error: /, '');
  return sanitize(line.replace(/\s*\n\s*/g, ' ').trim(), ERROR_COLUMNS_MAX);
}
