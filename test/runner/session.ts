// The state of one test process: which suites exist, what runs now, and where events go. Without the runner
// (a test file started by hand with `node`) it prints what uvu does not know and sets the exit code. It
// neither schedules tests (uvu does) nor counts them (file.ts in the runner does).
import type { TestEvent, TestName } from './events.js';
import { describeThrown, toError } from './thrown.js';

/** A suite that was made; `waiting` counts what was added to it since it last ran. */
export interface MadeSuite {
  readonly name: string;
  runs: number;
  waiting: number;
}

const suites: MadeSuite[] = [];
const standaloneFailures: string[] = [];
// Kept from before any test could replace them with a fake clock.
const { setTimeout: startTimer, clearTimeout: stopTimer, setImmediate: nextTurn } = globalThis;

let send: ((event: TestEvent) => void) | undefined;
let abortRunning: ((error: Error) => void) | undefined;

/** From now on events go to the runner. */
export function connect(sink: (event: TestEvent) => void): void {
  send = sink;
}

export function emit(event: TestEvent): void {
  if (send !== undefined) send(event);
  else if (event.kind === 'unavailable') {
    console.log(`unavailable: ${event.suite} > ${event.title}: ${event.reason}`);
  } else if (event.kind === 'broken') {
    const texts = event.errors.map((error) => `${error.message}\n${error.diff}\n${error.stack}`);
    standaloneFailures.push(`${event.suite} > ${event.title}: ${texts.join('\n')}`);
  }
}

/** A failure outside a test's body: a hook, a suite, the file. */
export function emitBroken(name: TestName, error: Error, where: string): void {
  emit({ kind: 'broken', ...name, errors: [describeThrown(error, where)] });
}

export function madeSuite(name: string): MadeSuite {
  const made = { name, runs: 0, waiting: 0 };
  suites.push(made);
  return made;
}

/** uvu prints a suite's name before its tests, padded; the runner names suites itself. */
export function isSuiteHeading(text: string): boolean {
  return suites.some(({ name }) => text.trim() === name.trim());
}

/** To be asked when the file has been loaded: uvu itself is silent about a forgotten `run()`. */
export function emitForgotten(): void {
  for (const { name, runs, waiting } of suites) {
    if (runs > 0 && waiting === 0) continue;
    const problem = new Error(`run() was not called: ${waiting} of its tests never ran`);
    problem.stack = '';
    emitBroken({ suite: name, title: '(suite)' }, problem, 'file');
  }
}

/**
 * An error nobody caught belongs to what runs now; with nothing running it breaks the file.
 * `kind` is its origin in words, such as `unhandled rejection`.
 */
export function reportCrash(thrown: unknown, kind: string): void {
  const error = toError(thrown);
  const crash = new Error(`${kind}: ${error.message}`, { cause: error });
  if (abortRunning !== undefined) abortRunning(crash);
  else emitBroken({ suite: '', title: '(file)' }, crash, 'file');
}

/**
 * Runs one body or hook and returns what went wrong, or undefined. It ends at the latest after
 * `limitMs`, unless the task blocks the thread: then the runner's limit per file ends the process.
 */
export async function attempt(task: () => unknown, limitMs: number): Promise<Error | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const stopped = new Promise<never>((_, reject) => {
    abortRunning = reject;
    const late = () => reject(new Error(`timed out after ${limitMs} ms`));
    timer = startTimer(late, limitMs);
  });
  const whole = async () => {
    try {
      await task();
    } finally {
      // Node reports an unhandled rejection at the end of the turn. Without this turn a rejection
      // that this task left behind would be charged to the next test.
      await new Promise<void>((resolve) => nextTurn(() => resolve()));
    }
  };
  try {
    await Promise.race([whole(), stopped]);
    return undefined;
  } catch (thrown) {
    return toError(thrown);
  } finally {
    abortRunning = undefined;
    stopTimer(timer);
  }
}

process.on('exit', () => {
  if (send !== undefined || process.env.TWO_CALLERS_PLAIN_UVU === '1') return;
  emitForgotten();
  if (standaloneFailures.length === 0) return;
  console.error(standaloneFailures.join('\n'));
  process.exitCode = 1;
});
