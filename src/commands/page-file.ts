// A page or a text that a verb writes to a file its user named: whether it can be written is said
// before what takes long, and a failure in one line. Main thread.

import { access, constants, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeFault } from '../checker/driver/files.js';
import { sanitize } from '../present/text.js';

const NAME_COLUMNS = 200;

/** @throws Error in one line */
export function checkWritable(option: string, file: string): Promise<void> {
  return inWords(option, file, async () => {
    const found = await stat(file).catch(() => undefined);
    if (found?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    await access(found === undefined ? dirname(file) : file, constants.W_OK);
  });
}

/** What stands in it is overwritten. @throws Error in one line */
export function writePage(option: string, file: string, text: string): Promise<void> {
  return inWords(option, file, () => writeFile(file, text));
}

async function inWords(option: string, file: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const name = sanitize(file, NAME_COLUMNS);
    throw new Error(`${option}: cannot write ${name}: ${writeFault(error)}`);
  }
}
