// The log of a service under test: its errors are kept as data, and each event has only the data
// fields that the table of events names.

import * as assert from 'uvu/assert';
import { LOG_EVENTS, type Log, type LogData, type LogEvent } from '../../src/log-events.js';

/** An event of the level `error`. */
export interface Trouble {
  readonly event: LogEvent;
  readonly data: LogData;
  /** The message and the error: for what only its words tell. */
  readonly text: string;
}

export const SILENT: Log = () => {};

export function collectErrors(troubles: Trouble[]): Log {
  return (event, message, data = {}) => {
    const { level, data: known } = LOG_EVENTS[event];
    const unknown = Object.keys(data).filter((name) => !(known as readonly string[]).includes(name));
    assert.equal(unknown, [], `${event} has data fields that the table does not name`);
    if (level === 'error') troubles.push({ event, data, text: `${message}: ${data.error}` });
  };
}
