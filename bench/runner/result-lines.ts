// The lines of a results file, each a JSON object of one kind; no other code knows their form. It checks what
// it reads: a file may come from another machine, another version or an editor. Pure.

import type { PairTestJson } from '../../src/checker/pair-test/result.js';
import type { SelfTestJson } from '../../src/self-test/result.js';
import { VERDICTS } from '../../src/verdict.js';
import type { Environment } from './environment.js';
import { type Plan, type Planned, SCALES } from './plan.js';
import { isMetric, type MetricName, type Sample, type Values } from './scenario.js';

/** NaN is written as null. The two older schemas had other names for scenarios. */
export const SCHEMA = 3;

/** What must be equal before two runs can be compared. */
export const CONDITIONS = [
  'cpu',
  'cores',
  'node',
  'generator',
  'seconds',
  'warmSeconds',
  'connections',
  'scale',
] as const;

export type Conditions = Readonly<Record<(typeof CONDITIONS)[number], string | number>>;

export interface Result extends Sample, Environment {
  /** Of its line in the file, from 1. */
  readonly line: number;
  readonly session: string;
  readonly conditions: Conditions;
}

/** Stands before its runs, so a session that was cut off is known to be partial. */
export interface SessionLine extends Environment {
  readonly session: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** As it was typed. */
  readonly command: string;
  readonly plan: Omit<Plan, 'limits'>;
  readonly planned: readonly Planned[];
}

/** Two callers at the same moment, at one topology: the document of `ask --json`. */
export interface AskLine {
  readonly session: string;
  readonly topology: string;
  readonly tally: string;
  readonly asked: PairTestJson;
}

/** The document of `check --self-test --json`. */
export interface SelfTestLine {
  readonly session: string;
  readonly selfTest: SelfTestJson;
}

export type Fields = Readonly<Record<string, unknown>>;

export const sessionLine = (line: SessionLine): string => formatLine('session', line);
export const askLine = (line: AskLine): string => formatLine('ask', line);
export const selfTestLine = (line: SelfTestLine): string => formatLine('self-test', line);

export function resultLine(sample: Sample, plan: Plan, environment: Environment, session: string): string {
  const { seed, generator, seconds, warmSeconds, connections, scale } = plan;
  const conditions = { seed, generator, seconds, warmSeconds, connections, scale };
  const valid = sample.discardReason === undefined;
  const run = { session, ...fileFields(sample), valid };
  return formatLine('run', { ...run, ...conditions, ...environment });
}

export function formatLine(kind: string, line: object): string {
  return `${JSON.stringify({ schema: SCHEMA, kind, ...line })}\n`;
}

/** The fields of a run as a file has them: there `void` is the reason of a discarded run. */
export function fileFields(run: Sample): Fields {
  return renameField(run as unknown as Fields, 'discardReason', 'void');
}

/** Renames a field of the run and of its earlier attempts; the order of fields stays. */
function renameField(run: Fields, from: string, to: string): Fields {
  const entries = Object.entries(run).map(([name, value]) => {
    if (name !== 'earlier' || !Array.isArray(value)) return [name === from ? to : name, value];
    return [name, value.map((attempt: Fields) => renameField(attempt, from, to))];
  });
  return Object.fromEntries(entries) as Fields;
}

type FieldCheck = readonly [is: (value: unknown) => boolean, what: string];
type FieldChecks = Readonly<Record<string, FieldCheck>>;

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isText = (value: unknown) => typeof value === 'string';
const isNumber = (value: unknown) => typeof value === 'number';

const text: FieldCheck = [isText, 'a text'];
const number: FieldCheck = [isNumber, 'a number'];
const count: FieldCheck = [(value) => Number.isSafeInteger(value) && Number(value) >= 0, 'a count'];
const object: FieldCheck = [isObject, 'an object'];
const flag: FieldCheck = [(value) => typeof value === 'boolean', 'true or false'];
const list: FieldCheck = [Array.isArray, 'a list'];
const texts: FieldCheck = [(value) => Array.isArray(value) && value.every(isText), 'a list of texts'];
const verdict = oneWord(VERDICTS);
const grade = oneWord(['acceptable', 'interesting', 'unknown', 'forbidden']);
const reasons: FieldCheck = [
  (value) =>
    Array.isArray(value) && value.every((one) => Array.isArray(one) && one.length === 2 && one.every(isText)),
  'a list of what is missing and why',
];

