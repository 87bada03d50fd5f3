// A counter in a variable of a module, served by node:cluster: `node cluster-toy.mjs <processes>`.
// Wrong with more than one: each process has a variable of its own, and GET /count shows that of
// whoever got the connection. With one process it is right, which is how it passes its tests.

import cluster from 'node:cluster';
import { createServer } from 'node:http';

let total = 0;

function serve() {
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'application/json');
    if (request.url === '/count') return response.end(JSON.stringify({ total }));
    total += 1;
    response.end(JSON.stringify({ n: total }));
  });
  server.listen(0, '127.0.0.1');
}

if (cluster.isPrimary) {
  cluster.on('listening', (_, { port }) => console.log(`listening on http://127.0.0.1:${port}`));
  for (let left = Number(process.argv[2] ?? 2); left > 0; left -= 1) cluster.fork();
} else serve();
