// Helpers of the commands: exit codes, parsers of option values, Ctrl-C. A bad value gets one line
// that says what is wrong and how to mend it, and exit code 2; the user sees no stack.

import { InvalidArgumentError } from 'commander';
import { parseServerUrl } from '../checker/driver/target.js';
import { formatError } from '../present/text.js';
import type { Verdict } from '../verdict.js';

/** The exit code of a program that Ctrl-C ended, as shells report it. */
export const INTERRUPTED = 130;

/** 0: done, and all is well; 1: done, and something is wrong; 2: not done. */
export const EXIT = { ok: 0, wrong: 1, unusable: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Only a proof is a success, and only a refutation is a failure. */
export const EXIT_BY_VERDICT: Readonly<Record<Verdict, ExitCode>> = {
  ok: EXIT.ok,
  violated: EXIT.wrong,
  unknown: EXIT.unusable,
  unavailable: EXIT.unusable,
};

/** A parser for a whole number from `min` to `max`, for commander's options. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

/** A parser for the address of a service, for commander's arguments. */
export function serviceUrl(text: string): string {
  try {
    return parseServerUrl(text);
  } catch (error) {
    throw new InvalidArgumentError(formatError(error));
  }
}

/** The width limit of a table: the terminal's width, or none in a file or a pipe. */
export function columns(): number {
  return process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
}

/**
 * Ctrl-C aborts the AbortSignal, so that the work ends in order; a second Ctrl-C ends the program.
 * The other `signals` do the same.
 */
export async function untilInterrupted<T>(
  work: (signal: AbortSignal) => Promise<T>,
  signals: readonly NodeJS.Signals[] = ['SIGINT'],
): Promise<T> {
  const interrupted = new AbortController();
  const ignore = () => {
    for (const name of signals) process.off(name, onInterrupt);
  };
  const onInterrupt = () => {
    ignore();
    interrupted.abort();
  };
  for (const name of signals) process.on(name, onInterrupt);
  try {
    return await work(interrupted.signal);
  } finally {
    ignore();
  }
}
