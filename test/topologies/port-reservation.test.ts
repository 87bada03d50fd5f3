// The port of a cluster (src/topologies/listen.ts): a free port that another program takes before it is
// bound is no failed start, and one that the user named is. With fake starts, and with processes.

import { type AddressInfo, createServer } from 'node:net';
import * as assert from 'uvu/assert';
import { startCluster } from '../../src/topologies/cluster.js';
import { probe, startOnPort, takenError } from '../../src/topologies/listen.js';
import { SERVE_DEFAULTS } from '../../src/topologies/options.js';
import { SILENT } from '../support/service-events.js';
import { suite } from '../support/suite.js';

/** Nobody binds them really. */
const [TAKEN, FREE] = [11, 12];
const { host } = SERVE_DEFAULTS;
const ANY = { ...SERVE_DEFAULTS, port: 0, threads: 2 };

/** Looks that find these ports, one after the other, and the last of them again and again. */
function looks(...ports: readonly number[]) {
  let looked = 0;
  const look = async () => {
    looked += 1;
    return ports[Math.min(looked, ports.length) - 1] ?? 0;
  };
  return { look, looked: () => looked };
}

/** Starts on any port but the taken one, which another program has by then. */
function planted() {
  const tried: number[] = [];
  const start = async (port: number, release: () => void) => {
    tried.push(port);
    if (port === TAKEN) throw takenError({ host, port });
    return { port, release };
  };
  return { tried, start };
}

const test = suite('the port of a cluster');

test('a free one that is taken before it is bound: another one is looked for', async () => {
  const { tried, start } = planted();
  const { port, release } = await startOnPort(ANY, start, looks(TAKEN, FREE).look);
  assert.equal([port, tried], [FREE, [TAKEN, FREE]]);
  release();
});

test('one that was asked for by number is tried once', async () => {
  const { tried, start } = planted();
  const asked = { ...ANY, port: TAKEN };
  const error: unknown = await startOnPort(asked, start, looks(TAKEN, FREE).look).catch(String);
  assert.match(String(error), /Port 11 on 127\.0\.0\.1 is taken/);
  assert.equal(tried, [TAKEN]);
});

test('a start that fails for another reason is not made again', async () => {
  const { look, looked } = looks(FREE);
  const fails = () => Promise.reject(new Error('no scorer'));
  assert.is(await startOnPort(ANY, fails, look).catch(String), 'Error: no scorer');
  assert.is(looked(), 1);
});

test('when every free one is taken it ends, with the last one’s words', async () => {
  const { tried, start } = planted();
  const error: unknown = await startOnPort(ANY, start, looks(TAKEN).look).catch(String);
  assert.match(String(error), /Port 11 on 127\.0\.0\.1 is taken/);
  assert.is(tried.length, 10);
});

test('what one has, another in this process does not get until it is given back', async () => {
  const { start } = planted();
  const OTHER = 13;
  const first = await startOnPort(ANY, start, looks(FREE).look);
  const second = await startOnPort(ANY, start, looks(FREE, OTHER).look);
  assert.is(second.port, OTHER);
  const none: unknown = await startOnPort(ANY, start, looks(FREE).look).catch(String);
  assert.match(String(none), /Port 12 on 127\.0\.0\.1 is taken/);
  first.release();
  const third = await startOnPort(ANY, start, looks(FREE).look);
  assert.is(third.port, FREE);
  second.release();
  third.release();
});

/** Another program, as far as a cluster can tell: it listens on a port. */
async function withListener(body: (port: number) => Promise<void>): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen({ port: 0, host, exclusive: true }, resolve));
  try {
    await body((server.address() as AddressInfo).port);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

for (const name of [host, 'localhost']) {
  test(`processes on ${name} that find their free port taken get another one`, () =>
    startsOnAnother({ ...ANY, host: name }));
}

async function startsOnAnother(asked: typeof ANY): Promise<void> {
  await withListener(async (taken) => {
    const found = [taken];
    const look = async (options: typeof ANY) => found.shift() ?? probe(options);
    const running = await startCluster('inline', asked, SILENT, look);
    try {
      assert.is.not(Number(new URL(running.url).port), taken);
      assert.is((await fetch(`${running.url}/health`)).status, 200);
    } finally {
      assert.is(await running.close(), 0);
    }
  });
}

test('processes that find the port taken that was asked for say so, and that is all', async () => {
  await withListener(async (port) => {
    const { look, looked } = looks(port);
    const asked = { ...ANY, port };
    const error: unknown = await startCluster('inline', asked, SILENT, look).catch(String);
    assert.equal([error, looked()], [String(takenError({ host, port })), 1]);
  });
});

test.run();
