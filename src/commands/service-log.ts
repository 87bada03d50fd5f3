// The operator's log: pino, as JSON lines or as plain lines for people. Standard output belongs to
// it while a service runs; the other verbs print their answers there and do not log.

import { type LoggerOptions, pino } from 'pino';
import { LOG_EVENTS, type Log } from '../log-events.js';
import { colors } from '../present/colours.js';

const COLOURS: Readonly<Record<string, (text: string) => string>> = {
  fatal: colors.red,
  error: colors.red,
  warn: colors.yellow,
  info: colors.green,
};

export function createLog(level: string, json: boolean): Log {
  const options: LoggerOptions = {
    level,
    base: null, // no pid and hostname on every line; the first line names the process
    formatters: { level: (label) => ({ level: label }) },
  };
  // Through process.stdout in both forms: a reader that has gone must not stop the service.
  const write = (line: string) => void process.stdout.write(json ? line : plain(line));
  const logger = pino(options, { write });
  return (event, message, { error, ...fields } = {}) => {
    const cause = error instanceof Error ? { err: error } : { cause: error };
    logger[LOG_EVENTS[event].level]({ event, ...fields, ...cause }, message);
  };
}

/** One of pino's lines, for people: time, level, message, and what else it holds. */
function plain(line: string): string {
  const { time, level, msg, err, event: _, ...rest } = JSON.parse(line);
  const fields = Object.entries(rest).map(([name, value]) => `${name}=${String(value)}`);
  const clock = new Date(time).toISOString().slice(11, 19);
  const label = (COLOURS[level] ?? colors.dim)(String(level).padEnd(5));
  const text = [colors.dim(clock), label, msg, ...fields.map(colors.dim)].join(' ');
  return err?.stack === undefined ? `${text}\n` : `${text}\n${err.stack}\n`;
}
