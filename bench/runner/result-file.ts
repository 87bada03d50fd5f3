// A file of results: lines of JSON, each of one kind. A session line stands before what was
// measured in one go, so that a run that was cut off is known to be partial. Pure; every line is
// checked.

import { formatCount } from '../../src/present/text.js';
import { isObject, type Result, runOf, SCHEMA } from './result-line.js';
import {
  type AskLine,
  askOf,
  type SelfTestLine,
  type SessionLine,
  selfTestOf,
  sessionOf,
} from './session-line.js';

export interface Results {
  readonly sessions: readonly SessionLine[];
  readonly runs: readonly Result[];
  readonly asks: readonly AskLine[];
  readonly selfTests: readonly SelfTestLine[];
}

const COMPLAINTS_MAX = 3;

const KINDS = {
  session: sessionOf,
  run: runOf,
  ask: askOf,
  'self-test': selfTestOf,
} as const;
type Kind = keyof typeof KINDS;

/** @throws Error in one line with the name of the file and the numbers of the bad lines */
export function parseFile(text: string, file: string): Results {
  const found: { readonly [kind in Kind]: unknown[] } = {
    session: [],
    run: [],
    ask: [],
    'self-test': [],
  };
  const complaints: string[] = [];
  for (const [index, one] of text.split('\n').entries()) {
    if (one.trim() === '') continue;
    const parsed = parseLine(one, index + 1);
    if (typeof parsed === 'string') complaints.push(`${file}:${index + 1}: ${parsed}`);
    else found[parsed.kind].push(parsed.said);
  }
  if (complaints.length > 0) {
    const more = complaints.length - COMPLAINTS_MAX;
    const rest = more > 0 ? `; and ${formatCount(more, 'more bad line')}` : '';
    throw new Error(complaints.slice(0, COMPLAINTS_MAX).join('; ') + rest);
  }
  return {
    sessions: found.session as SessionLine[],
    runs: found.run as Result[],
    asks: found.ask as AskLine[],
    selfTests: found['self-test'] as SelfTestLine[],
  };
}

/** The runs of a file, of which there is at least one. @throws Error in one line */
export function parseRuns(text: string, file: string): readonly Result[] {
  return runsIn(parseFile(text, file), file);
}

/** @throws Error in one line where there are none */
export function runsIn({ runs }: Results, file: string): readonly Result[] {
  if (runs.length === 0) throw new Error(`${file}: it has no runs: is that a file of --out?`);
  return runs;
}

const SHOWN_MAX = 40;

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}

/** What a line says, or what is wrong with it. */
function parseLine(text: string, line: number): { kind: Kind; said: object } | string {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return 'no JSON; a run that was cut off? Remove the line';
  }
  if (!isObject(read)) return 'no JSON object';
  const { schema, kind } = read;
  if (schema !== SCHEMA) {
    return `schema ${shown(schema)} is unknown here, only ${SCHEMA} is: measure again`;
  }
  if (typeof kind !== 'string' || !Object.hasOwn(KINDS, kind)) {
    return `kind ${shown(kind)} is none of ${Object.keys(KINDS).join(', ')}`;
  }
  const said = KINDS[kind as Kind](read, line);
  return typeof said === 'string' ? said : { kind: kind as Kind, said };
}
