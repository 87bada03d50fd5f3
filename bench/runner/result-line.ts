// One run as a line of JSON: what `--out` appends, and what is read back to compare or to show. The
// only place that knows the form of such a line; result-file.ts reads a file of them. Pure; what is
// read is checked, since a file may come from another machine, another version, or an editor.

import type { Environment } from './environment.js';
import { type Plan, SCALES } from './plan.js';
import { METRICS, type MetricName, type Sample, type Values } from './scenario.js';

/** NaN is written as null. Lines of the two older schemas named scenarios otherwise. */
export const SCHEMA = 3;

export function resultLine(
  sample: Sample,
  plan: Plan,
  environment: Environment,
  session: string,
): string {
  const { seed, generator, seconds, warmSeconds, connections, scale } = plan;
  const made = { seed, generator, seconds, warmSeconds, connections, scale };
  const valid = sample.discardReason === undefined;
  const about = { schema: SCHEMA, kind: 'run', session, ...fileFields(sample), valid };
  return `${JSON.stringify({ ...about, ...made, ...environment })}\n`;
}

/** The fields of a run as a file has them: there the reason of a discarded run is named `void`. */
export function fileFields(run: Sample): Fields {
  return withFields(run as unknown as Fields, 'discardReason', 'void');
}

/** What must be the same for two runs to be comparable, but for what is to be compared. */
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
  /** What was measured in one go. */
  readonly session: string;
  readonly conditions: Conditions;
}

export type Fields = Readonly<Record<string, unknown>>;

/**
 * A run that a line says, or what is wrong with it. Metrics that this version does not know are
 * left out.
 */
export function runOf(read: Fields, line: number): Result | string {
  const lacking = lackingOf(read, FIELDS);
  if (lacking !== undefined) return lacking;
  if (read.valid !== (read.void === undefined)) return '"valid" and "void" contradict each other';
  const values = valuesOf(read.values as Fields);
  if (typeof values === 'string') return values;
  const conditions = Object.fromEntries(CONDITIONS.map((name) => [name, read[name]])) as Conditions;
  const run = withFields(read, 'void', 'discardReason');
  const all = { ...run, conditions, discardReason: run.discardReason, values, line };
  return all as unknown as Result;
}

/** With a field of the run and of its earlier attempts renamed; the order of fields stays. */
function withFields(run: Fields, from: string, to: string): Fields {
  const entries = Object.entries(run).map(([name, value]) => {
    if (name !== 'earlier' || !Array.isArray(value)) return [name === from ? to : name, value];
    return [name, value.map((attempt: Fields) => withFields(attempt, from, to))];
  });
  return Object.fromEntries(entries) as Fields;
}

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const isText = (value: unknown) => typeof value === 'string';
export const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
export const isNumber = (value: unknown) => typeof value === 'number';
const isSetting = (value: unknown) =>
  isObject(value) && isText(value.name) && isNumber(value.value);
const isSpins = (value: unknown) => isObject(value) && isNumber(value.bestMs);
const isAttempts = (value: unknown) =>
  Array.isArray(value) && value.every((one) => isObject(one) && isText(one.void));
const isScale = (value: unknown) => (SCALES as readonly unknown[]).includes(value);
const orAbsent = (is: (value: unknown) => boolean) => (value: unknown) =>
  value === undefined || is(value);

/** What a field must be, and how that is said. */
export type FieldChecks = Readonly<
  Record<string, readonly [is: (value: unknown) => boolean, what: string]>
>;

const FIELDS: FieldChecks = {
  scenario: [isText, 'a text'],
  variant: [isText, 'a text'],
  topology: [isText, 'a text'],
  threads: [isCount, 'a count'],
  workUs: [isNumber, 'a number'],
  at: [orAbsent(isSetting), 'a place on a curve, or absent'],
  round: [isCount, 'a count'],
  values: [isObject, 'an object'],
  void: [orAbsent(isText), 'a text or absent'],
  valid: [(value) => typeof value === 'boolean', 'true or false'],
  seed: [isNumber, 'a number'],
  generator: [isText, 'a text'],
  seconds: [isNumber, 'a number'],
  cpu: [isText, 'a text'],
  cores: [isCount, 'a count'],
  os: [isText, 'a text'],
  memoryGB: [isCount, 'a count'],
  versions: [isObject, 'an object'],
  node: [isText, 'a text'],
  commit: [isText, 'a text'],
  session: [isText, 'a text'],
  warmSeconds: [isNumber, 'a number'],
  connections: [isCount, 'a count'],
  scale: [isScale, `one of ${SCALES.join(', ')}`],
  spins: [orAbsent(isSpins), 'the times of the fixed work, or absent'],
  earlier: [orAbsent(isAttempts), 'a list of void runs, or absent'],
};

/** What the first bad field is not; undefined when all are as they must be. */
export function lackingOf(read: Fields, fields: FieldChecks): string | undefined {
  for (const [name, [is, what]] of Object.entries(fields)) {
    if (!is(read[name])) return `"${name}" is not ${what}`;
  }
  return undefined;
}

function valuesOf(read: Fields): Values | string {
  const values: Partial<Record<MetricName, number>> = {};
  for (const [name, value] of Object.entries(read)) {
    if (value !== null && !isNumber(value)) return `"values.${name}" is no number`;
    if (isMetric(name)) values[name] = value === null ? Number.NaN : (value as number);
  }
  return values;
}

export function isMetric(name: string): name is MetricName {
  return Object.hasOwn(METRICS, name);
}
