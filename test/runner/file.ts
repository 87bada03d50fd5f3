// Runs one test file in a child process of its own and returns the report. Runs in the runner's
// process; it owns the child and everything the child started (they are one process group), and
// ends them all. It judges nothing itself.
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { openEnvelope, type TestEvent } from './events.js';
import { type FileReport, judge } from './judge.js';
import { startPatience } from './patience.js';

const CHILD_MODULE = join(import.meta.dirname, 'child.js');
const OUTPUT_CHARACTERS_MAX = 32_768;
/** For output on its way when the process ends: a grandchild may hold the pipe open for ever. */
const LAST_OUTPUT_MS = 500;

export interface Limits {
  /** For one whole file. */
  readonly fileMs: number;
  /** From the last test to the end of the process. */
  readonly graceMs: number;
}

/** Ends a child and what it started. The group carries the child's own id (`detached`). */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nobody of the group is left.
  }
}

/** The end of what a child writes, as one text. */
function collectOutput(child: ChildProcess): () => string {
  let output = '';
  const add = (chunk: string) => {
    output = (output + chunk).slice(-OUTPUT_CHARACTERS_MAX);
  };
  child.stdout?.setEncoding('utf8').on('data', add);
  child.stderr?.setEncoding('utf8').on('data', add);
  return () => output;
}

/**
 * Resolves when the child is gone and its last messages and output have arrived. The channel of the
 * messages ends with the child, since no grandchild inherits it; it is read to its end, or a test
 * would be judged by half of what it said.
 */
async function ended(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  const disconnected = new Promise<void>((resolve) => child.once('disconnect', resolve));
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const end = await new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  await disconnected;
  await new Promise<void>((resolve) => {
    const patience = startPatience(LAST_OUTPUT_MS, resolve, { holdsOpen: true });
    void closed.then(() => {
      patience.stop();
      resolve();
    });
  });
  return end;
}

/** Starts the test processes and can end all of them at once. */
export class FileRunner {
  readonly #limits: Limits;
  readonly #live = new Set<ChildProcess>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Runs the file at `path`, which the report calls `name`. */
  async run(path: string, name: string): Promise<FileReport> {
    const { fileMs, graceMs } = this.#limits;
    const begunMs = performance.now();
    const events: TestEvent[] = [];
    let timedOutAfterMs = 0;
    const child = fork(CHILD_MODULE, [path, String(graceMs)], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#live.add(child);
    const output = collectOutput(child);
    child.on('message', (message) => {
      const event = openEnvelope(message);
      if (event === undefined) return;
      events.push(event);
      if (event.kind === 'leaked') killGroup(child);
    });
    const timer = setTimeout(() => {
      timedOutAfterMs = fileMs;
      killGroup(child);
    }, fileMs);
    const { code, signal } = await ended(child);
    clearTimeout(timer);
    killGroup(child); // processes that the tests left behind
    this.#live.delete(child);
    const durationMs = performance.now() - begunMs;
    return judge(name, events, { code, signal, timedOutAfterMs, durationMs, output: output() });
  }

  killAll(): void {
    for (const child of this.#live) killGroup(child);
  }
}
