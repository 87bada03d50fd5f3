// A light load generator in a process of its own: closed loop on plain sockets, one prebuilt
// request a connection, answers read only as far as needed to notice a wrong one. It costs the
// machine a fraction of what autocannon does. Forked by generator.ts.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createLatencyRecord, createOutcomes, serveJobs, watchCpu } from './load-child.js';
import { ANSWER_MS_MAX, type Load, type LoadJob } from './load-job.js';
import { createResponseReader } from './raw-response.js';

/** What the connections of one job share. */
interface Shared {
  readonly request: Buffer;
  readonly expect: string;
  /** Asked before every request; false: there is none to send any more. */
  take(): boolean;
  answered(ms: number, status: number, body: string): void;
  failed(why: string): void;
}

function requestOf({ url, body }: LoadJob): Buffer {
  const { host, pathname } = new URL(url);
  const head = [
    `POST ${pathname} HTTP/1.1`,
    `Host: ${host}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** Resolves once this connection has nothing more to send, or was lost: it is not made anew. */
function drive(socket: Socket, shared: Shared): Promise<void> {
  const read = createResponseReader();
  let sentAt = 0;
  let isWaiting = false;
  const send = () => {
    if (!shared.take()) return void socket.destroy();
    isWaiting = true;
    sentAt = performance.now();
    socket.write(shared.request);
  };
  const lose = (why: string) => {
    if (isWaiting) shared.failed(why);
    isWaiting = false;
    socket.destroy();
  };
  return new Promise((resolve) => {
    socket.setEncoding('latin1').setNoDelay();
    socket.setTimeout(ANSWER_MS_MAX, () => lose('no answer in time'));
    socket.on('data', (chunk: string) => {
      const reading = read(chunk);
      if (reading.state === 'more') return;
      if (reading.state === 'broken') return lose(reading.why);
      isWaiting = false;
      shared.answered(performance.now() - sentAt, reading.status, reading.body);
      send();
    });
    socket.on('end', () => lose('the server closed a connection'));
    socket.on('error', (error) => lose(error.message));
    socket.once('close', () => {
      lose('a connection broke');
      resolve();
    });
    send();
  });
}

async function connectAll({ url, connections }: LoadJob): Promise<Socket[]> {
  const { hostname, port } = new URL(url);
  const sockets = Array.from({ length: connections }, () => connect(Number(port), hostname));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  return sockets;
}

async function load(job: LoadJob): Promise<Load> {
  const { until, expect } = job;
  const { counts, failed, fault } = createOutcomes();
  const latency = createLatencyRecord();
  const sockets = await connectAll(job);
  const cpuShare = watchCpu();
  const startedAt = performance.now();
  const endsAt = 'seconds' in until ? startedAt + until.seconds * 1000 : Number.POSITIVE_INFINITY;
  let left = 'requests' in until ? until.requests : Number.POSITIVE_INFINITY;
  let inTime = 0;
  const shared: Shared = {
    request: requestOf(job),
    expect,
    take: () => performance.now() < endsAt && left-- > 0,
    failed,
    answered(ms, status, body) {
      if (status !== 200) return failed(`status ${status}`);
      if (!body.includes(expect)) return void counts.wrong++;
      counts.ok++;
      latency.add(ms);
      if (performance.now() < endsAt) inTime++;
    },
  };
  await Promise.all(sockets.map((socket) => drive(socket, shared)));
  const elapsed = (performance.now() - startedAt) / 1000;
  // The last answers come after the time was over; they are in the ledger and not in the rate.
  const seconds = 'seconds' in until ? Math.min(until.seconds, elapsed) : elapsed;
  return {
    ...counts,
    fault: fault(),
    seconds,
    perSecond: inTime / seconds,
    latency: latency.read(),
    cpuShare: cpuShare(),
  };
}

serveJobs(load);
