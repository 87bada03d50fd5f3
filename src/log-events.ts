// The events of a service's log: the one table of their codes. A program that reads the log looks at
// `event` and the data fields; the message beside them is for people and may change. Any thread.

interface LogEventRow {
  readonly level: 'info' | 'error';
  /** The data fields that a line of this event may have. */
  readonly data: readonly string[];
}

const LISTENER = ['listener', 'id'] as const;

export const LOG_EVENTS = {
  // The life of the service. `seeded-fault` is an error, so that hardly any --log-level hides it.
  'seeded-fault': { level: 'error', data: ['fault', 'topology', 'canShow'] },
  listening: {
    level: 'info',
    data: [
      'url',
      'topology',
      'threads',
      'tally',
      'workUs',
      'scorer',
      'plantedFault',
      'pid',
      'threadStartMs',
      'processes',
      'processStartMs',
    ],
  },
  'uncaught-error': { level: 'error', data: ['error'] },
  'log-lines-lost': { level: 'error', data: ['lost'] },
  draining: { level: 'info', data: ['reason'] },
  'requests-cut-off': { level: 'error', data: ['cutOff'] },
  closed: { level: 'info', data: ['cutOff'] },
  // Listening threads and processes.
  'listener-died': { level: 'error', data: [...LISTENER, 'how', 'willReplace', 'error'] },
  'listener-hung': { level: 'error', data: [...LISTENER, 'silentMs'] },
  'listener-overdue': { level: 'error', data: [...LISTENER, 'error'] },
  'listener-replaced': { level: 'info', data: LISTENER },
  'listener-start-failed': { level: 'error', data: ['error'] },
  'replacing-stopped': { level: 'error', data: ['failedStarts'] },
  'processes-unanswered': { level: 'error', data: ['about', 'error'] },
  // Task workers.
  'task-worker-failed': { level: 'error', data: ['error'] },
  'task-worker-start-failed': { level: 'error', data: ['threadId', 'error'] },
  'task-worker-died': { level: 'error', data: ['threadId'] },
  'task-workers-stopped': { level: 'error', data: ['failedStarts'] },
  // Scorers that do not return.
  'task-worker-hung': { level: 'error', data: ['threadId', 'scoringMs'] },
  'calls-hung': { level: 'error', data: ['calls', 'pending'] },
  'scoring-stuck': { level: 'error', data: [] },
  'scoring-resumed': { level: 'info', data: [] },
  // Requests.
  'scoring-failed': { level: 'error', data: ['code', 'error'] },
  'request-failed': { level: 'error', data: ['error'] },
  'response-failed': { level: 'error', data: ['error'] },
  'rejection-uncounted': { level: 'error', data: ['error'] },
} as const satisfies Readonly<Record<string, LogEventRow>>;

export type LogEvent = keyof typeof LOG_EVENTS;

/** `error` is a caught value: an Error is written with its stack. */
export type LogData = Readonly<Record<string, unknown>> & { readonly error?: unknown };

/** Where a service reports events to its operator; no library is named here. */
export interface Log {
  (event: LogEvent, message: string, data?: LogData): void;
  /** Called for each line that could not be written. */
  onLost?: () => void;
}
