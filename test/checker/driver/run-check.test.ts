// One check from end to end where it does not come to its end.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as assert from 'uvu/assert';
import { CHECK_DEFAULTS, runCheck } from '../../../src/checker/driver/run-check.js';
import { parseTarget } from '../../../src/checker/driver/target-options.js';
import { suite } from '../../support/suite.js';

const test = suite('check: a run');

test('a run whose adds are answered no more ends before its seconds, and is partial', async () => {
  let adds = 0;
  const server = createServer((request, response) => {
    if (request.method === 'POST' && adds === 20) request.socket.destroy();
    else response.end(JSON.stringify({ n: request.method === 'POST' ? ++adds : adds }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const asked = { do: 'POST /hit', count: 'GET /n', field: 'n' };
  const given = { seed: 1, timeoutMs: 60_000, ...asked };
  try {
    const target = await parseTarget(`http://127.0.0.1:${port}`, given);
    const { signal } = new AbortController();
    const how = { callers: 1, requests: 2_000_000, seconds: 3_600 };
    const run = await runCheck({ ...CHECK_DEFAULTS, target, signal, ...how });
    assert.is(run.judgement.facts.acknowledged, 20);
    assert.is(run.partial, true);
    assert.match(run.answer, /; the run was stopped /);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test.run();
