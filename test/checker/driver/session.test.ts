// Sessions and connections against small services with one planted fault each: what the history
// says of it, that nothing is sent twice, and that everything is bounded and closed.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as assert from 'uvu/assert';
import type { Attempt } from '../../../src/checker/driver/check-run.js';
import { openConnection } from '../../../src/checker/driver/connection.js';
import { type CheckSession, type CompletedAdd, openSession } from '../../../src/checker/driver/session.js';
import { parseTarget } from '../../../src/checker/driver/target-options.js';
import { suite } from '../../support/suite.js';
import { type Fault, startService } from './service.js';

const test = suite('check: sessions');

const BODY = '{"tx_id":"T","level":"LOW"}';

interface Given {
  readonly callers?: number;
  readonly readsPerSecond?: number;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly onAdd?: (add: CompletedAdd) => void;
}

async function sessionWith(url: string, given: Given = {}): Promise<CheckSession> {
  const target = await parseTarget(url, {
    seed: 1,
    timeoutMs: given.timeoutMs ?? 60_000,
    body: BODY,
  });
  return openSession({
    target,
    callers: 4,
    readsPerSecond: 0,
    seed: 1,
    signal: new AbortController().signal,
    onAdd: () => {},
    ...given,
  });
}

/** 20 adds to a service with a fault in every 5th request; the session stays open for `look`. */
async function addTo(fault: Fault, given: Given = {}): Promise<readonly Attempt[]> {
  const service = await startService(fault, 5);
  const session = await sessionWith(service.url, given);
  try {
    await session.rest();
    await session.load(20);
    assert.is(service.requests(), 20, 'each add is sent once');
    return session.history().adds;
  } finally {
    await session.close();
    await service.close();
  }
}

