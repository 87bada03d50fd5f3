// What the verbs share about bad input: one line that says what is wrong and how to mend it, and
// exit code 2. No stack leaves the program for a mistake its user can mend.

import { InvalidArgumentError } from 'commander';

/** 0: it did what was asked and all is well; 1: it did, and found something wrong; 2: it could not. */
export const EXIT = { ok: 0, wrong: 1, unusable: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A parser for a whole number from `min` to `max`, for commander's options. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

/** The one line an error is worth to whoever typed the command. */
export function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim();
}
