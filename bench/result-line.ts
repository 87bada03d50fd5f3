// One run as a line of JSON: what `--out` appends, and what is read back to compare or to show. The
// only place that knows the form of such a line. Pure; what is read is checked, since a file may
// come from another machine, another version, or an editor.

import type { Environment } from './environment.js';
import { METRICS, type MetricName, type Sample, type Values } from './figure.js';
import type { Plan } from './plan.js';

/**
 * 1: without `schema`, as the first versions wrote them. 2: with schema, session, connections,
 * warm-up, place on a curve, whether it was a smoke run, the times of the fixed work, reasons for
 * unknown values and notes. NaN is written as null in both.
 */
const SCHEMAS: readonly number[] = [1, 2];
const SCHEMA = 2;

export function resultLine(
  sample: Sample,
  plan: Plan,
  environment: Environment,
  session: string,
): string {
  const { seed, generator, seconds, warmSeconds, connections, isSmoke } = plan;
  const made = { seed, generator, seconds, warmSeconds, connections, isSmoke };
  const valid = sample.void === undefined;
  const line = { schema: SCHEMA, session, ...sample, valid, ...made, ...environment };
  return `${JSON.stringify(line)}\n`;
}

/** What must be the same for two runs to be comparable, but for what is to be compared. */
export const CONDITIONS = [
  'schema', // /health was asked less often in the first
  'cpu',
  'cores',
  'node',
  'generator',
  'seconds',
  'warmSeconds',
  'connections',
  'isSmoke',
] as const;

export type Conditions = Readonly<
  Record<(typeof CONDITIONS)[number], string | number | boolean | undefined>
>;

export interface Result extends Sample {
  /** Of its line in the file, from 1. */
  readonly line: number;
  /** What was measured in one go; undefined in lines of schema 1. */
  readonly session: string | undefined;
  readonly commit: string;
  /** Undefined where the line does not say. */
  readonly conditions: Conditions;
}

const COMPLAINTS_MAX = 3;

/**
 * Every line of a result file. Metrics that this version does not know are left out.
 * @throws Error in one line with the name of the file and the numbers of the bad lines
 */
export function parseResults(text: string, file: string): readonly Result[] {
  const results: Result[] = [];
  const complaints: string[] = [];
  for (const [index, one] of text.split('\n').entries()) {
    if (one.trim() === '') continue;
    const parsed = parseLine(one, index + 1);
    if (typeof parsed === 'string') complaints.push(`${file}:${index + 1}: ${parsed}`);
    else results.push(parsed);
  }
  if (complaints.length > 0) {
    const more = complaints.length - COMPLAINTS_MAX;
    const rest = more > 0 ? `; and ${more} more bad lines` : '';
    throw new Error(complaints.slice(0, COMPLAINTS_MAX).join('; ') + rest);
  }
  if (results.length === 0) throw new Error(`${file}: it has no runs: is that a file of --out?`);
  return results;
}

type Fields = Readonly<Record<string, unknown>>;

/** The result, or what is wrong with its line. */
function parseLine(text: string, line: number): Result | string {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return 'no JSON; a run that was cut off? Remove the line';
  }
  if (!isObject(read)) return 'no JSON object';
  const { schema = 1 } = read;
  if (!SCHEMAS.includes(schema as number)) {
    return `schema ${JSON.stringify(schema)} is unknown here, only ${SCHEMAS.join(' and ')} are`;
  }
  const lacking = lackingOf(read);
  if (lacking !== undefined) return lacking;
  const values = valuesOf(read.values as Fields);
  if (typeof values === 'string') return values;
  return { ...(read as unknown as Result), ...ownOf(read), values, line };
}

function ownOf(read: Fields): Pick<Result, 'session' | 'commit' | 'conditions' | 'void'> {
  const said = Object.fromEntries(CONDITIONS.map((name) => [name, read[name]]));
  return {
    session: read.session as string | undefined,
    commit: read.commit as string,
    conditions: { ...(said as Conditions), schema: (read.schema as number | undefined) ?? 1 },
    void: read.void as string | undefined,
  };
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isText = (value: unknown) => typeof value === 'string';
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const isNumber = (value: unknown) => typeof value === 'number';
const isSetting = (value: unknown) =>
  isObject(value) && isText(value.name) && isNumber(value.value);
const isSpins = (value: unknown) => isObject(value) && isNumber(value.bestMs);
const orAbsent = (is: (value: unknown) => boolean) => (value: unknown) =>
  value === undefined || is(value);

const FIELDS: Readonly<Record<string, readonly [is: (value: unknown) => boolean, what: string]>> = {
  figure: [isText, 'a text'],
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
  node: [isText, 'a text'],
  commit: [isText, 'a text'],
  session: [orAbsent(isText), 'a text or absent'],
  warmSeconds: [orAbsent(isNumber), 'a number or absent'],
  connections: [orAbsent(isCount), 'a count or absent'],
  isSmoke: [orAbsent((value) => typeof value === 'boolean'), 'true, false or absent'],
  spins: [orAbsent(isSpins), 'the times of the fixed work, or absent'],
};

function lackingOf(read: Fields): string | undefined {
  for (const [name, [is, what]] of Object.entries(FIELDS)) {
    if (!is(read[name])) return `"${name}" is not ${what}`;
  }
  if (read.valid !== (read.void === undefined)) return '"valid" and "void" contradict each other';
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
