// The log of a running service on standard output: pino's JSON lines, or plain lines for people. A reader
// that stalls and a disk that is full cost lines, never the service: lines beyond a bound are dropped and
// counted. Main thread.

import { fstatSync, writeSync } from 'node:fs';
import { type LoggerOptions, pino } from 'pino';
import { LOG_EVENTS, type Log } from '../log-events.js';
import { colors } from '../present/colours.js';
import { escapeUnprintable, formatError, sanitize } from '../present/text.js';

/** Lines that wait for a reader of the log, in bytes. */
export const LOG_WAITING_BYTES_MAX = 1024 * 1024;

/** Writes one line, or throws: then the line is lost. */
type WriteLogLine = (line: string) => void;

const COLOURS: Readonly<Record<string, (text: string) => string>> = {
  fatal: colors.red,
  error: colors.red,
  warn: colors.yellow,
  info: colors.green,
};

export function createLog(level: string, json: boolean, writeLine = pickWriter()): Log {
  const options: LoggerOptions = {
    level,
    base: null, // no pid and hostname on every line; the first line names the process
    formatters: { level: (label) => ({ level: label }) },
  };
  let lost = 0;
  let hasSaidSo = false;
  const write = (line: string) => {
    try {
      if (lost > 0) {
        const event = { level: 'error', time: Date.now(), event: 'log-lines-lost', lost };
        writeLine(format({ ...event, msg: `${lost} lines of this log are lost` }));
      }
      lost = 0;
      writeLine(json ? escapeUnprintable(line) : formatPlain(JSON.parse(line)));
    } catch (error) {
      const why = `two-callers serve: lines of the log are lost: ${formatError(error)}\n`;
      if (!hasSaidSo) process.stderr.write(why);
      hasSaidSo = true;
      lost += 1;
      log.onLost?.();
    }
  };
  const format = (fields: object) =>
    json ? `${JSON.stringify(fields)}\n` : formatPlain(fields as PlainLine);
  const logger = pino(options, { write });
  const log: Log = (event, message, { error, ...fields } = {}) => {
    const cause = error instanceof Error ? { err: error } : { cause: error };
    logger[LOG_EVENTS[event].level]({ event, ...fields, ...cause }, message);
  };
  return log;
}

/**
 * A file takes a line at once or not at all. A pipe or a terminal takes it when its reader reads; until then
 * the stream keeps it in memory.
 */
function pickWriter(): WriteLogLine {
  let failure: NodeJS.ErrnoException | undefined;
  process.stdout.removeAllListeners('error').on('error', (error: NodeJS.ErrnoException) => {
    failure = error;
  });
  const kind = fstatSync(1);
  if (kind.isFile() || (kind.isCharacterDevice() && !process.stdout.isTTY)) {
    return (line) => void writeSync(1, line);
  }
  return (line) => {
    if (failure?.code === 'EPIPE') return; // its reader has gone, and nobody misses the line
    if (failure !== undefined) throw failure;
    if (process.stdout.writableLength + line.length > LOG_WAITING_BYTES_MAX) {
      throw new Error(`its reader has left more than ${LOG_WAITING_BYTES_MAX} bytes unread`);
    }
    process.stdout.write(line);
  };
}

interface PlainLine {
  readonly time: number;
  readonly level: string;
  readonly msg: string;
  readonly event?: string;
  readonly err?: { readonly stack?: string };
}

/** One of pino's lines, for people: time, level, message, and what else it holds. */
function formatPlain({ time, level, msg, err, event: _, ...rest }: PlainLine): string {
  const fields = Object.entries(rest).map(([name, value]) => sanitize(`${name}=${String(value)}`));
  const clock = new Date(time).toISOString().slice(11, 19);
  const label = (COLOURS[level] ?? colors.dim)(String(level).padEnd(5));
  const text = [colors.dim(clock), label, sanitize(msg), ...fields.map(colors.dim)].join(' ');
  const stack = err?.stack?.split('\n').map((line) => `${sanitize(line)}\n`) ?? [];
  return `${text}\n${stack.join('')}`;
}
