// A results file: read whole and bounded, each line checked; written by appending line by line, so that a
// killed run leaves what it measured. Main thread of the runner.

import { appendFileSync, closeSync, fstatSync, openSync, readSync, statSync, truncateSync } from 'node:fs';
import { readBounded, readFault, writeFault } from '../../src/checker/driver/files.js';
import { formatCount } from '../../src/present/text.js';
import { renameScenario } from '../scenarios/former-names.js';
import {
  type AskLine,
  isObject,
  READERS,
  type Result,
  SCHEMA,
  type SelfTestLine,
  type SessionLine,
} from './result-lines.js';

export interface Results {
  readonly sessions: readonly SessionLine[];
  readonly runs: readonly Result[];
  readonly asks: readonly AskLine[];
  readonly selfTests: readonly SelfTestLine[];
}

const FILE_BYTES_MAX = 256 * 1024 * 1024;
const BOM = Buffer.from('\ufeff');
const COMPLAINTS_MAX = 3;
const SHOWN_MAX = 40;

type Kind = keyof typeof READERS;

/** @throws Error in one line */
export function readResults(file: string): Results {
  return parseResults(readNamedFile(file, FILE_BYTES_MAX).toString('utf8'), file);
}

/** @throws Error in one line that names the file */
export function readNamedFile(file: string, bytesMax: number): Buffer {
  let bytes: Buffer | undefined;
  try {
    bytes = readBounded(file, bytesMax);
  } catch (error) {
    throw new Error(`${file}: ${readFault(error)}`);
  }
  if (bytes === undefined) throw new Error(`${file}: more than ${bytesMax} bytes`);
  if (bytes.subarray(0, BOM.length).equals(BOM)) {
    throw new Error(`${file}: it begins with a byte order mark (BOM): save it as UTF-8 without one`);
  }
  return bytes;
}

/** @throws Error in one line with the name of the file and the numbers of the bad lines */
export function parseResults(text: string, file: string): Results {
  const found: { readonly [kind in Kind]: unknown[] } = { session: [], run: [], ask: [], 'self-test': [] };
  const complaints: string[] = [];
  for (const [index, one] of text.split('\n').entries()) {
    if (one.trim() === '') continue;
    const parsed = parseLine(one, index + 1);
    if (typeof parsed === 'string') complaints.push(`${file}:${index + 1}: ${parsed}`);
    else found[parsed.kind].push(parsed.content);
  }
  if (complaints.length > 0) {
    const more = complaints.length - COMPLAINTS_MAX;
    const rest = more > 0 ? `; and ${formatCount(more, 'more bad line')}` : '';
    throw new Error(complaints.slice(0, COMPLAINTS_MAX).join('; ') + rest);
  }
  const useCurrentName = <T extends { readonly scenario: string }>(one: T): T => {
    return { ...one, scenario: renameScenario(one.scenario) };
  };
  return {
    sessions: (found.session as SessionLine[]).map((line) => {
      return { ...line, planned: line.planned.map(useCurrentName) };
    }),
    runs: (found.run as Result[]).map(useCurrentName),
    asks: found.ask as AskLine[],
    selfTests: found['self-test'] as SelfTestLine[],
  };
}

/** @throws Error in one line where there are none */
export function requireRuns({ runs }: Results, file: string): readonly Result[] {
  if (runs.length === 0) throw new Error(`${file}: it has no runs: is that a file of --out?`);
  return runs;
}

/** What a line says, or what is wrong with it. */
function parseLine(text: string, line: number): { kind: Kind; content: object } | string {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return 'no JSON; a run that was cut off? Remove the line';
  }
  if (!isObject(read)) return 'no JSON object';
  const { schema, kind } = read;
  if (schema !== SCHEMA) {
    return `schema ${quote(schema)} is unknown here, only ${SCHEMA} is: measure again`;
  }
  if (typeof kind !== 'string' || !Object.hasOwn(READERS, kind)) {
    return `kind ${quote(kind)} is none of ${Object.keys(READERS).join(', ')}`;
  }
  const content = READERS[kind as Kind](read, line);
  return typeof content === 'string' ? content : { kind: kind as Kind, content };
}

function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}

export type WriteLine = (line: string) => void;

/**
 * Opens the file before anything is measured. `isNew`: its old content is removed.
 * @throws Error in one line where it cannot be written
 */
export function openOut(file: string, { isNew = false } = {}): WriteLine {
  try {
    const opened = openSync(file, isNew ? 'w+' : 'a+');
    try {
      if (!endsWithNewline(opened)) {
        throw new Error('its last line was cut off: remove it, or name another file');
      }
    } finally {
      closeSync(opened);
    }
  } catch (error) {
    throw new Error(`--out ${file}: ${writeFault(error)}`);
  }
  return (line) => {
    const bytes = statSync(file, { throwIfNoEntry: false })?.size;
    try {
      appendFileSync(file, line);
    } catch (error) {
      // Half a line would spoil the file.
      if (bytes !== undefined && statSync(file).isFile()) truncateSync(file, bytes);
      throw new Error(`--out ${file}: ${writeFault(error)}`);
    }
  };
}

/** A line that is appended to half a line would spoil both. An empty file is fine. */
function endsWithNewline(opened: number): boolean {
  const stat = fstatSync(opened);
  if (!stat.isFile() || stat.size === 0) return true;
  const last = Buffer.alloc(1);
  readSync(opened, last, 0, 1, stat.size - 1);
  return last.toString() === '\n';
}
