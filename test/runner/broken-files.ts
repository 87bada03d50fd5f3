// The broken test files of test/fixtures/runner with what the runner must say of each, and the
// means to start the runner, plain uvu or a file by hand in a process of its own. For
// test/runner.test.ts and test/interrupt.test.ts only; it asserts nothing.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Summary } from './report.js';

export interface BrokenFile {
  readonly fixture: string;
  readonly promise: string;
  readonly says: readonly RegExp[];
  readonly options?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** How many tests still pass; 0 if not given. */
  readonly passed?: number;
  readonly isMissedByUvu?: boolean;
}

export const BROKEN_FILES: readonly BrokenFile[] = [
  {
    fixture: 'before-throws',
    promise: 'when a before hook throws, and names each test it kept from running',
    says: [/"\(before hook\)".*no database/, /"is never run".*not run, because/],
    isMissedByUvu: true,
  },
  {
    fixture: 'after-throws',
    promise: 'when an after hook throws',
    says: [/"\(after hook\)".*cannot tidy up/],
    passed: 1,
  },
  {
    fixture: 'non-error',
    promise: 'when a test throws something that is not an Error',
    says: [/not an Error: 'just a string'/],
    isMissedByUvu: true,
  },
  {
    fixture: 'after-each-throws',
    promise: "when a failing test's after.each throws too, and tells both",
    says: [/"title":"fails"/, /deeply equal/, /cannot clean up/],
    isMissedByUvu: true,
  },
  {
    fixture: 'run-forgotten',
    promise: 'when run() was forgotten',
    says: [/"suite":"forgotten".*run\(\) was not called: 1 /],
    isMissedByUvu: true,
  },
  {
    fixture: 'one-suite-forgotten',
    promise: 'when one of two suites was not run',
    says: [/"suite":"does not run".*run\(\) was not called: 1 /],
    passed: 1,
    isMissedByUvu: true,
  },
  {
    fixture: 'empty',
    promise: 'when a file holds no tests',
    says: [/the file holds no tests/],
    isMissedByUvu: true,
  },
  { fixture: 'load-fails', promise: 'when a file cannot be loaded', says: [/cannot be loaded/] },
  {
    fixture: 'load-hangs',
    promise: 'when loading a file never ends',
    says: [/exited with code 13 before its tests had ended \(the tests were being loaded\)/],
  },
  {
    fixture: 'test-hangs',
    promise: 'when a test hangs, and still runs the next',
    says: [/"waits for ever".*timed out after 50 ms/],
    passed: 1,
  },
  {
    fixture: 'thread-blocked',
    promise: 'when a test blocks its thread: the process is ended and the test named',
    // Long enough for the test to have begun on a machine that is held up.
    says: [/ran longer than 10000 ms \(running: blocks > never returns\)/],
    options: ['--timeout', '10'],
  },
  {
    fixture: 'leaked-handle',
    promise: 'when a test leaves a server open, and names the handle',
    says: [/did not end after its tests; leaked handles: TCPServerWrap x 1/],
    options: ['--grace', '0.1'],
    passed: 1,
  },
  {
    fixture: 'process-exit',
    promise: 'when a test ends the process with code 0',
    says: [/exited with code 0 before .* \(running: exits > ends the process\)/],
    passed: 1,
  },
  {
    fixture: 'exit-code-changed',
    promise: 'when a test changes the exit code',
    says: [/exited with code 3 although its tests had ended/],
    passed: 1,
  },
  {
    fixture: 'killed',
    promise: 'when the process dies by a signal',
    says: [/ended by SIGKILL before .* \(running: is killed > dies\)/],
  },
  {
    fixture: 'unhandled-rejection',
    promise: 'when a rejection is not handled, and charges the test that caused it',
    says: [/"leaves a rejection behind".*unhandled rejection: nobody listens/],
    passed: 1,
  },
  {
    fixture: 'uncaught-exception',
    promise: 'when an exception is not caught',
    says: [/"leaves a callback behind".*uncaught exception: nobody catches/],
  },
  {
    fixture: 'only-left',
    promise: 'when CI finds .only',
    says: [/"suite":"only one".*\.only must not be left in/],
    env: { CI: 'true' },
    passed: 1,
  },
];

const TEST_DIRECTORY = dirname(import.meta.dirname);
const FIXTURES = join(TEST_DIRECTORY, 'fixtures', 'runner');
const RUNNER = join(TEST_DIRECTORY, 'run.js');
const UVU_COMMAND = join(dirname(createRequire(import.meta.url).resolve('uvu')), '..', 'bin.js');

type Env = Readonly<Record<string, string>>;

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly lastLine: string;
  json(): Summary;
}

/** These words make the runner take the fixtures for its tests. */
export function underFixtures(...words: string[]): string[] {
  return ['--root', FIXTURES, '--suffix', '.fixture.js', ...words];
}

/** Whoever starts these tests may be CI or want colours: the process under test must not know. */
export function startNode(words: readonly string[], env: Env = {}): ChildProcess {
  const { CI: _ci, NO_COLOR: _noColor, FORCE_COLOR: _forceColor, ...inherited } = process.env;
  return spawn(process.execPath, words, { env: { ...inherited, ...env }, stdio: 'pipe' });
}

async function finish(child: ChildProcess): Promise<Finished> {
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      texts[name] += chunk;
    });
  }
  await once(child, 'close');
  const lastLine = texts.stdout.trimEnd().split('\n').at(-1) ?? '';
  return { code: child.exitCode, ...texts, lastLine, json: () => JSON.parse(texts.stdout) };
}

export function startRunner(words: readonly string[], env: Env = {}): ChildProcess {
  return startNode([RUNNER, ...words], env);
}

export function runRunner(words: readonly string[], env: Env = {}): Promise<Finished> {
  return finish(startRunner(words, env));
}

/** The file alone, as `node file` runs it. */
export function runByHand(fixture: string, env: Env = {}): Promise<Finished> {
  return finish(startNode([join(FIXTURES, `${fixture}.fixture.js`)], env));
}

/** The same file with uvu's own suite; or uvu's own command, which looks for the files itself. */
export function runPlainUvu(fixture: string, how = 'as a file'): Promise<Finished> {
  const env = { TWO_CALLERS_PLAIN_UVU: '1' };
  if (how === 'as a file') return runByHand(fixture, env);
  return finish(startNode([UVU_COMMAND, FIXTURES, fixture], env));
}
