// Turns whatever a test threw into an Error, and an Error into the plain record that crosses to the
// runner: message, difference and the frames that belong to the test. Runs in the child process.
// It decides nothing about passing or failing.
import { inspect, stripVTControlCharacters, types } from 'node:util';
import { compare } from 'uvu/diff';
import type { Thrown } from './events.js';

const CAUSES_MAX = 4;
const FRAMES_MAX = 20;
const FOREIGN_FRAME = /node:|node_modules\/uvu\/|\/test\/runner\/|\/test\/support\/suite\.[jt]s/;

/** uvu reads `name` and `operator` as strings while it formats; anything else would crash it. */
function isFormattable(error: Error): boolean {
  const operator: unknown = Reflect.get(error, 'operator');
  return typeof error.name === 'string' && (operator === undefined || typeof operator === 'string');
}

/** uvu loses a failure whose thrown value is not an Error, so nothing else may reach it. */
export function toError(thrown: unknown): Error {
  const isError = thrown instanceof Error || types.isNativeError(thrown);
  if (isError && isFormattable(thrown)) return thrown;
  return new Error(`threw a value that is not an Error: ${inspect(thrown)}`);
}

function diffOf(error: Error): string {
  const details: unknown = Reflect.get(error, 'details');
  if (typeof details === 'string') return details;
  const operator: unknown = Reflect.get(error, 'operator');
  const isNodeAssertion = error.name === 'AssertionError' && typeof operator === 'string';
  if (!isNodeAssertion || operator.includes('not') || !('expected' in error)) return '';
  return compare(Reflect.get(error, 'actual'), error.expected);
}

function framesOf(error: Error): string[] {
  const lines = typeof error.stack === 'string' ? error.stack.split('\n') : [];
  const here = `${process.cwd()}/`;
  return lines
    .filter((line) => /^\s+at /.test(line) && !FOREIGN_FRAME.test(line))
    .slice(0, FRAMES_MAX)
    .map((line) => line.trim().replace('file://', '').replace(here, ''));
}

function causesOf(error: Error): Error[] {
  const several = error instanceof AggregateError ? error.errors : [];
  const direct = error.cause === undefined ? [] : [error.cause];
  return [...several, ...direct].map(toError);
}

function stackOf(error: Error, depth: number): string[] {
  const causes = depth < CAUSES_MAX ? causesOf(error) : [];
  const below = causes.flatMap((cause) => [
    `caused by ${cause.name}: ${cause.message}`,
    ...stackOf(cause, depth + 1),
  ]);
  return [...framesOf(error), ...below];
}

/** The record of one error; `where` says which of the test's parts threw it. */
export function describeThrown(error: Error, where: string): Thrown {
  const operator: unknown = Reflect.get(error, 'operator');
  return {
    where,
    name: error.name,
    // A failed `ok` would read as "(ok)".
    message:
      typeof operator === 'string' && operator !== 'ok' ? `${error.message} (${operator})` : error.message,
    diff: stripVTControlCharacters(diffOf(error)).trimEnd(),
    stack: stackOf(error, 0).join('\n'),
  };
}