function outcomes(adds: readonly Attempt[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of adds) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

test('every attempt has its interval, caller, ticket, and the name of what was sent', async () => {
  const adds = await addTo('none');
  for (const { beginMs, endMs, caller, name, ticket, status } of adds) {
    assert.ok(beginMs > 0 && endMs > beginMs);
    assert.ok(caller >= 0 && caller < 4);
    assert.equal([name, ticket?.cell, status], ['T', 'LOW', 200]);
  }
  // One request at a time: a caller's next begins after its last has ended.
  for (const caller of [0, 1, 2, 3]) {
    const own = adds.filter((add) => add.caller === caller).toSorted(byBegin);
    const begins = own.slice(1).map(({ beginMs }) => beginMs);
    assert.ok(begins.every((beginMs, at) => beginMs >= (own[at]?.endMs ?? Infinity)));
  }
});

function byBegin(a: Attempt, b: Attempt): number {
  return a.beginMs - b.beginMs;
}

test('reads at rest come before and after, and others beside the adds', async () => {
  const service = await startService('none');
  const session = await sessionWith(service.url, { readsPerSecond: 1_000 });
  try {
    await session.rest();
    const before = session.history().reads.length;
    assert.ok(before > 1);
    const beside = () => session.history().reads.some(({ isAtRest }) => !isAtRest);
    await session.load(1_000_000, beside);
    await session.rest();
    const { adds, reads } = session.history();
    assert.ok(reads.slice(0, before).every(({ isAtRest }) => isAtRest));
    assert.ok(beside());
    const ended = Math.max(...adds.map(({ endMs }) => endMs));
    const last = reads.at(-1);
    assert.ok(last?.isAtRest && last.beginMs > ended);
    assert.is(last.sum, adds.length);
    assert.is(session.failedReads().count, 0);
  } finally {
    await session.close();
    await service.close();
  }
});

test('aborting does not wait for reads that are on their way', async () => {
  const stop = new AbortController();
  let reads = 0;
  // It answers reads at rest, and after the first add nothing any more.
  let isAdded = false;
  const server = createServer((request, response) => {
    if (request.method === 'POST') isAdded = true;
    else if (!isAdded) response.end('{"n":1}');
    else if (++reads === 1) stop.abort();
  });
  const url = await listening(server);
  const asked = { do: 'POST /hit', count: 'GET /n', field: 'n' };
  const target = await parseTarget(url, { seed: 1, timeoutMs: 600_000, ...asked });
  const { signal } = stop;
  const how = { callers: 1, readsPerSecond: 200, seed: 1, onAdd: () => {} };
  const session = openSession({ target, signal, ...how });
  try {
    await session.rest();
    await session.load(10);
    assert.equal(session.failedReads(), { count: 0, first: null }, 'ours');
    await session.rest();
    const { count, first } = session.failedReads();
    assert.is(count, 2, 'tried once more');
    assert.match(first ?? '', /no answer in/);
    assert.ok(session.history().reads.every(({ isAtRest }) => isAtRest));
  } finally {
    await session.close();
    server.closeAllConnections();
    server.close();
  }
});

test('once stopped, a read at rest that was not answered in time is tried once more', async () => {
  const stop = new AbortController();
  let isLate = true;
  const server = createServer((_, response) => {
    if (stop.signal.aborted && isLate)
      isLate = false; // and never answers it
    else response.end('{"n":1}');
  });
  const asked = { do: 'POST /hit', count: 'GET /n', field: 'n' };
  const target = await parseTarget(await listening(server), {
    seed: 1,
    timeoutMs: 60_000,
    ...asked,
  });
  const how = { callers: 1, readsPerSecond: 0, seed: 1, onAdd: () => {} };
  const session = openSession({ target, signal: stop.signal, ...how });
  try {
    await session.rest();
    const before = session.history().reads.length;
    stop.abort();
    await session.rest();
    assert.is(session.failedReads().count, 1);
    assert.is(session.history().reads.length, 2 * before);
  } finally {
    await session.close();
    server.closeAllConnections();
    server.close();
  }
});

test('dropping breaks off the requests of these callers, and they go on', async () => {
  const service = await startService('hangs');
  const session = await sessionWith(service.url, { timeoutMs: 60_000 });
  try {
    await session.rest();
    const loading = session.load(5);
    await service.arrived(4);
    session.drop((caller) => caller === 2, 'dropped');
    await service.arrived(5);
    session.drop(() => true, 'dropped');
    await loading;
    const { adds } = session.history();
    assert.equal(outcomes(adds), { unknown: 5 });
    assert.is(adds.filter(({ caller }) => caller === 2).length, 2);
    assert.ok(adds.every(({ error }) => error === 'dropped'));
  } finally {
    await session.close();
    await service.close();
  }
});

test('a service that acknowledges nothing is given up soon, with its answer', async () => {
  const service = await startService('refuses');
  const session = await sessionWith(service.url);
  try {
    await session.rest();
    await assertRejects(session.load(100_000), /acknowledged nothing: 400/);
    assert.ok(service.requests() < 100);
  } finally {
    await session.close();
    await service.close();
  }
});

async function assertRejects(promise: Promise<unknown>, message: RegExp): Promise<void> {
  const said = await promise.then(
    () => 'it did not reject',
    (error: unknown) => String(error),
  );
  assert.match(said, message);
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('an answer that is too large is none, and the connection is open for the next', async () => {
  const large = 'x'.repeat(2 * 1024 * 1024);
  const server = createServer((request, response) => {
    response.end(request.url === '/large' ? large : 'small');
  });
  const connection = openConnection({ origin: await listening(server), timeoutMs: 60_000 });
  try {
    const refused = await connection.send({ method: 'GET', path: '/large' }, {}, '');
    assert.is(refused.answer, null);
    const small = await connection.send({ method: 'GET', path: '/small' }, {}, '');
    assert.is(small.answer?.text, 'small');
    assert.ok(small.beganAt >= refused.endedAt);
  } finally {
    await connection.close();
    server.closeAllConnections();
    server.close();
  }
});

test.run();
