// The lines of a result file that are no runs: what was to be measured in one go, and what asking
// and the self-test of the checker came to. Pure; what is read is checked as far as it is shown.

import type { AskedJson } from '../src/check/ask/as-json.js';
import type { SelfTestJson } from '../src/verbs/self-test-json.js';
import type { Environment } from './environment.js';
import type { Plan } from './plan.js';
import { type Fields, isCount, isObject, isText, lackingOf, SCHEMA } from './result-line.js';

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

const isList = (value: unknown) => Array.isArray(value);
const text = [isText, 'a text'] as const;
const object = [isObject, 'an object'] as const;
const list = [isList, 'a list'] as const;

export function sessionOf(read: Fields): SessionLine | string {
  const fields = { session: text, startedAt: text, command: text, plan: object, planned: list };
  const count = [isCount, 'a count'] as const;
  const system = { cpu: text, cores: count, os: text, memoryGB: count };
  const machine = { ...system, node: text, commit: text };
  return lackingOf(read, { ...fields, ...machine }) ?? (read as unknown as SessionLine);
}

export function askOf(read: Fields): AskLine | string {
  const lacking = lackingOf(read, { session: text, topology: text, tally: text, asked: object });
  const document = { verdict: text, answer: text, outcomes: list, atRest: list, overlap: object };
  return lacking ?? lackingOf(read.asked as Fields, document) ?? (read as unknown as AskLine);
}

export function selfTestOf(read: Fields): SelfTestLine | string {
  const count = [isCount, 'a count'] as const;
  const lacking = lackingOf(read, { session: text, selfTest: object });
  const document = { verdict: text, missed: count, falseAlarms: count, faults: list };
  return (
    lacking ?? lackingOf(read.selfTest as Fields, document) ?? (read as unknown as SelfTestLine)
  );
}