function oneWord(words: readonly string[]): FieldCheck {
  return [(value) => words.some((word) => word === value), `one of ${words.join(', ')}`];
}

function orAbsent([is, what]: FieldCheck): FieldCheck {
  return [(value) => value === undefined || is(value), `${what} or absent`];
}

function objectWith(fields: FieldChecks, what: string): FieldCheck {
  return [(value) => isObject(value) && describeBadField(value, fields) === undefined, what];
}

function listWith(fields: FieldChecks, what: string): FieldCheck {
  const [is] = objectWith(fields, what);
  return [(value) => Array.isArray(value) && value.every(is), `a list of ${what}`];
}

/** Undefined when every field is as it must be. */
function describeBadField(read: Fields, fields: FieldChecks): string | undefined {
  const bad = Object.entries(fields).find(([name, [is]]) => !is(read[name]));
  return bad && `"${bad[0]}" is not ${bad[1][1]}`;
}

const MACHINE: FieldChecks = {
  cpu: text,
  cores: count,
  os: text,
  memoryGB: count,
  versions: object,
  node: text,
  commit: text,
};

const RUN: FieldChecks = {
  scenario: text,
  variant: text,
  topology: text,
  threads: count,
  workUs: number,
  at: orAbsent(objectWith({ name: text, value: number }, 'a place on a curve')),
  round: count,
  values: object,
  void: orAbsent(text),
  valid: flag,
  seed: number,
  generator: text,
  seconds: number,
  ...MACHINE,
  session: text,
  warmSeconds: number,
  connections: count,
  scale: oneWord(SCALES),
  spins: orAbsent(objectWith({ bestMs: number }, 'the times of the machine probe')),
  earlier: orAbsent(listWith({ void: text }, 'discarded runs')),
};

const OUTCOMES = listWith(
  { kind: text, seen: text, samples: count, grade, meaning: text, evidence: texts },
  'outcomes',
);

const PLANNED = { scenario: text, variants: count, rounds: count, unavailable: reasons };
const SESSION: FieldChecks = {
  session: text,
  startedAt: text,
  command: text,
  plan: object,
  planned: listWith(PLANNED, 'scenarios'),
  ...MACHINE,
};

const ASK: FieldChecks = { session: text, topology: text, tally: text, asked: object };
const ASKED: FieldChecks = {
  verdict,
  answer: text,
  asked: count,
  pairs: count,
  outcomes: OUTCOMES,
  atRest: OUTCOMES,
  overlap: object,
};

const TESTED = { tally: text, topology: text, outcome: text, expected: text, answer: text };
const SELF_TEST: FieldChecks = {
  verdict,
  missed: count,
  falseAlarms: count,
  planned: count,
  faults: list,
  runs: listWith(TESTED, 'runs'),
  unavailable: listWith({ reason: text }, 'reasons'),
};

/** Each reader gives what a line says, or what is wrong with it. */
export const READERS = {
  session: readAs<SessionLine>(SESSION),
  run: readRun,
  ask: readAs<AskLine>(ASK, ['asked', ASKED]),
  'self-test': readAs<SelfTestLine>({ session: text, selfTest: object }, ['selfTest', SELF_TEST]),
} as const;

function readAs<T>(fields: FieldChecks, [name, inner]: readonly [string, FieldChecks] = ['', {}]) {
  return (read: Fields): T | string =>
    describeBadField(read, fields) ??
    describeBadField((read[name] ?? {}) as Fields, inner) ??
    (read as unknown as T);
}

/** Metrics that this version does not know are left out. */
function readRun(read: Fields, line: number): Result | string {
  const bad = describeBadField(read, RUN);
  if (bad !== undefined) return bad;
  if (read.valid !== (read.void === undefined)) return '"valid" and "void" contradict each other';
  const values: Partial<Record<MetricName, number>> = {};
  for (const [name, value] of Object.entries(read.values as Fields)) {
    if (value !== null && !isNumber(value)) return `"values.${name}" is no number`;
    if (isMetric(name)) values[name] = value === null ? Number.NaN : (value as number);
  }
  const conditions = Object.fromEntries(CONDITIONS.map((name) => [name, read[name]])) as Conditions;
  const run = renameField(read, 'void', 'discardReason');
  const { discardReason } = run;
  const result = { ...run, conditions, discardReason, values: values satisfies Values, line };
  return result as unknown as Result;
}
