// A closed loop on plain sockets, in its own process: reads an answer only as far as needed to notice a wrong
// one. It needs about two thirds of autocannon's CPU time, and can open a connection for each request. Forked
// by generator.ts.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Load, LoadJob } from './generator.js';
import { ANSWER_MS_MAX, createClosedLoopRecord, createResponseReader, serveJobs } from './load-child.js';

interface Shared {
  readonly request: Buffer;
  /** Called before every request; false: send no more. */
  take(): boolean;
  answered(ms: number, status: number, body: string): void;
  failed(why: string): void;
}

function formatRequest({ url, body, connectsAnew }: LoadJob): Buffer {
  const { host, pathname } = new URL(url);
  const head = [
    `POST ${pathname} HTTP/1.1`,
    `Host: ${host}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(connectsAnew === true ? ['Connection: close'] : []),
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** Larger than any answer's packet. */
const READ_BYTES = 16 * 1024;

/** One caller of the loop: resolves when it has nothing more to send, or lost its connection. */
type RawCaller = (shared: Shared) => Promise<void>;

/** `isLast`: for one request only, whose latency begins before the connection opens. */
function open({ hostname, port }: URL, isLast: boolean): { socket: Socket; run: RawCaller } {
  const read = createResponseReader(isLast);
  let sentAt = 0;
  let isWaiting = false;
  let shared: Shared | undefined;
  // `onread` spares the copies and the events of a stream.
  const callback = (bytes: number, buffer: Uint8Array) => {
    received((buffer as Buffer).toString('latin1', 0, bytes));
    return true;
  };
  const onread = { buffer: Buffer.alloc(READ_BYTES), callback };
  const openedAt = performance.now();
  const socket = connect({ port: Number(port), host: hostname, onread }).setNoDelay();

  function send(): void {
    isWaiting = true;
    sentAt = isLast ? openedAt : performance.now();
    socket.write(shared?.request ?? '');
  }
  function lose(why: string): void {
    if (isWaiting) shared?.failed(why);
    isWaiting = false;
    socket.destroy();
  }
  function received(text: string): void {
    const reading = read(text);
    if (reading.state === 'more') return;
    if (reading.state === 'broken') return void lose(reading.why);
    isWaiting = false;
    shared?.answered(performance.now() - sentAt, reading.status, reading.body);
    if (isLast || shared?.take() !== true) socket.destroy();
    else send();
  }

  const run = (job: Shared) =>
    new Promise<void>((resolve) => {
      shared = job;
      socket.setTimeout(ANSWER_MS_MAX, () => lose('no answer in time'));
      socket.on('end', () => lose('the server closed a connection'));
      socket.on('error', (error) => lose(error.message));
      socket.once('close', () => {
        lose('a connection broke');
        resolve();
      });
      send();
    });
  return { socket, run };
}

/** Each sends only after a `take` that allows it. */
async function openAll({ url, connections, connectsAnew }: LoadJob): Promise<readonly RawCaller[]> {
  const address = new URL(url);
  if (connectsAnew === true) {
    const runAnew = async (shared: Shared) => {
      while (shared.take()) await open(address, true).run(shared);
    };
    return Array.from({ length: connections }, () => runAnew);
  }
  const opened = Array.from({ length: connections }, () => open(address, false));
  await Promise.all(opened.map(({ socket }) => once(socket, 'connect')));
  return opened.map(({ socket, run }) => async (shared) => {
    if (shared.take()) await run(shared);
    else socket.destroy();
  });
}

async function load(job: LoadJob): Promise<Load> {
  const { until } = job;
  const callers = await openAll(job);
  const record = createClosedLoopRecord(job);
  let left = 'requests' in until ? until.requests : Number.POSITIVE_INFINITY;
  const shared: Shared = {
    request: formatRequest(job),
    take: () => performance.now() < record.endsAt && left-- > 0,
    failed: record.fail,
    answered(ms, status, body) {
      if (status !== 200) record.fail(`status ${status}`);
      else record.answer(body, ms, performance.now());
    },
  };
  await Promise.all(callers.map((run) => run(shared)));
  const elapsed = (performance.now() - record.startedAt) / 1000;
  return record.read('seconds' in until ? Math.min(until.seconds, elapsed) : elapsed);
}

serveJobs(load);
