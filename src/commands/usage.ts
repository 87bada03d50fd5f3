// Helpers of the commands: exit codes, parsers of option values, the options of a target, Ctrl-C,
// progress, pages in files. A bad value gets one line that says what is wrong and how to correct it,
// and exit code 2; the user sees no stack. Main thread.

import { access, constants, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { isSameFile, replaceFile, writeFault } from '../checker/driver/files.js';
import { parseServerUrl } from '../checker/driver/target.js';
import { createProgress, PROGRESS_DEFAULTS, type Progress } from '../present/progress.js';
import { escapeUnprintable, formatError, sanitize } from '../present/text.js';
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
    wasInterrupted = true;
    interrupted.abort();
  };
  for (const name of signals) process.on(name, onInterrupt);
  try {
    return await work(interrupted.signal);
  } finally {
    ignore();
  }
}

let wasInterrupted = false;

/** What was done before Ctrl-C says something, but it is not the result that was asked for. */
export function isInterrupted(): boolean {
  return wasInterrupted;
}

/** `untilInterrupted`, with a display of the progress until the work ends. */
export function showProgress<T>(
  label: string,
  work: (signal: AbortSignal, onProgress: Progress['update']) => Promise<T>,
): Promise<T> {
  const { update, stop } = createProgress({ ...PROGRESS_DEFAULTS, label });
  return untilInterrupted((signal) => work(signal, update).finally(stop));
}

const NAME_COLUMNS = 200;

/** Called before the work that takes long. @throws Error in one line */
export function checkWritable(option: string, file: string): Promise<void> {
  return inWords(option, file, async () => {
    const found = await stat(file).catch(() => undefined);
    if (found?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    await access(found === undefined ? dirname(file) : file, constants.W_OK);
  });
}

/** The optional packages that the measuring commands and the pages need. */
export const LOAD_PACKAGES = ['autocannon'] as const;
export const PAGE_PACKAGES = ['@observablehq/plot', 'linkedom'] as const;

/** Called before the work that takes long. @throws Error in one line where a package was left out */
export function requirePackages(what: string, names: readonly string[]): void {
  for (const name of names) {
    try {
      import.meta.resolve(name);
    } catch {
      throw new Error(`${what} needs the optional package ${name}: install it with npm install ${name}`);
    }
  }
}

/** Writes the whole file or leaves the old one. @throws Error in one line */
export function writePage(option: string, file: string, text: string): Promise<void> {
  return inWords(option, file, async () => replaceFile(file, text));
}

/** Protects what is read from being overwritten. @throws Error in one line */
export function refuseOverwriting(inputs: readonly string[], outputs: readonly string[]): void {
  for (const output of outputs) {
    const isRead = inputs.some((input) => resolve(input) === resolve(output) || isSameFile(input, output));
    if (isRead)
      throw new Error(`${sanitize(output, NAME_COLUMNS)} is what is read: name another file to write`);
  }
}

/** A document for `--json`: no character of a foreign text can move a cursor. */
export function formatJson(document: unknown, spaces?: number): string {
  return `${escapeUnprintable(JSON.stringify(document, null, spaces))}\n`;
}

async function inWords(option: string, file: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const name = sanitize(file, NAME_COLUMNS);
    throw new Error(`${option}: cannot write ${name}: ${writeFault(error)}`);
  }
}

const TIMEOUT_DEFAULT_MS = 10_000;
const SEED_MAX = 2 ** 32 - 1;

/** Adds the URL and the `TargetOptions`, unparsed; the defaults fit this project's service. */
export function withTargetFlags(command: Command, argument: '<url>' | '[url]' = '<url>'): Command {
  const timeout = wholeNumber(1, 600_000);
  return command
    .argument(argument, 'the service, for instance http://127.0.0.1:5000', serviceUrl)
    .option('--do <method path>', "the request that counts (default: 'POST /score')")
    .option('--body <text>', 'its body')
    .option(
      '--file <path>',
      'its bodies, one JSON object per line (default: the transactions of this package)',
    )
    .option('--ok <status,...>', 'statuses that acknowledge it (default: 200)')
    .option('--not-counted <status,...>', 'statuses from 500 up, such as 503, sent before it counts')
    .option('--ticket-header <name>', 'header field of its answer that holds the ticket')
    .option('--ticket-field <path>', 'or the path of the ticket in the JSON of its answer')
    .option('--count <method path>', "the request that reads the counter (default: 'GET /stats')")
    .option('--field <path,...>', 'path of the counter in that JSON, like total or levels.LOW')
    .option('--sum <path>', 'for several fields: the path of their sum')
    .option('--header <field>', "for every request, like 'Authorization: Bearer ...'", gather)
    .option('--timeout-ms <n>', 'time limit of one request', timeout, TIMEOUT_DEFAULT_MS)
    .option('--seed <n>', 'seed of everything random', wholeNumber(0, SEED_MAX), 1);
}

/** Collects the values of an option that can be given several times. */
function gather(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
