// Many requests behind each other on one connection: how many of them are in progress, and that none that was
// counted loses its answer when the service ends. The scorer keeps the count, over every topology.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { SERVE_DEFAULTS } from '../../src/topologies/options.js';
import { start } from '../../src/topologies/start.js';
import { TOPOLOGY_NAMES, type TopologyName, unavailable } from '../../src/topologies/topology.js';
import { parseAnswers, post } from '../support/http-raw.js';
import { SILENT } from '../support/service-events.js';
import { suite } from '../support/suite.js';

const RECORDS = new URL('../../../test/fixtures/scorers/records.mjs', import.meta.url).href;
/** So many that the client still sends them when the service ends. */
const PIPELINED = 20_000;

const test = suite('pipelined requests');
test.timeout(60_000);

interface Client {
  /** Calls back at the first answer. */
  onAnswer: () => void;
  /** All bytes until the service ends the connection; rejects when it is reset. */
  readonly received: Promise<Buffer>;
}

/** Sends all at once, and reads as they come. */
function pipeline(url: string, bytes: string): Client {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  const chunks: Buffer[] = [];
  const received = new Promise<Buffer>((resolve, reject) => {
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      client.onAnswer();
    });
    socket.on('end', () => resolve(Buffer.concat(chunks)));
    socket.on('error', (error) => reject(new Error(`after ${chunks.length} chunks`, { cause: error })));
  });
  const client: Client = { onAnswer() {}, received };
  socket.write(bytes);
  return client;
}

async function endWhilePipelined(topology: TopologyName, file: string): Promise<void> {
  const options = { ...SERVE_DEFAULTS, port: 0, threads: 1, scorer: RECORDS, closeDeadlineMs: 60_000 };
  const running = await start(topology, options, SILENT);
  const body = JSON.stringify({ amount: 1, tx_id: file });
  const client = pipeline(running.url, post('/score', body).repeat(PIPELINED));
  await new Promise<void>((resolve) => {
    client.onAnswer = resolve;
  });
  const cutOff = await running.close();
  const { answers, rest } = parseAnswers(await client.received);
  const scored = (await readFile(file)).length;
  assert.is(rest.length, 0, 'no half answer');
  assert.is(answers.length, scored, 'answered, and scored');
  assert.ok(scored < PIPELINED, 'the test ends before its client');
  assert.is(cutOff, 0);
}

for (const topology of TOPOLOGY_NAMES) {
  const reason = unavailable(topology);
  const title = `${topology}: when it ends, each scored one of ${PIPELINED} has its answer`;
  if (reason !== undefined) test.unavailable(title, reason, { installable: false });
  else {
    test(title, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'two-callers-'));
      try {
        await endWhilePipelined(topology, join(folder, 'scored'));
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  }
}

test.run();
