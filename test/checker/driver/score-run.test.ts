// Scoring against small services with one seeded fault each: what is known of each transaction, and
// the verdict on the counter, held against an independent oracle.

import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import * as assert from 'uvu/assert';
import { readStats as readCounts } from '../../../src/checker/driver/assessment.js';
import {
  SCORE_DEFAULTS,
  type ScoreOptions,
  type ScoreResult,
  scoreTransactions,
} from '../../../src/checker/driver/score-run.js';
import { isClientError } from '../../../src/checker/driver/target.js';
import type { Verdict } from '../../../src/verdict.js';
import { findMiscounts, isViolated, keepLedger, readStats } from '../../support/count-oracle.js';
import { suite } from '../../support/suite.js';
import { type Fault, type Service, someTransactions, startService } from './service.js';

const test = suite('driver: scoring');

type Given = Partial<ScoreOptions>;

async function score(url: string, given: Given = {}): Promise<ScoreResult> {
  const { signal } = new AbortController();
  const transactions = someTransactions(20);
  return scoreTransactions({ ...SCORE_DEFAULTS, signal, transactions, url, ...given });
}

/** Scores 20 transactions at a service with a fault in every 5th request. */
async function withFault<T>(fault: Fault, body: (service: Service) => Promise<T>): Promise<T> {
  const service = await startService(fault, 5);
  try {
    return await body(service);
  } finally {
    await service.close();
  }
}

async function withServer<T>(server: Server, body: (url: string) => Promise<T>): Promise<T> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Acknowledged, refused, unknown, unsent, malformed. */
function count({ items }: ScoreResult): number[] {
  const outcomes = ['ok', 'refused', 'unknown', 'unsent'] as const;
  const counts = outcomes.map((outcome) => items.filter((one) => one.outcome === outcome).length);
  return [...counts, items.filter(({ malformed }) => malformed).length];
}

test('every transaction is posted once and its answer kept in its place', async () => {
  await withFault('none', async (service) => {
    const progress: number[] = [];
    const result = await score(service.url, { onProgress: (done) => progress.push(done) });
    const order = Array.from({ length: 20 }, (_, index) => index);
    assert.equal(count(result), [20, 0, 0, 0, 0]);
    assert.is(service.requests(), 20);
    const { items } = result;
    assert.equal(
      items.map((item) => item.index),
      order,
    );
    assert.equal(
      progress,
      order.map((index) => index + 1),
    );
    for (const { assessment, transaction, ticket, startMs, latencyMs } of items) {
      assert.is(assessment?.tx_id, transaction.value.tx_id);
      assert.is(ticket?.split(':')[0], assessment?.risk_level);
      assert.ok(startMs >= 0 && latencyMs > 0);
    }
    assert.equal([result.partial, result.stopReason, result.total], [false, null, 20]);
  });
});

const OUTCOMES: readonly [Fault, number[], RegExp][] = [
  ['refuses', [16, 4, 0, 0, 0], /^400 Missing .* 'amount'$/],
  ['sheds', [16, 4, 0, 0, 0], /^503 busy$/],
  ['fails', [16, 0, 4, 0, 0], /^500 Internal error$/],
  ['resets', [16, 0, 4, 0, 0], /(reset|closed) before an answer/],
  ['breaks-off', [16, 0, 4, 0, 0], /closed|aborted|terminated/],
  ['hangs', [16, 0, 4, 0, 0], /^no answer in 1000 ms$/],
  ['babbles', [16, 0, 4, 0, 4], /^200, .* JSON object$/],
  ['mixes', [16, 0, 4, 0, 4], /^200, .*"TX-other"$/],
];

for (const [fault, expected, error] of OUTCOMES) {
  test(`a service that ${fault} in every fifth request: outcomes and errors`, async () => {
    await withFault(fault, async (service) => {
      const result = await score(service.url, { timeoutMs: fault === 'hangs' ? 1_000 : 60_000 });
      assert.equal(count(result), expected);
      assert.is(service.requests(), 20, 'no retry');
      for (const item of result.items) {
        if (item.outcome === 'ok') assert.is(item.error, null);
        else assert.match(item.error ?? '', error);
      }
    });
  });
}

const VERDICTS: readonly [Fault, alone: boolean, Verdict][] = [
  ['none', true, 'ok'],
  ['none', false, 'ok'],
  ['loses', false, 'violated'],
  ['doubles', true, 'violated'],
  ['doubles', false, 'unknown'],
  ['repeats', false, 'violated'],
  ['zeroes', false, 'violated'],
  ['untotals', false, 'violated'],
  ['unhighs', false, 'violated'],
  ['resets', true, 'ok'],
  ['hangs', true, 'ok'],
  ['fails', true, 'ok'],
  ['refuses', true, 'ok'],
  ['sheds', true, 'ok'],
  ['mixes', true, 'unknown'],
];

for (const [fault, alone, verdict] of VERDICTS) {
  const company = alone ? 'alone' : 'perhaps in company';
  test(`a service that ${fault}, ${company}, is ${verdict}; the oracle agrees`, async () => {
    await withFault(fault, async ({ url }) => {
      const before = await readStats(url);
      const timeoutMs = fault === 'hangs' ? 1_000 : 60_000;
      // One caller, so that it is known which request each fault meets.
      const { items, account } = await score(url, { concurrency: 1, alone, timeoutMs });
      assert.is(account?.verdict, verdict, account?.evidence.join('\n'));
      const found = findMiscounts(before, await readStats(url), keepLedger(items), alone);
      assert.is(isViolated(found), verdict === 'violated', JSON.stringify(found));
    });
  });
}

