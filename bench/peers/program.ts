// A server that is not this project's code, in processes of its own behind keeper.ts: started on a
// free port, waited for until it says that it listens, and ended with all that it started. It knows
// no protocol. Main thread of whoever starts it.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const KEEPER = fileURLToPath(new URL('./process-group-guard.js', import.meta.url));

/** One that does not listen after this is ended: several processes of Python start slowly. */
export const START_MS_MAX = 60_000;

/** Enough for the last words of one that fails. */
const SAID_CHARS_MAX = 64 * 1024;
const LAST_WORDS_CHARS = 2_000;

export interface Program {
  /** Its path, or its name on PATH. */
  readonly path: string;
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What it says when one that accepts connections is ready, and how many there are. */
  readonly ready: { readonly text: string; readonly times: number };
}

export interface RunningProgram {
  /** The first that it said. */
  readonly url: string;
  /** The keeper's, which is the group's. */
  readonly pid: number;
  /** Resolves when it and everything it started are gone. */
  close(): Promise<void>;
}

/**
 * Whatever becomes of this process, the program ends with it.
 * @throws Error with its last words when it does not listen in time
 */
export async function startProgram(
  program: Program,
  startMsMax = START_MS_MAX,
): Promise<RunningProgram> {
  const { path, words, env, ready } = program;
  const child = spawn(process.execPath, [KEEPER, path, ...words], {
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

/**
 * The address in what was said; undefined while its end has not come. Port 0 is the one that was
 * asked for, and not the one that it got.
 */
export function addressIn(said: string): string | undefined {
  return /http:\/\/127\.0\.0\.1:[1-9]\d*(?=\D)/.exec(said)?.[0];
}

/** The address, once all that accept connections said that they are ready. */
function untilReady(
  child: ChildProcess,
  ready: Program['ready'],
  startMsMax: number,
): Promise<string> {
  // Each by itself: what one says may come in the middle of a word of the other.
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
        // A log of every request may follow: it has to be taken, and nobody reads it.
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
