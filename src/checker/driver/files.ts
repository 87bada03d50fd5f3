// Files that a user names: read within a bound, replaced as a whole or not at all, and errors in plain words.
// It knows no option and prints nothing. Main thread.

import {
  closeSync,
  fsyncSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

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
      if (bytesRead === 0) return refuseEncoding(Buffer.concat(chunks));
      total += bytesRead;
      if (total > bytesMax) return undefined;
      chunks.push(chunk.subarray(0, bytesRead));
    }
  } finally {
    closeSync(opened);
  }
}

/** The first bytes of files that are no plain UTF-8, and what to do about it. */
const ENCODINGS = [
  [[0x1f, 0x8b], 'it is compressed with gzip: unpack it first'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'it is compressed with zstd: unpack it first'],
  [[0x50, 0x4b, 0x03, 0x04], 'it is a ZIP archive: unpack it first'],
  [[0xff, 0xfe], 'it is UTF-16: save it as UTF-8'],
  [[0xfe, 0xff], 'it is UTF-16: save it as UTF-8'],
] as const;

/** @throws Error that says what the file is */
function refuseEncoding(bytes: Buffer): Buffer {
  const found = ENCODINGS.find(([first]) => bytes.subarray(0, first.length).equals(Buffer.from(first)));
  if (found !== undefined) throw new Error(found[1]);
  return bytes;
}

/**
 * Writes the whole file, or leaves the old one as it is: a disk that fills must not cost both. The text goes
 * to a file beside it, which then takes its name. A pipe or a device is written as it is.
 * @throws the system's error
 */
export function replaceFile(file: string, text: string): void {
  const old = statSync(file, { throwIfNoEntry: false });
  if (old !== undefined && !old.isFile()) return void writeFileSync(file, text);
  const target = old === undefined ? file : realpathSync(file); // a symbolic link stays one
  const fresh = join(dirname(target), `.two-callers-${process.pid}.tmp`);
  try {
    const opened = openSync(fresh, 'w', old?.mode);
    try {
      writeFileSync(opened, text);
      fsyncSync(opened); // some file systems report a full disk only now
    } finally {
      closeSync(opened);
    }
    renameSync(fresh, target);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

/** Whether both names lead to one file, through links too. */
export function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((file) => statSync(file, { throwIfNoEntry: false, bigint: true }));
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}

/** `study.partial.ndjson` of `study.ndjson`. */
export function namePartial(file: string): string {
  const dot = basename(file).lastIndexOf('.');
  if (dot <= 0) return `${file}.partial`;
  const at = file.length - basename(file).length + dot;
  return `${file.slice(0, at)}.partial${file.slice(at)}`;
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
