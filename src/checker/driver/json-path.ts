// Where in a JSON document a number stands, as people write it: `total`, `levels.LOW`,
// `cells[2].count`, `["a.b"].n`, and `.` for the document itself. Pure.

import { clip, printable } from '../../present/text.js';
import { clientError } from './error.js';

const STEP = /\.?([^.[\]"]+)|\[(\d{1,9})\]|\.?\["([^"]*)"\]/y;
const SHOWN_COLUMNS_MAX = 60;
/** A number that a service writes as text, such as `"17"`, is not taken for one. */
const COUNT = 'a whole number from 0 to 2^53-1';

/** The keys of the path, outermost first. @throws ClientError `bad-option` */
export function parsePath(path: string): readonly string[] {
  if (path === '.') return [];
  const keys: string[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < path.length) {
    const [, name, index, quoted] = STEP.exec(path) ?? [];
    const key = name ?? index ?? quoted;
    if (key === undefined) throw badPath(path);
    keys.push(key);
  }
  if (keys.length === 0 || path.startsWith('.')) throw badPath(path);
  return keys;
}

function badPath(path: string): Error {
  const shown = JSON.stringify(clip(printable(path), SHOWN_COLUMNS_MAX));
  const example = 'write it like total, levels.LOW or cells[0].count';
  return clientError('bad-option', `${shown} is not a path in a JSON document: ${example}`);
}

/** The value at these keys; undefined where there is none. */
function valueAt(document: unknown, keys: readonly string[]): unknown {
  let value: unknown = document;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

/** The count at the path, or what is wrong with it, in a few words. */
export function countAt(document: unknown, path: string): number | string {
  const value = valueAt(document, parsePath(path));
  if (value === undefined) return `its answer has no '${path}'${offer(document)}`;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  const shown = clip(printable(JSON.stringify(value) ?? typeof value), SHOWN_COLUMNS_MAX);
  return `its '${path}' is ${shown}, not ${COUNT}`;
}

/** The fields that a user could have meant. */
function offer(document: unknown): string {
  const found: string[] = [];
  collect(document, '', found, 0);
  return found.length === 0 ? '' : `; it has the numbers ${found.join(', ')}`;
}

const OFFERED_MAX = 6;
const DEPTH_MAX = 3;

function collect(value: unknown, path: string, found: string[], depth: number): void {
  if (found.length === OFFERED_MAX) return;
  if (typeof value === 'number') found.push(clip(printable(path === '' ? '.' : path), 40));
  if (typeof value !== 'object' || value === null || depth === DEPTH_MAX) return;
  for (const [key, member] of Object.entries(value)) {
    const step = Array.isArray(value) ? `[${key}]` : path === '' ? key : `.${key}`;
    collect(member, path + step, found, depth + 1);
  }
}
