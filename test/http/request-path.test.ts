// The way of one request to score is short: a reader opens few files. V8's precise coverage counts which
// functions of the product one `POST /score` enters, on the main thread and on the task worker.

import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { Session } from 'node:inspector/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { SERVE_DEFAULTS } from '../../src/topologies/options.js';
import { start } from '../../src/topologies/start.js';
import { suite } from '../support/suite.js';

/** The largest number of files that one request may enter. */
const FILES_MAX = { inline: 14, batched: 20 } as const;
const BODY = '{"tx_id":"TX0042","amount":4200,"category":"electronics","hour":3}';
/** Requests before the counted one: caches fill, and connections open. */
const WARM_UP = 10;

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly functionName: string;
      readonly ranges: readonly { readonly startOffset: number; readonly count: number }[];
    }[];
  }[];
}

/** Commands to the profiler of this thread and of each worker that it started. */
class Profilers {
  readonly #session = new Session();
  readonly #workers: string[] = [];
  readonly #pending = new Map<number, (result: unknown) => void>();
  #sent = 0;

  async open(): Promise<void> {
    this.#session.connect();
    this.#session.on('NodeWorker.attachedToWorker', ({ params }) => {
      this.#workers.push(params.sessionId);
    });
    this.#session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
      const { id, result } = JSON.parse(params.message) as { id: number; result: unknown };
      this.#pending.get(id)?.(result);
    });
    await this.#session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  }

  /** Sends one command to all threads. */
  async send(method: string, params: object = {}): Promise<unknown[]> {
    const results = [await this.#session.post(method, params)] as unknown[];
    for (const sessionId of this.#workers) {
      const id = ++this.#sent;
      const answer = new Promise((resolve) => this.#pending.set(id, resolve));
      const message = JSON.stringify({ id, method, params });
      await this.#session.post('NodeWorker.sendMessageToWorker', { sessionId, message });
      results.push(await answer);
    }
    return results;
  }

  close(): void {
    this.#session.disconnect();
  }
}

/** The names of the functions that one request enters, by file. */
async function traceRequest(topology: keyof typeof FILES_MAX): Promise<Record<string, string[]>> {
  const profilers = new Profilers();
  await profilers.open();
  const log = (event: string, message: string) => process.stderr.write(`${event}: ${message}\n`);
  // Without a deadline no timer that looks for hung scorers is traced too.
  const options = { ...SERVE_DEFAULTS, port: 0, threads: 1, deadlineMs: 0 };
  const service = await start(topology, options, (event, message) => {
    if (event.endsWith('failed') || event.endsWith('died')) log(event, message);
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    await profilers.send('Profiler.enable');
    await profilers.send('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
    for (let sent = 0; sent < WARM_UP; sent++) await score(service.url, agent);
    await profilers.send('Profiler.takePreciseCoverage'); // starts all counts anew
    await score(service.url, agent);
    return listEntered((await profilers.send('Profiler.takePreciseCoverage')) as Coverage[]);
  } finally {
    profilers.close();
    agent.destroy();
    await service.close();
  }
}

async function score(url: string, agent: Agent): Promise<void> {
  const headers = { 'content-type': 'application/json', 'content-length': BODY.length };
  const asked = request(`${url}/score`, { method: 'POST', agent, headers });
  asked.end(BODY);
  const [response] = await once(asked, 'response');
  if (response.statusCode !== 200) throw new Error(`POST /score answered ${response.statusCode}`);
  response.resume();
  await once(response, 'end');
  for (let turn = 0; turn < 5; turn++) await nextTurn(); // the server closes its side of it
}

function listEntered(threads: readonly Coverage[]): Record<string, string[]> {
  const files = new Map<string, Map<number, string>>();
  for (const { url, functions } of threads.flatMap(({ result }) => result)) {
    const file = /\/dist\/src\/(.*)$/.exec(url)?.[1];
    if (file === undefined) continue;
    for (const { functionName, ranges } of functions) {
      const [whole] = ranges;
      if (whole === undefined || whole.count === 0) continue;
      const entered = files.get(file) ?? new Map<number, string>();
      files.set(file, entered.set(whole.startOffset, functionName || '(anonymous)'));
    }
  }
  const sorted = [...files].toSorted(([a], [b]) => a.localeCompare(b));
  return Object.fromEntries(sorted.map(([file, entered]) => [file, [...entered.values()]]));
}

const test = suite('the way of a request');
test.timeout(60_000);

for (const topology of ['inline', 'batched'] as const) {
  test(`${topology}: one POST /score enters at most ${FILES_MAX[topology]} files`, async () => {
    const files = await traceRequest(topology);
    const entered = Object.keys(files);
    const listing = Object.entries(files).map(([file, names]) => `  ${file}: ${names.join(', ')}`);
    if (process.env.LIST !== undefined) process.stdout.write(`${topology}\n${listing.join('\n')}\n`);
    assert.ok(entered.length <= FILES_MAX[topology], `${topology}:\n${listing.join('\n')}`);
    // Both ends are seen, on whichever thread: an empty trace would pass as well.
    for (const file of ['http/connections.js', 'tally/atomic.js', 'scoring/rules.js']) {
      assert.ok(entered.includes(file), file);
    }
  });
}
test.run();
