// The expected failures of the client as coded errors: an ordinary Error with a code, and a message
// of one line that says what is wrong and how to mend it. Runs on the main thread. Failures of one
// posted transaction are not errors: they are entries of the ledger (see post.ts).

/**
 * - `bad-url`, `bad-option`: the caller's own argument;
 * - `bad-file`: a file of transactions that cannot be read at all; `bad-line`: one of its lines;
 * - `unreachable`: no connection or no answer; `bad-answer`: an answer that is not what was asked.
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
  /** The line of the file, from 1; null where no line is at fault. */
  readonly line: number | null;
}

export function clientError(
  code: ClientErrorCode,
  message: string,
  line: number | null = null,
): ClientError {
  return Object.assign(new Error(message), { name: 'ClientError' as const, code, line });
}

export function isClientError(error: unknown): error is ClientError {
  return error instanceof Error && error.name === 'ClientError' && 'code' in error;
}
