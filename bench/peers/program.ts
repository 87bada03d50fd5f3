// Starts a foreign server behind process-group-guard.ts on a free port, waits until it says that it listens,
// and ends it with every process that it started. It knows no protocol. Main thread of the caller.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const GUARD = fileURLToPath(new URL('./process-group-guard.js', import.meta.url));

/** A program that does not listen by then is ended. Several processes of Python start slowly. */
const START_MS_MAX = 60_000;

/** Enough for the last output of a program that fails. */
const SAID_CHARS_MAX = 64 * 1024;
const LAST_WORDS_CHARS = 2_000;

export interface Program {
  /** Its path, or its name on PATH. */
  readonly path: string;
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The text that each accepting process prints when it is ready, and how many of them there are. */
  readonly ready: { readonly text: string; readonly times: number };
}

export interface RunningProgram {
  /** The first address that it printed. */
  readonly url: string;
  /** Of its process group. */
  readonly pid: number;
  /** Resolves when it and everything it started are gone. */
  close(): Promise<void>;
}

/**
 * The program ends with this process, however that ends.
 * @throws Error with its last words when it does not listen in time
 */
export async function startProgram(program: Program, startMsMax = START_MS_MAX): Promise<RunningProgram> {
  const { path, words, env, ready } = program;
  const child = spawn(process.execPath, [GUARD, path, ...words], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1', ...env },
  });
  const closed = once(child, 'close');
  const close = async () => {
    child.stdin.end();
    await closed;
  };
  try {
    return { url: await untilReady(child, ready, startMsMax), pid: child.pid ?? 0, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Undefined while the address may be incomplete. Port 0 is the requested port, not the assigned one. */
export function addressIn(said: string): string | undefined {
  return /http:\/\/127\.0\.0\.1:[1-9]\d*(?=\D)/.exec(said)?.[0];
}

/** Resolves with the address once all accepting processes are ready. */
function untilReady(child: ChildProcess, ready: Program['ready'], startMsMax: number): Promise<string> {
  // Each stream separately: output of one may arrive in the middle of a word of the other.
  const said = [child.stdout, child.stderr].map((stream) => ({ stream, text: '' }));
  const isReady = () => {
    const times = said.map(({ text }) => text.split(ready.text).length - 1);
    return times.reduce((sum, count) => sum + count, 0) >= ready.times;
  };
  return new Promise((resolve, reject) => {
    const fail = (what: string) => {
      const all = said.map(({ text }) => text.trim()).filter(Boolean);
      const words = all.join('\n').slice(-LAST_WORDS_CHARS);
      reject(new Error(`${what}: ${words === '' ? 'it said nothing' : words}`));
    };
    const late = () => fail(`it did not listen within ${startMsMax / 1000} s`);
    const overdue = setTimeout(late, startMsMax);
    for (const one of said) {
      one.stream?.setEncoding('utf8').on('data', (chunk: string) => {
        one.text = (one.text + chunk).slice(-SAID_CHARS_MAX);
        const url = said.map(({ text }) => addressIn(text)).find((each) => each !== undefined);
        if (url === undefined || !isReady()) return;
        // A log of every request may follow: the pipe must be drained.
        for (const { stream } of said) stream?.removeAllListeners('data').resume();
        clearTimeout(overdue);
        resolve(url);
      });
    }
    child.once('close', () => {
      clearTimeout(overdue);
      fail('it ended before it listened');
    });
  });
}
