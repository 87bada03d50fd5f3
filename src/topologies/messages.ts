// What crosses between the main thread and those that listen for it, threads or processes. Plain
// data, since between processes it travels as JSON. Errors travel as their words and their stack.

import type { ExecutorKind } from '../execution/executor.js';
import type { Measured } from '../http/metrics.js';
import type { Log, LogEvent } from '../log-events.js';
import type { ServeOptions } from './options.js';

/** From a listening thread or process. */
export type Said =
  | { readonly is: 'listening'; readonly url: string }
  /** It could not start, and ends. */
  | { readonly is: 'failed'; readonly trouble: Trouble }
  | LogLine
  /** Everything accepted is answered, but for so many requests; it ends. */
  | { readonly is: 'closed'; readonly cutOff: number };

/** To a listening thread or process. */
export type Command =
  | { readonly is: 'ready'; readonly ready: boolean }
  | { readonly is: 'close'; readonly deadlineMs: number };

/** The counts of one process, in the order of its counters: all that it ever counted. */
export type Counts = readonly number[];

/** What a process of a cluster is started with, as JSON in its environment under this name. */
export const PROCESS_DATA = 'TWO_CALLERS_PROCESS';
export interface ProcessData {
  readonly kind: ExecutorKind;
  readonly options: ServeOptions;
}

/** From a process of a cluster only. */
export type ProcessSaid =
  /** It could listen, and asks whether it may. */
  | { readonly is: 'loaded' }
  | { readonly is: 'counts'; readonly counts: Counts }
  /** The answer to `hold`: from here on it lets no acknowledgement out. */
  | { readonly is: 'held'; readonly round: number; readonly counts: Counts }
  | { readonly is: 'measured'; readonly round: number; readonly measured: Measured }
  /** A request that somebody made of it is about all processes. */
  | { readonly is: 'ask'; readonly id: number; readonly about: 'snapshot' | 'measured' };

/** To a process of a cluster only. */
export type ProcessCommand =
  | { readonly is: 'listen' }
  | { readonly is: 'hold'; readonly round: number }
  | { readonly is: 'release'; readonly round: number }
  | { readonly is: 'measure'; readonly round: number }
  | { readonly is: 'answer'; readonly id: number; readonly value: unknown };

/** One event for the log, which the main thread writes. */
interface LogLine {
  readonly is: 'log';
  readonly event: LogEvent;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly trouble: Trouble;
}

/** A caught value on its way: an Error by its parts, anything else by its text. */
type Trouble =
  | { readonly name: string; readonly message: string; readonly stack: string | undefined }
  | string
  | undefined;

export function packTrouble(error: unknown): Trouble {
  if (error === undefined) return undefined;
  if (!(error instanceof Error)) return String(error);
  return { name: error.name, message: error.message, stack: error.stack };
}

export function unpackTrouble(trouble: Trouble): unknown {
  if (typeof trouble !== 'object') return trouble;
  const { name, message, stack } = trouble;
  return Object.assign(new Error(message), { name, stack: stack ?? message });
}

/** The log of a listening thread or process: the main thread writes its lines. */
export function remoteLog(say: (said: Said) => void): Log {
  return (event, message, { error, ...fields } = {}) => {
    say({ is: 'log', event, message, fields, trouble: packTrouble(error) });
  };
}

export function writeRemoteLine(log: Log, { event, message, fields, trouble }: LogLine): void {
  const error = unpackTrouble(trouble);
  log(event, message, error === undefined ? fields : { ...fields, error });
}
