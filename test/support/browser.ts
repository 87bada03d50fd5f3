// A page as a browser shows it: headless Chromium, driven over its DevTools protocol. It records
// what the page complains about and what it asks for. The browser is a process of its own, with a
// profile in a temporary directory; both are gone when `withBrowser` returns.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { WebSocket } from 'undici';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
export const NO_BROWSER = `no browser on PATH: ${NAMES.join(', ')} (Debian: chromium)`;

const FLAGS = [
  '--headless=new',
  '--remote-debugging-port=0',
  // In a container its sandbox cannot be set up; the pages are our own.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-extensions',
  '--no-first-run',
  '--no-default-browser-check',
  '--hide-scrollbars',
];

/** The path of a browser, or null. */
export function findBrowser(): string | null {
  const places = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  for (const name of NAMES) {
    for (const place of places) {
      const path = join(place, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not here.
      }
    }
  }
  return null;
}

export interface View {
  readonly widthPx: number;
  readonly colorScheme: 'light' | 'dark';
}

export interface Browser {
  /** Opens the markup as a file, and resolves when it is loaded and laid out. */
  open(markup: string, view: View): Promise<void>;
  /** The value of an expression in the page; it must survive JSON. */
  evaluate(expression: string): Promise<unknown>;
  /** The whole page, as PNG. */
  screenshot(): Promise<Buffer>;
  /** Errors and warnings of the page since it was opened. */
  readonly complaints: readonly string[];
  /** Addresses that the page asked for, itself left out. */
  readonly requests: readonly string[];
}

/** `path` is what `findBrowser` found. */
export async function withBrowser<T>(
  path: string,
  body: (browser: Browser) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'two-callers-browser-'));
  const flags = [...FLAGS, `--user-data-dir=${join(folder, 'profile')}`, 'about:blank'];
  const child = spawn(path, flags, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  const closed = once(child, 'close');
  try {
    const socket = new WebSocket(await addressOf(child));
    await once(socket, 'open');
    try {
      return await body(await pageOn(connectionOn(socket), folder));
    } finally {
      socket.close();
    }
  } finally {
    endGroup(child);
    await closed;
    // Its last children may still be writing as they go.
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}

/** The browser has children of its own: they are its process group, which nobody else is in. */
function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it is gone already.
  }
}

async function addressOf(child: ChildProcess): Promise<string> {
  if (child.stderr === null) throw new Error('no standard error');
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    const [address] = /ws:\/\/\S+/.exec(line) ?? [];
    if (address !== undefined) {
      // What it says from now on is not read, and must not fill the pipe.
      child.stderr.resume();
      return address;
    }
    said.push(line);
  }
  throw new Error(`the browser did not start: ${said.join('\n')}`);
}

type Params = Readonly<Record<string, unknown>>;
type Listener = (params: Params) => void;

interface Connection {
  send(method: string, params?: Params, sessionId?: string): Promise<Params>;
  on(method: string, listener: Listener): void;
}

function connectionOn(socket: WebSocket): Connection {
  const waiting = new Map<number, PromiseWithResolversOf>();
  const listeners: (readonly [method: string, listener: Listener])[] = [];
  let lastId = 0;
  socket.addEventListener('message', ({ data }) => {
    const { id, method, params, result, error } = JSON.parse(String(data)) as Message;
    for (const [name, listener] of listeners) if (name === method) listener(params ?? {});
    const asked = id === undefined ? undefined : waiting.get(id);
    if (asked === undefined || id === undefined) return;
    waiting.delete(id);
    if (error === undefined) asked.resolve(result ?? {});
    else asked.reject(new Error(error.message));
  });
  socket.addEventListener('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('the browser is gone'));
  });
  return {
    on: (method, listener) => void listeners.push([method, listener]),
    send: (method, params = {}, sessionId) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        waiting.set(lastId, { resolve, reject });
        const session = sessionId === undefined ? {} : { sessionId };
        socket.send(JSON.stringify({ id: lastId, method, params, ...session }));
      }),
  };
}

interface PromiseWithResolversOf {
  readonly resolve: (result: Params) => void;
  readonly reject: (error: Error) => void;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Params;
  readonly result?: Params;
  readonly error?: { readonly message: string };
}

/** Each load has an id: that of about:blank may come late, and is not the one waited for. */
function loadsOf(connection: Connection): (loaderId: string) => Promise<void> {
  const loaded = new Set<string>();
  let arrived: () => void = () => undefined;
  connection.on('Page.lifecycleEvent', ({ name, loaderId }) => {
    if (name === 'load') loaded.add(String(loaderId));
    arrived();
  });
  return async (loaderId) => {
    while (!loaded.has(loaderId)) {
      await new Promise<void>((resolve) => {
        arrived = resolve;
      });
    }
  };
}

async function pageOn(connection: Connection, folder: string): Promise<Browser> {
  const { targetId } = await connection.send('Target.createTarget', { url: 'about:blank' });
  const attached = await connection.send('Target.attachToTarget', { targetId, flatten: true });
  const sessionId = String(attached.sessionId);
  const send = (method: string, params: Params = {}) => connection.send(method, params, sessionId);
  const complaints: string[] = [];
  const requests: string[] = [];
  const file = join(folder, 'page.html');
  const url = pathToFileURL(file).href;
  const whenLoaded = loadsOf(connection);
  connection.on('Runtime.exceptionThrown', (event) => complaints.push(JSON.stringify(event)));
  connection.on('Runtime.consoleAPICalled', (event) => complaints.push(JSON.stringify(event)));
  connection.on('Log.entryAdded', (event) => complaints.push(JSON.stringify(event)));
  connection.on('Network.requestWillBeSent', ({ request }) => {
    const asked = (request as { readonly url: string }).url;
    if (asked !== url) requests.push(asked);
  });
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`);
  await send('Page.setLifecycleEventsEnabled', { enabled: true });
  return {
    complaints,
    requests,
    open: async (markup, { widthPx, colorScheme }) => {
      await writeFile(file, markup);
      complaints.length = 0;
      requests.length = 0;
      const features = [{ name: 'prefers-color-scheme', value: colorScheme }];
      const size = { width: widthPx, height: 900, deviceScaleFactor: 1, mobile: widthPx < 500 };
      await send('Emulation.setEmulatedMedia', { features });
      await send('Emulation.setDeviceMetricsOverride', size);
      const { loaderId } = await send('Page.navigate', { url });
      await whenLoaded(String(loaderId));
    },
    evaluate: async (expression) => {
      const params = { expression, returnByValue: true, awaitPromise: true };
      const { result, exceptionDetails } = await send('Runtime.evaluate', params);
      if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
      return (result as { readonly value?: unknown }).value;
    },
    screenshot: async () => {
      const { cssContentSize } = await send('Page.getLayoutMetrics');
      const { width, height } = cssContentSize as { readonly width: number; height: number };
      const clip = { x: 0, y: 0, width, height, scale: 1 };
      const asked = { format: 'png', captureBeyondViewport: true, clip };
      const { data } = await send('Page.captureScreenshot', asked);
      return Buffer.from(String(data), 'base64');
    },
  };
}
