// How the service ends for clients in awkward places: several requests behind each other on one
// connection, answers not yet read, connections that say nothing. Over every topology.

import { connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Agent, request } from 'undici';
import * as assert from 'uvu/assert';
import type { ServiceHandle } from '../../src/topologies/listen.js';
import { SERVE_DEFAULTS, type ServeOptions } from '../../src/topologies/options.js';
import { start } from '../../src/topologies/start.js';
import { TOPOLOGY_NAMES, type TopologyName, unavailable } from '../../src/topologies/topology.js';
import { holdTimers } from '../execution/deaths.js';
import { readMetrics } from '../support/http-metrics.js';
import { dial, head, post } from '../support/http-raw.js';
import { LATCHED_SCORER, withLatch } from '../support/latch.js';
import { SILENT } from '../support/service-events.js';
import { suite } from '../support/suite.js';

/** Longer than any test: what must not be waited for would be waited for in vain. */
const HOUR_MS = 3_600_000;

async function withRunning(
  topology: TopologyName,
  options: Partial<ServeOptions>,
  body: (running: ServiceHandle) => Promise<void>,
): Promise<void> {
  const own = { port: 0, threads: 1, closeDeadlineMs: HOUR_MS };
  const running = await start(topology, { ...SERVE_DEFAULTS, ...own, ...options }, SILENT);
  try {
    await body(running);
  } finally {
    await running.close();
  }
}

const test = suite('how a service ends');

function promiseEnd(topology: TopologyName): void {
  test(`${topology}: requests behind each other on one connection are all answered`, async () => {
    await withLatch(async (latch) => {
      await withRunning(topology, { scorer: LATCHED_SCORER }, async (running) => {
        await dial(running.url, async (connection) => {
          const requests = ['A', 'B', 'C'].map((name) => {
            return post('/score', JSON.stringify(latch.transaction(name)));
          });
          await connection.send(requests.join(''));
          await latch.arrived(1);
          const closing = running.close();
          latch.openForAll();
          const answers = await connection.untilClosed();
          assert.equal(
            answers.map(({ status }) => status),
            [200, 200, 200],
          );
          assert.is(await closing, 0, 'nothing was cut off');
        });
      });
    });
  });

  test(`${topology}: while it looks away, several requests at once are all answered`, async () => {
    const readyDelayMs = HOUR_MS + 1;
    const timers = holdTimers(readyDelayMs); // it looks away until the test has its answers
    try {
      await withRunning(topology, { readyDelayMs }, async (running) => {
        const closing = running.close();
        try {
          await askWhileItLooksAway(running.url);
        } finally {
          timers.fire();
        }
        assert.is(await closing, 0);
      });
    } finally {
      timers.restore();
    }
  });
}

async function askWhileItLooksAway(url: string): Promise<void> {
  while ((await fetch(`${url}/ready`)).status !== 503);
  await dial(url, async (connection) => {
    const score = post('/score', '{"amount":1}');
    await connection.send(head('GET /health') + score + head('GET /health') + score);
    const answers = await connection.untilClosed();
    assert.equal(
      answers.map(({ status }) => status),
      [200, 200, 200, 200],
    );
  });
}

function promiseBounds(topology: TopologyName): void {
  test(`${topology}: an answer that its client reads slowly is not cut short`, async () => {
    await withRunning(topology, {}, async (running) => {
      const items = Array.from({ length: 10_000 }, (_, at) => ({ amount: at, tx_id: `TX${at}` }));
      await dial(running.url, async (connection) => {
        const request = post('/score/batch', JSON.stringify(items));
        await connection.send(request + request + request);
        const [first] = await connection.answers(1);
        const closing = running.close();
        const rest = await connection.untilClosed();
        for (const answer of [first, ...rest]) {
          assert.is(JSON.parse(answer?.body ?? '').length, items.length);
        }
        assert.is(rest.length, 2);
        assert.is(await closing, 0);
      });
    });
  });

  test(`${topology}: connections that ask nothing do not hold the service up`, async () => {
    await withRunning(topology, {}, async (running) => {
      await dial(running.url, async (silent) => {
        await dial(running.url, async (idle) => {
          await idle.send(head('GET /health'));
          await idle.answers(1);
          assert.is(await running.close(), 0); // neither ends its side
          await Promise.all([silent.gone(), idle.gone()]);
        });
      });
    });
  });

  test(`${topology}: what the deadline cuts off is counted, not hidden`, async () => {
    await withLatch(async (latch) => {
      const options = { scorer: LATCHED_SCORER, closeDeadlineMs: 1 };
      await withRunning(topology, options, async (running) => {
        await dial(running.url, async (connection) => {
          await connection.send(post('/score', JSON.stringify(latch.transaction('A'))));
          await latch.arrived(1);
          assert.is(await running.close(), 1);
        });
      });
    });
  });
}

test('a client that sends past the deadline may lose an answer, and counts as cut off', async () => {
  await withRunning('inline', { closeDeadlineMs: 300 }, async (running) => {
    await dial(running.url, async (connection) => {
      await connection.send(head('GET /health'));
      await connection.answers(1);
      const closing = running.close();
      await connection.untilClosed();
      let cutOff: number | undefined;
      void closing.then((count) => {
        cutOff = count;
      });
      while (cutOff === undefined) {
        await connection.send(head('GET /health'));
        await nextTurn();
      }
      assert.is(cutOff, 1);
    });
  });
});

for (const topology of TOPOLOGY_NAMES) {
  const reason = unavailable(topology);
  if (reason === undefined) {
    promiseEnd(topology);
    promiseBounds(topology);
  } else test.unavailable(`${topology}: it ends in order`, reason, { installable: false });
}

test('a client that asks and never reads its answers loses its connection', async () => {
  await withRunning('inline', { requestTimeoutMs: 1_000 }, async (running) => {
    const { hostname, port } = new URL(running.url);
    const socket = connect({ host: hostname, port: Number(port) });
    socket.pause();
    const items = Array.from({ length: 10_000 }, (_, at) => ({ amount: at }));
    for (let asked = 0; asked < 20; asked++) socket.write(post('/score/batch', JSON.stringify(items)));
    const gone = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {}); // a reset is one of the ways to lose it
    const asking = new Agent({ connections: 1 }); // so that it is one of those it counts
    const open = async () => {
      const { body } = await request(`${running.url}/metrics`, { dispatcher: asking });
      return readMetrics(await body.text()).value('two_callers_connections') ?? 0;
    };
    while ((await open()) < 2);
    while ((await open()) > 1);
    await asking.close();
    socket.resume();
    await gone;
  });
});

test.run();
