// Files that a user names: read within a bound, and what the system says of one in the words of
// whoever typed its name. It knows no option and prints nothing. Main thread.

import { closeSync, openSync, readSync } from 'node:fs';

const CHUNK_BYTES = 256 * 1024;

/**
 * Its bytes; undefined when there are more. Read by chunks and not by the size on disk, which is 0
 * for a pipe and may grow meanwhile.
 * @throws the system's error
 */
export function readBounded(file: string, bytesMax: number): Buffer | undefined {
  const opened = openSync(file, 'r');
  try {
    const chunks: Buffer[] = [];
    let total = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const bytesRead = readSync(opened, chunk);
      if (bytesRead === 0) return Buffer.concat(chunks);
      total += bytesRead;
      if (total > bytesMax) return undefined;
      chunks.push(chunk.subarray(0, bytesRead));
    }
  } finally {
    closeSync(opened);
  }
}

type Says = Readonly<Record<string, string>>;

const READING: Says = {
  ENOENT: 'there is no such file: check the path',
  EISDIR: 'that is a folder: name a file in it',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EACCES: 'reading it is not allowed: check its permissions',
};

const WRITING: Says = {
  ...READING,
  ENOENT: 'there is no such folder: make it first',
  EACCES: 'it may not be written',
  EPERM: 'it may not be written',
  EROFS: 'it may not be written',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
};

export const readFault = (error: unknown): string => faultOf(error, READING);
export const writeFault = (error: unknown): string => faultOf(error, WRITING);

function faultOf(error: unknown, says: Says): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return says[code] ?? message;
}
