// A counter on node:http with no package at all: one thread, and yet it can lose counts. Started
// as `node await-toy.mjs <way>`:
//   query  reads the total, awaits, writes total + 1. Wrong: while it awaits, other requests read
//          the same total. One event loop is no lock across an `await`.
//   ready  the same, but what it awaits is there already: no other request comes in between, so
//          nothing is lost until somebody makes that call a real one.
//   torn   adds to a level, awaits, adds to the total. No count is lost, but who reads in between
//          sees a total that is not the sum of the levels.
//   after  awaits first, then adds to both: right.

import { createServer } from 'node:http';
import { setTimeout } from 'node:timers/promises';

const way = process.argv[2] ?? 'query';
let total = 0;
const levels = { LOW: 0, HIGH: 0 };

/** Stands for what people await here: a database, another service. */
const lookUp = () => setTimeout(1);

const ways = {
  async query() {
    const n = total;
    await lookUp();
    total = n + 1;
    return total;
  },
  async ready() {
    const n = total;
    await undefined;
    total = n + 1;
    return total;
  },
  async torn(level) {
    levels[level] += 1;
    await lookUp();
    total += 1;
    return total;
  },
  async after(level) {
    await lookUp();
    levels[level] += 1;
    total += 1;
    return total;
  },
};

let arrived = 0;
const server = createServer(async (request, response) => {
  request.resume();
  response.setHeader('content-type', 'application/json');
  if (request.url === '/count') return response.end(JSON.stringify({ total, levels }));
  const n = await ways[way](arrived++ % 2 === 0 ? 'LOW' : 'HIGH');
  response.end(JSON.stringify({ n }));
});
server.listen(0, '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
