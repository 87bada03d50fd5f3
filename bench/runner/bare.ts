// A bare node:http server, the limit of what a handler can reach: it reads the body and answers a constant as
// long as a real answer of /score. It sends its URL to the parent that forked it, and ends with it.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { scoreByRules } from '../../src/scoring/rules.js';
import { parseTransaction } from '../../src/scoring/transaction.js';
import { BODY } from '../load/transaction.js';

const parsed = parseTransaction(JSON.parse(BODY));
if (!parsed.ok) throw new Error('the transaction of the benchmarks is not valid');
const ANSWER = JSON.stringify(scoreByRules(parsed.transaction));
const HEADERS = {
  'Content-Type': 'application/json; charset=utf-8',
  'Content-Length': Buffer.byteLength(ANSWER),
};

// As in every measured server of this project, no idle connection is closed.
const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => {
    body += chunk;
  });
  request.on('end', () => {
    response.writeHead(body === '' ? 400 : 200, HEADERS);
    response.end(ANSWER);
  });
});

process.once('disconnect', () => process.exit());
process.on('SIGINT', () => {}); // Ctrl-C reaches the whole group; the parent decides
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ url: `http://127.0.0.1:${port}` });
});
