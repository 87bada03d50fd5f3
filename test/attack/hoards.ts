// Attacks on memory: bodies in chunks of one byte, bodies that never end, answers that nobody reads, and a
// flood of /metrics. Meanwhile another client is served.

import { connect, type Socket } from 'node:net';
import type { TopologyName } from '../../src/topologies/topology.js';
import { head, post } from '../support/http-raw.js';
import { attackService, type Outcome, type Scale } from './attack.js';
import { isAnswered } from './attacked-service.js';

const BATCH = [`Content-Type: application/json`];
const LOOKS = 20;
const ANSWERED_WITHIN_MS = 20_000;
const WHOLE_BATCH_BYTES = 4 * 1024 * 1024;
const HALVES = 100;
const UNREAD = 60;
const FLOOD = 1_500;
const ONE_BYTE_CHUNKS = 1_500_000;

/** Sockets that send and do not read, for the time of `body`. */
async function withHoarders(
  url: string,
  count: number,
  bytes: Buffer,
  body: (sockets: readonly Socket[]) => Promise<Outcome>,
): Promise<Outcome> {
  const { hostname, port } = new URL(url);
  const sockets = Array.from({ length: count }, () => {
    const socket = connect({ host: hostname, port: Number(port) }).pause();
    socket.on('error', () => {}); // the service may cut it off
    socket.write(bytes);
    return socket;
  });
  try {
    return await body(sockets);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

/** Other clients ask again and again: each must be answered within a generous time. */
async function lookOn(url: string, sent: string): Promise<Outcome> {
  let longestMs = 0;
  let unanswered = 0;
  for (let at = 0; at < LOOKS; at += 1) {
    const beganMs = performance.now();
    if (!(await isAnswered(`${url}/health`, ANSWERED_WITHIN_MS))) unanswered += 1;
    longestMs = Math.max(longestMs, performance.now() - beganMs);
  }
  const faults =
    unanswered === 0 ? [] : [`dead: ${unanswered} of ${LOOKS} others got no answer from /health`];
  return { sent, seen: `others waited at most ${Math.round(longestMs)} ms`, faults };
}

const SMALL = ['--body-budget-mb', '64'];

export function endlessBodies(topology: TopologyName, scale: Scale): Promise<Outcome> {
  const start = head('POST /score/batch', ...BATCH, `Content-Length: ${WHOLE_BATCH_BYTES}`);
  const bytes = Buffer.from(`${start}[${' '.repeat(WHOLE_BATCH_BYTES - 300)}`);
  // Each process of a cluster may hold its budget, and a copy of what the kernel hands over.
  return attackService(topology, scale, { words: SMALL, growthMb: 200 }, ({ url }) =>
    withHoarders(url, HALVES, bytes, () => lookOn(url, `${HALVES} batches of 4 MiB that lack their ends`)),
  );
}

export function unreadAnswers(topology: TopologyName, scale: Scale): Promise<Outcome> {
  const items = `[${'{"amount":-1},'.repeat(9_999)}{}]`;
  const request = Buffer.from(post('/score/batch', items).repeat(8));
  // Each of the two processes of a cluster has a budget and a heap.
  return attackService(
    topology,
    scale,
    { words: SMALL, growthMb: topology === 'cluster' ? 2 * 350 : 350 },
    ({ url }) =>
      withHoarders(url, UNREAD, request, () =>
        lookOn(url, `${UNREAD} clients do not read 8 bad batches each`),
      ),
  );
}

export function metricsFlood(topology: TopologyName, scale: Scale): Promise<Outcome> {
  const flood = Buffer.from(head('GET /metrics').repeat(FLOOD));
  return attackService(topology, scale, {}, ({ url }) =>
    withHoarders(url, 2, flood, async (sockets) => {
      sockets[0]?.resume(); // one reads, one does not
      return await lookOn(url, `2 × ${FLOOD} pipelined GET /metrics`);
    }),
  );
}

export function oneByteChunks(topology: TopologyName, scale: Scale): Promise<Outcome> {
  const start = Buffer.from(head('POST /score/batch', ...BATCH, 'Transfer-Encoding: chunked'));
  const part = Buffer.from('1\r\n \r\n'.repeat(10_000));
  return attackService(topology, scale, {}, ({ url }) =>
    withHoarders(url, 1, start, async ([socket]) => {
      for (let sent = 0; sent < ONE_BYTE_CHUNKS && socket?.writable; sent += 10_000) {
        await new Promise((resolve) => socket.write(part, resolve));
        scale.onProgress(sent, ONE_BYTE_CHUNKS);
      }
      return await lookOn(url, `a batch of ${ONE_BYTE_CHUNKS} chunks of one byte`);
    }),
  );
}
