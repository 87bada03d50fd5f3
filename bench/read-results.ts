// Files of results from the disk: bounded, and refused in one line. result-file.ts knows their
// form.

import { readFileSync, statSync } from 'node:fs';
import { parseFile, type Results } from './result-file.js';

const FILE_BYTES_MAX = 256 * 1024 * 1024;

/** @throws Error in one line */
export function readResults(file: string): Results {
  return parseFile(textOf(file), file);
}

function textOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) throw new Error(`${file}: there is no such file`);
  if (stat.isDirectory()) throw new Error(`${file}: that is a folder, not a file of results`);
  if (stat.size > FILE_BYTES_MAX) throw new Error(`${file}: more than ${FILE_BYTES_MAX} bytes`);
  return readFileSync(file, 'utf8');
}
