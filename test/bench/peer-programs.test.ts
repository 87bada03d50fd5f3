// The processes of the peers: each listens once it has said so, and none outlives who started it.
// Planted: one that says its address too early, and one that never says that it listens.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import * as assert from 'uvu/assert';
import { explainUnavailable, findProgram, PEERS, type Peer } from '../../bench/peers/peers.js';
import { addressIn, startProgram } from '../../bench/peers/program.js';
import { classifyScore } from '../../bench/runner/server.js';
import { readFailure } from '../fixtures/load/seeded-server.js';
import { makeSeededPeer } from '../fixtures/peers/seeded-peer.js';
import { untilRefused } from '../support/process.js';
import { suite } from '../support/suite.js';

const START = new URL('../../bench/peers/peers.js', import.meta.url).href;

const test = suite('bench: the processes of peers');
test.timeout(60_000);

/** Asked as soon as it has said its address, whatever else it is still to say. */
async function askedAtOnce(peer: Peer): Promise<string | undefined> {
  const program = findProgram(peer, 0);
  if (typeof program === 'string') return program;
  const { url, close } = await startProgram({ ...program, ready: { text: 'http://', times: 1 } });
  try {
    return await classifyScore(url);
  } catch (error) {
    return (error as Error).message;
  } finally {
    await close();
  }
}

for (const peer of PEERS.filter((one) => explainUnavailable(one) === undefined)) {
  test(`${peer.name}: it accepts connections once it has said its address`, async () => {
    assert.is(await askedAtOnce(peer), 'CRITICAL');
  });
}

test('an address of which the end has not come is none yet, wherever it is cut', () => {
  const text = 'listening on http://127.0.0.1:0\nand on http://127.0.0.1:45678\n';
  for (let length = 0; length < text.length; length++) {
    assert.is(addressIn(text.slice(0, length)), undefined);
  }
  assert.is(addressIn(text), 'http://127.0.0.1:45678');
});

test('planted: one that says its address in pieces is asked at the whole of it', async () => {
  assert.is(await askedAtOnce(makeSeededPeer('says it in pieces')), 'CRITICAL');
});

test('planted: one that says its address before it listens is refused, in words', async () => {
  const said = await askedAtOnce(makeSeededPeer('listens late'));
  assert.match(said ?? '', /^POST http:\/\/127\.0\.0\.1:\d+\/score: connection refused: /);
});

test('a peer ends with the benchmarks that started it, by SIGKILL too', async () => {
  const script = [
    `import { PEERS, startPeer } from ${JSON.stringify(START)};`,
    'const { url } = await startPeer(PEERS.find(({ threads }) => threads === 2), 0);',
    'console.log(url);',
  ];
  const words = ['--input-type=module', '-e', script.join('\n')];
  const starter = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [url] = (await once(createInterface({ input: starter.stdout }), 'line')) as [string];
  starter.kill('SIGKILL');
  await untilRefused(url);
});

test('planted: one that never says that it listens is ended, with its last words', async () => {
  const program = findProgram(makeSeededPeer('says nothing'), 0);
  assert.is(typeof program, 'object');
  if (typeof program === 'string') return;
  const failure = await readFailure(startProgram(program, 1_000));
  assert.match(failure, /^it did not listen within 1 s: /);
});

test.run();
