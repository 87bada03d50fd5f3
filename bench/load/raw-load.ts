// A light load generator in a process of its own: a closed loop on plain sockets. Each connection
// sends one prebuilt request and reads its answer only as far as needed to notice a wrong one. It
// needs about two thirds of autocannon's CPU time, most of it in the kernel, and it can make a new
// connection for each request. Forked by generator.ts.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Load, LoadJob } from './generator.js';
import { ANSWER_MS_MAX, createClosedLoopRecord, serveJobs } from './load-child.js';
import { createResponseReader } from './raw-response.js';

/** What the connections of one job share. */
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

/** Larger than any answer's packet; one a connection, used again for every read. */
const READ_BYTES = 16 * 1024;

/** One caller of the loop: `run` resolves when it has nothing more to send, or lost its connection. */
interface Caller {
  run(shared: Shared): Promise<void>;
}

interface Connection extends Caller {
  readonly socket: Socket;
}

function open({ hostname, port }: URL): Connection {
  const read = createResponseReader();
  let sentAt = 0;
  let isWaiting = false;
  let shared: Shared | undefined;
  // `onread` spares the copies and the events of a stream.
  const callback = (bytes: number, buffer: Uint8Array) => {
    received((buffer as Buffer).toString('latin1', 0, bytes));
    return true;
  };
  const onread = { buffer: Buffer.alloc(READ_BYTES), callback };
  const socket = connect({ port: Number(port), host: hostname, onread }).setNoDelay();

  function send(): void {
    if (shared?.take() !== true) return void socket.destroy();
    isWaiting = true;
    sentAt = performance.now();
    socket.write(shared.request);
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
    send();
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

/** One request, timed from before its connection opens. A loss is reported. */
function exchangeOnce({ hostname, port }: URL, shared: Shared): Promise<void> {
  const read = createResponseReader(true);
  const sentAt = performance.now();
  const socket = connect({ port: Number(port), host: hostname }).setNoDelay();
  let isOver = false;
  return new Promise((resolve) => {
    const end = (how: () => void) => {
      if (!isOver) how();
      isOver = true;
      socket.destroy();
    };
    const lose = (why: string) => end(() => shared.failed(why));
    socket.setTimeout(ANSWER_MS_MAX, () => lose('no answer in time'));
    socket.setEncoding('latin1').on('data', (text: string) => {
      const reading = read(text);
      if (reading.state === 'more') return;
      if (reading.state === 'broken') return lose(reading.why);
      end(() => shared.answered(performance.now() - sentAt, reading.status, reading.body));
    });
    socket.once('end', () => lose('the server closed a connection'));
    socket.once('error', (error) => lose(error.message));
    socket.once('close', () => {
      lose('a connection broke');
      resolve();
    });
    socket.write(shared.request);
  });
}

function anew(url: URL): Caller {
  const run = async (shared: Shared) => {
    while (shared.take()) await exchangeOnce(url, shared);
  };
  return { run };
}

async function openAll(job: LoadJob): Promise<readonly Caller[]> {
  const { url, connections, connectsAnew } = job;
  const address = new URL(url);
  if (connectsAnew === true) return Array.from({ length: connections }, () => anew(address));
  const opened = Array.from({ length: connections }, () => open(address));
  await Promise.all(opened.map(({ socket }) => once(socket, 'connect')));
  return opened;
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
  await Promise.all(callers.map(({ run }) => run(shared)));
  const elapsed = (performance.now() - record.startedAt) / 1000;
  return record.read('seconds' in until ? Math.min(until.seconds, elapsed) : elapsed);
}

serveJobs(load);
