// Files of results from the disk: bounded, and refused in one line. result-file.ts knows their
// form.

import { readBounded, readFault } from '../../src/checker/driver/files.js';
import { parseFile, type Results } from './result-file.js';

const FILE_BYTES_MAX = 256 * 1024 * 1024;

/** @throws Error in one line */
export function readResults(file: string): Results {
  return parseFile(textOf(file), file);
}

function textOf(file: string): string {
  let bytes: Buffer | undefined;
  try {
    bytes = readBounded(file, FILE_BYTES_MAX);
  } catch (error) {
    throw new Error(`${file}: ${readFault(error)}`);
  }
  if (bytes === undefined) throw new Error(`${file}: more than ${FILE_BYTES_MAX} bytes`);
  return bytes.toString('utf8');
}
