// The expected failures of the driver as coded errors: an ordinary Error with a code. Its message is
// one line that says what is wrong and how to correct it. A failed request is no error: the history
// keeps it as an add.

/**
 * - `bad-url`, `bad-option`: the argument itself is wrong;
 * - `bad-file`: a file of transactions that cannot be read; `bad-line`: one wrong line of it;
 * - `unreachable`: no connection, or no answer;
 * - `bad-answer`: an answer of another form than the target says.
 */
export type ClientErrorCode =
  | 'bad-url'
  | 'bad-option'
  | 'bad-file'
  | 'bad-line'
  | 'unreachable'
  | 'bad-answer';

export interface ClientError extends Error {
  readonly name: 'ClientError';
  readonly code: ClientErrorCode;
  /** The line of the file, from 1; null where no line is wrong. */
  readonly line: number | null;
}

export function clientError(code: ClientErrorCode, message: string, line: number | null = null): ClientError {
  return Object.assign(new Error(message), { name: 'ClientError' as const, code, line });
}

export function isClientError(error: unknown): error is ClientError {
  return error instanceof Error && error.name === 'ClientError' && 'code' in error;
}
