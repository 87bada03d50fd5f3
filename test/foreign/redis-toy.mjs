// A counter in Redis: `node redis-toy.mjs get-set|incr`. It starts a redis-server of its own, which
// listens on a socket in a folder of its own and keeps nothing.
//   get-set  GET, add one, SET. Wrong: Redis does one command after another, but between this
//            request's GET and its SET it does those of others, who got the same number.
//   incr     INCR, which reads and adds and writes as one command: right.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CONNECTIONS = 4;
const way = process.argv[2] ?? 'get-set';
const folder = mkdtempSync(join(tmpdir(), 'redis-toy-'));
const path = join(folder, 'redis.sock');

async function startRedis() {
  const words = ['--port', '0', '--unixsocket', path, '--save', '', '--appendonly', 'no'];
  const redis = spawn('redis-server', [...words, '--dir', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  redis.once('error', (error) => {
    console.error(`redis-server: ${error.message}`);
    process.exit(1);
  });
  redis.once('exit', () => process.exit(1));
  process.once('exit', () => {
    redis.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(0));
  let said = '';
  for await (const chunk of redis.stdout) {
    said += chunk;
    if (/ready to accept connections/i.test(said)) break;
  }
}

/** One connection: `command('INCR', 'total')` resolves with the reply. No arrays, no binary. */
function openConnection() {
  const socket = connect({ path });
  const waiting = [];
  let buffer = '';
  function takeReply() {
    const [line, ...rest] = buffer.split('\r\n');
    if (rest.length === 0) return false; // not a whole line yet
    const isBulk = line[0] === '$' && line !== '$-1';
    if (isBulk && rest.length === 1) return false; // its text is still to come
    buffer = rest.slice(isBulk ? 1 : 0).join('\r\n');
    const { resolve, reject } = waiting.shift();
    if (line[0] === '-') reject(new Error(line.slice(1)));
    else resolve(isBulk ? rest[0] : line === '$-1' ? null : line.slice(1));
    return true;
  }
  socket.setEncoding('utf8').on('data', (chunk) => {
    buffer += chunk;
    while (takeReply());
  });
  return (...words) =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
      socket.write(`*${words.length}\r\n${parts.join('')}`);
    });
}

await startRedis();
const pool = Array.from({ length: CONNECTIONS }, openConnection);
let turn = 0;
const ask = (...words) => pool[turn++ % CONNECTIONS](...words);

const ways = {
  async 'get-set'() {
    const n = Number(await ask('GET', 'total')) + 1;
    await ask('SET', 'total', String(n));
    return n;
  },
  incr: async () => Number(await ask('INCR', 'total')),
};

const server = createServer(async (request, response) => {
  request.resume();
  response.setHeader('content-type', 'application/json');
  const isRead = request.url === '/count';
  const answer = isRead ? { total: Number(await ask('GET', 'total')) } : { n: await ways[way]() };
  response.end(JSON.stringify(answer));
});
server.listen(0, '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
