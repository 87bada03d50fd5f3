// What a test file tells the runner, one message per event, over the IPC channel between the child
// process (session.ts writes) and the runner (file.ts reads). Declared once so that both sides mean
// the same. It holds no state and sends nothing itself.

/** One thing that was thrown: by the test, or by a hook around it. */
export interface Thrown {
  /** `test`, `before.each`, `after.each`, `before`, `after` or `file`. */
  readonly where: string;
  readonly name: string;
  readonly message: string;
  /** The difference an assertion saw, without colours; empty where there is none. */
  readonly diff: string;
  /** Frames of the test only: those of the runner, of uvu and of Node are left out. */
  readonly stack: string;
}

export interface TestName {
  readonly suite: string;
  readonly title: string;
}

export interface Unavailable extends TestName {
  readonly reason: string;
  /** False: nobody could install what is missing, so that CI may pass without this test. */
  readonly installable: boolean;
}

/**
 * `ended` closes a hook, as `passed` and `failed` close a test. `broken` is a failure outside the
 * body of a test: a hook, a suite or the file.
 */
export type TestEvent =
  | (TestName & { readonly kind: 'started' | 'ended' | 'skipped' })
  | (TestName & { readonly kind: 'passed'; readonly durationMs: number })
  | (TestName & { readonly kind: 'failed' | 'broken'; readonly errors: readonly Thrown[] })
  | (Unavailable & { readonly kind: 'unavailable' })
  | { readonly kind: 'finished' }
  | { readonly kind: 'leaked'; readonly resources: readonly string[] };

/** The wrapping keeps a message that a test itself sends to its parent from being read as ours. */
export interface Envelope {
  readonly strictRunner: TestEvent;
}

export function openEnvelope(message: unknown): TestEvent | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  return 'strictRunner' in message ? (message as Envelope).strictRunner : undefined;
}
