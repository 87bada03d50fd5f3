// The lines of a result file that are no runs: what was to be measured in one go, and what asking
// and the self-test of the checker came to. Pure; what is read is checked as far as it is shown.

import type { AskedJson } from '../../src/checker/pair-test/result.js';
import type { SelfTestJson } from '../../src/self-test/result.js';
import { VERDICTS } from '../../src/verdict.js';
import type { Environment } from './environment.js';
import type { Plan } from './plan.js';
import {
  type FieldChecks,
  type Fields,
  isCount,
  isObject,
  isText,
  lackingOf,
  SCHEMA,
} from './result-line.js';

/** A scenario that was to be measured: so many variants, so many rounds of each. */
export interface Planned {
  readonly scenario: string;
  readonly variants: number;
  readonly rounds: number;
  /** What of it cannot be had here, and why. */
  readonly unavailable: readonly (readonly [what: string, reason: string])[];
}

/** Runs that a plan asks for. */
export function totalOf(planned: readonly Planned[]): number {
  return planned.reduce((sum, { variants, rounds }) => sum + variants * rounds, 0);
}

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
  readonly asked: AskedJson;
}

/** The document of `check --self-test --json`. */
export interface SelfTestLine {
  readonly session: string;
  readonly selfTest: SelfTestJson;
}

export const sessionLine = (line: SessionLine): string => lineOf('session', line);
export const askLine = (line: AskLine): string => lineOf('ask', line);
export const selfTestLine = (line: SelfTestLine): string => lineOf('self-test', line);

function lineOf(kind: string, line: object): string {
  return `${JSON.stringify({ schema: SCHEMA, kind, ...line })}\n`;
}

const text = [isText, 'a text'] as const;
const count = [isCount, 'a count'] as const;
const object = [isObject, 'an object'] as const;
const list = [Array.isArray, 'a list'] as const;
const texts = [
  (value: unknown) => Array.isArray(value) && value.every(isText),
  'a list of texts',
] as const;

function oneOf(words: readonly string[]): FieldChecks[string] {
  return [(value) => words.some((word) => word === value), `one of ${words.join(', ')}`];
}
const verdict = oneOf(VERDICTS);
const grade = oneOf(['acceptable', 'interesting', 'unknown', 'forbidden']);

/** A list of objects, of which each has these fields. */
function listOf(fields: FieldChecks, what: string): FieldChecks[string] {
  const is = (value: unknown) =>
    Array.isArray(value) &&
    value.every((one) => isObject(one) && lackingOf(one, fields) === undefined);
  return [is, `a list of ${what}`];
}

const OUTCOMES = listOf(
  { kind: text, seen: text, samples: count, grade, meaning: text, evidence: texts },
  'outcomes',
);
const RUNS = listOf(
  { tally: text, topology: text, outcome: text, expected: text, answer: text },
  'runs',
);
const reasons = [
  (value: unknown) =>
    Array.isArray(value) &&
    value.every((one) => Array.isArray(one) && one.length === 2 && one.every(isText)),
  'a list of what is missing and why',
] as const;
const PLANNED = listOf(
  { scenario: text, variants: count, rounds: count, unavailable: reasons },
  'scenarios',
);
const REASONS = listOf({ reason: text }, 'reasons');

export function sessionOf(read: Fields): SessionLine | string {
  const fields = { session: text, startedAt: text, command: text, plan: object, planned: PLANNED };
  const system = { cpu: text, cores: count, os: text, memoryGB: count };
  const machine = { ...system, node: text, commit: text, versions: object };
  return lackingOf(read, { ...fields, ...machine }) ?? (read as unknown as SessionLine);
}

export function askOf(read: Fields): AskLine | string {
  const lacking = lackingOf(read, { session: text, topology: text, tally: text, asked: object });
  const document = {
    verdict,
    answer: text,
    asked: count,
    pairs: count,
    outcomes: OUTCOMES,
    atRest: OUTCOMES,
  };
  return (
    lacking ??
    lackingOf(read.asked as Fields, { ...document, overlap: object }) ??
    (read as unknown as AskLine)
  );
}

export function selfTestOf(read: Fields): SelfTestLine | string {
  const lacking = lackingOf(read, { session: text, selfTest: object });
  const document = { verdict, missed: count, falseAlarms: count, planned: count };
  const lists = { faults: list, runs: RUNS, unavailable: REASONS };
  return (
    lacking ??
    lackingOf(read.selfTest as Fields, { ...document, ...lists }) ??
    (read as unknown as SelfTestLine)
  );
}
