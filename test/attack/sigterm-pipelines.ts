// SIGTERM under pipelined load: a client reads every answer whose transaction was scored.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TopologyName } from '../../src/topologies/topology.js';
import { parseAnswers, post } from '../support/http-raw.js';
import type { Outcome, Scale } from './attack.js';
import { discard, launch, scorerFile, until } from './attacked-service.js';
import { seedDice } from './fuzz.js';
import { judgeEnd } from './judges.js';

interface Client {
  answered(): number;
  /** Resolves when the connection is gone; true when it ended in order. */
  readonly ended: Promise<boolean>;
}

/** A client that keeps so many requests on their way, until the service ends the connection. */
function keepPipelined(url: string, request: string, atOnce: number): Client {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  let rest: Buffer = Buffer.alloc(0);
  let answered = 0;
  let isReset = false;
  const ended = new Promise<boolean>((resolve) => {
    socket.on('data', (bytes: Buffer) => {
      const parsed = parseAnswers(Buffer.concat([rest, bytes]));
      rest = parsed.rest;
      answered += parsed.answers.filter(({ status }) => status === 200).length;
      if (socket.writable) socket.write(request.repeat(parsed.answers.length));
    });
    socket.on('error', () => {
      isReset = true;
    });
    socket.on('close', () => resolve(!isReset && rest.length === 0));
    socket.write(request.repeat(atOnce));
  });
  return { answered: () => answered, ended };
}

/** Connections, and requests that are on their way on each. */
const PIPELINES = [
  [16, 16],
  [1, 20_000],
  [16, 16],
  [16, 16],
] as const;

interface Round {
  readonly counted: number;
  readonly answered: number;
  /** Connections that broke; all counted answers can have come before. */
  readonly resets: number;
  readonly faults: readonly string[];
}

/** The scorer keeps the count in a file, so that it survives the service. */
async function endUnder(
  [connections, atOnce]: (typeof PIPELINES)[number],
  topology: TopologyName,
  { words, signal }: Scale,
  atAnswer: number,
): Promise<Round> {
  const folder = await mkdtemp(join(tmpdir(), 'two-callers-attack-'));
  const file = join(folder, 'scored');
  const all = [...words, '--scorer', scorerFile('records.mjs')];
  try {
    const service = await launch({ topology, words: all, signal });
    const request = post('/score', JSON.stringify({ amount: 1, tx_id: file }));
    const clients = Array.from({ length: connections }, () => keepPipelined(service.url, request, atOnce));
    const countAnswered = () => clients.reduce((sum, client) => sum + client.answered(), 0);
    await until(() => countAnswered() >= atAnswer, 20_000);
    const end = await judgeEnd(service);
    await discard(service);
    const inOrder = await Promise.all(clients.map(({ ended }) => ended));
    const counted = (await readFile(file)).length;
    const answered = countAnswered();
    const resets = inOrder.filter((isInOrder) => !isInOrder).length;
    const lost = answered === counted ? [] : [`count: ${counted} scored, ${answered} answers read`];
    return { counted, answered, resets, faults: [...end, ...lost] };
  } finally {
    await rm(folder, { recursive: true });
  }
}

export async function sigtermUnderPipelines(topology: TopologyName, scale: Scale): Promise<Outcome> {
  const dice = seedDice(scale.seed);
  const rounds: Round[] = [];
  for (const pipeline of PIPELINES) {
    rounds.push(await endUnder(pipeline, topology, scale, 100 + dice(1_000)));
    scale.onProgress(rounds.length, PIPELINES.length);
  }
  const counted = rounds.reduce((sum, round) => sum + round.counted, 0);
  const answered = rounds.reduce((sum, round) => sum + round.answered, 0);
  const resets = rounds.reduce((sum, round) => sum + round.resets, 0);
  return {
    sent: `SIGTERM to ${rounds.length} services under 256 to 20,000 pipelined requests`,
    seen: `${counted} scored, ${answered} answers read; ${resets} connections broke after them`,
    faults: rounds.flatMap(({ faults }) => faults),
  };
}
