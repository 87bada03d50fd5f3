// The file that results are appended to, line by line, so that a run that is killed leaves what it
// measured. Whether it can be written is said before anything is measured. Main thread of the
// runner.

import { appendFileSync, closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { writeFault } from '../../src/checker/driver/files.js';

export type WriteLine = (line: string) => void;

const NEWLINE = 10;

/**
 * `isNew`: what stands in it is removed.
 * @throws Error in one line where it cannot be written
 */
export function openOut(file: string, { isNew = false } = {}): WriteLine {
  try {
    const opened = openSync(file, isNew ? 'w+' : 'a+');
    try {
      if (!endsWell(opened)) {
        throw new Error('its last line was cut off: remove it, or name another file');
      }
    } finally {
      closeSync(opened);
    }
  } catch (error) {
    throw new Error(`--out ${file}: ${writeFault(error)}`);
  }
  return (line) => appendFileSync(file, line);
}

/** A line that is appended to half a line would spoil both. */
function endsWell(opened: number): boolean {
  const stat = fstatSync(opened);
  if (!stat.isFile() || stat.size === 0) return true;
  const last = Buffer.alloc(1);
  readSync(opened, last, 0, 1, stat.size - 1);
  return last[0] === NEWLINE;
}
