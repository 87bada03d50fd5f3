// Running text with numbers that stay together: an interval, `n = 7` and a number with its unit are
// not broken between two lines. Pure.

const BLANK = '\u00a0';
const TOGETHER = /\[[^[\]]{1,40}\]|\bn = \d+|\d (?:%|s|ms|us|µs|ns|kB|MB)(?![\w])/g;

export function unbroken(text: string): string {
  return text.replace(TOGETHER, (part) => part.replaceAll(' ', BLANK));
}