test('one ticket for two requests refutes the counter', async () => {
  const service = await startService('repeats', 2);
  try {
    const { account } = await score(service.url, { concurrency: 1 });
    assert.is(account?.verdict, 'violated', account?.evidence.join('\n'));
  } finally {
    await service.close();
  }
});

/** A service without tickets, whose every answer is LOW and counts at MEDIUM. */
function countElsewhere() {
  let posts = 0;
  return createServer((request, response) => {
    request.resume();
    if (request.method === 'POST') posts++;
    const levels = { LOW: 0, MEDIUM: posts, HIGH: 0, CRITICAL: 0 };
    const assessment = { score: 0, risk_level: 'LOW', triggered_rules: [], tx_id: `TX${posts}` };
    const body = request.method === 'POST' ? assessment : { total: posts, high: 0, levels };
    response.setHeader('connection', 'close');
    response.end(JSON.stringify(body));
  });
}

test('a loss at one level is found behind a surplus at another, without tickets too', async () => {
  await withServer(countElsewhere(), async (url) => {
    const { account } = await score(url, { concurrency: 1 });
    assert.is(account?.verdict, 'violated');
    assert.match(account?.evidence[0] ?? '', /^20 of 20 .* LOW /);
  });
});

test('a service without counters is scored, and its count is not judged', async () => {
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader('connection', 'close');
    response.writeHead(request.method === 'POST' ? 400 : 404).end();
  });
  await withServer(server, async (url) => {
    const result = await score(url);
    assert.equal(count(result), [0, 20, 0, 0, 0]);
    assert.is(result.account, null);
    assert.match(result.unjudged ?? '', /GET .*\/stats: 404/);
  });
});

test('a redirect is a refusal, and is not followed', async () => {
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader('connection', 'close');
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  await withServer(server, async (url) => {
    assert.equal(count(await score(url)), [0, 20, 0, 0, 0]);
  });
});

test('where no service listens, the first read says so', async () => {
  const error: unknown = await score('http://127.0.0.1:1').catch((thrown: unknown) => thrown);
  assert.ok(isClientError(error) && error.code === 'unreachable');
});

test('a service that goes away is given up, and its answers are kept', async () => {
  await withFault('none', async (service) => {
    const closing: Promise<void>[] = [];
    const result = await score(service.url, {
      transactions: someTransactions(20_000),
      concurrency: 1,
      onProgress: (done) => void (done === 8 && closing.push(service.close())),
    });
    await Promise.all(closing);
    assert.ok((count(result)[0] ?? 0) >= 8);
    assert.equal([result.partial, result.stopReason], [true, 'no connection']);
    assert.is(result.account?.verdict, 'unknown');
  }).catch((error: NodeJS.ErrnoException) => assert.is(error.code, 'ERR_SERVER_NOT_RUNNING'));
});

test('a connection that is accepted and closed at once is unknown, never unsent', async () => {
  let isRead = 0;
  const server = createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (chunk) => {
      if (chunk.toString().startsWith('POST')) socket.destroy();
      else socket.end(`HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n`);
      isRead++;
    });
  });
  await withServer(server, async (url) => {
    const result = await score(url, { transactions: someTransactions(3) });
    assert.equal(count(result), [0, 0, 3, 0, 0]);
    assert.ok(isRead > 0);
  });
});

test('an abort keeps what was done, and the request in flight is unknown', async () => {
  await withFault('hangs', async (service) => {
    const stop = new AbortController();
    const scoring = score(service.url, { concurrency: 1, signal: stop.signal });
    await service.arrived(5);
    stop.abort();
    const result = await scoring;
    assert.equal(count(result), [4, 0, 1, 0, 0]);
    assert.equal([result.partial, result.stopReason, result.total], [true, 'stopped', 20]);
    assert.match(result.items.at(-1)?.error ?? '', /^stopped/);
  });
});

test('a signal that is aborted beforehand sends nothing', async () => {
  await withFault('none', async (service) => {
    const result = await score(service.url, { signal: AbortSignal.abort() });
    assert.equal([result.items.length, service.requests(), result.partial], [0, 0, true]);
  });
});

test('there are never more requests at once than callers', async () => {
  const service = await startService('hangs');
  const stop = new AbortController();
  try {
    const scoring = score(service.url, { concurrency: 3, signal: stop.signal });
    await service.arrived(3);
    stop.abort();
    assert.equal([(await scoring).items.length, service.requests()], [3, 3]);
  } finally {
    await service.close();
  }
});

test('the counters of a service are read once, as they are', async () => {
  await withFault('none', async ({ url }) => {
    await score(url);
    const { high: _, ...counts } = await readStats(url);
    const { total, levels } = await readCounts(url);
    assert.equal({ total, levels }, { total: counts.total, levels: counts.levels });
  });
  const away: unknown = await readCounts('127.0.0.1:1').catch((thrown: unknown) => thrown);
  assert.ok(isClientError(away) && away.code === 'unreachable');
});

test.run();
