// What every topology promises, as one suite: each acknowledged request is counted exactly once,
// whatever tally counts, whoever dies, and while the service ends. A file a topology runs it. What
// a topology cannot promise stands in cannot.ts.

import { setImmediate as nextTurn } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { SCORE_DEFAULTS, type ScoreResult, scoreTransactions } from '../../src/checker/driver/score-run.js';
import { readTransactions, type SourceTransaction } from '../../src/checker/driver/transactions.js';
import { TALLY_KINDS, type TallyKind } from '../../src/tally/tally.js';
import { SERVE_DEFAULTS } from '../../src/topologies/options.js';
import { start } from '../../src/topologies/start.js';
import { TOPOLOGIES, type TopologyName, unavailable } from '../../src/topologies/topology.js';
import { findMiscounts, keepLedger, readStats } from '../support/count-oracle.js';
import { dial, head, post } from '../support/http-raw.js';
import { plainTicket, TestService, withTestService } from '../support/http-service.js';
import { LATCHED_SCORER, withLatch } from '../support/latch.js';
import { untilRefused } from '../support/process.js';
import { SILENT } from '../support/service-events.js';
import { suite } from '../support/suite.js';
import { chooseCount } from '../support/thorough.js';
import { createChaosMonkey } from './chaos-monkey.js';
import { explainUnsupported, type PromiseName } from './unsupported.js';

const CALLERS = 64;
const FAULTY = new URL('../../../test/fixtures/scorers/faulty.mjs', import.meta.url).href;

/** Scores everything with many callers; an independent oracle judges the counters. */
async function scoreAndJudge(
  service: TestService,
  transactions: readonly SourceTransaction[],
  onProgress: (done: number) => void = () => {},
) {
  const before = await readStats(service.url);
  const { signal } = new AbortController();
  const options = { ...SCORE_DEFAULTS, url: service.url, transactions, onProgress, signal };
  const result = await scoreTransactions({ ...options, concurrency: CALLERS, alone: true });
  await untilHealed(service);
  const after = await readStats(service.url);
  return { result, miscounts: findMiscounts(before, after, keepLedger(result.items), true) };
}

function source(values: readonly object[]): SourceTransaction[] {
  return values.map((value, at) => {
    return { line: at + 1, text: JSON.stringify(value), value: { ...value } };
  });
}

function outcomes(result: ScoreResult, outcome: string): number {
  return result.items.filter((item) => item.outcome === outcome).length;
}

/** Until somebody answers again; the runner's time limit bounds it. */
async function untilHealed(service: TestService): Promise<void> {
  const asked = () => service.get('/ready').then(({ status }) => status === 200);
  while (!(await asked().catch(() => false)));
}

type Test = ReturnType<typeof suite>;

export function topologyContract(topology: TopologyName): void {
  const test = suite(`topology: ${topology}`);
  test.timeout(60_000);
  const reason = unavailable(topology);
  if (reason !== undefined) {
    test.unavailable('every promise of a topology', reason, { installable: false });
    test.run();
    return;
  }
  counts(test, topology);
  const promised = (promise: PromiseName, body: () => Promise<void>) => {
    const why = explainUnsupported(topology, promise);
    if (why === undefined) test(promise, body);
    else test.skip(`${promise}: ${why}`);
  };
  survives(promised, topology);
  sharesOne(promised, topology);
  ends(test, topology);
  test.run();
}

function counts(test: Test, topology: TopologyName): void {
  for (const tally of TALLY_KINDS) {
    test(`${tally}: 64 callers at a time lose no count and get every ticket once`, async () => {
      const transactions = (await readTransactions()).slice(0, chooseCount(1_000, 3_000));
      await withTestService(topology, { tally }, async (service) => {
        const { result, miscounts } = await scoreAndJudge(service, transactions);
        assert.is(outcomes(result, 'ok'), transactions.length);
        assert.equal(miscounts, []);
      });
    });
  }

  test('a count that is off by one is noticed: the check above can fail', async () => {
    const transactions = (await readTransactions()).slice(0, 200);
    await withTestService(topology, {}, async (service) => {
      const before = await readStats(service.url);
      const { result } = await scoreAndJudge(service, transactions);
      const { total, levels, ...rest } = await readStats(service.url);
      const low = { ...levels, LOW: levels.LOW - 1 };
      const lost = { ...rest, total: total - 1, levels: low };
      const miscounts = findMiscounts(before, lost, keepLedger(result.items), true);
      assert.ok(miscounts.some(({ fault }) => fault === 'lost'));
    });
  });

  test('a client that resets its connection mid-load is counted at most once', async () => {
    await withTestService(topology, {}, async (service) => {
      const transaction = JSON.stringify({ amount: 1 });
      for (let round = 0; round < 20; round++) {
        await dial(service.url, async (connection) => {
          await connection.send(post('/score', transaction));
          await connection.reset();
        });
      }
      const answer = await service.post('/score', { amount: 1 });
      assert.is(answer.status, 200);
      const { total } = await service.stats();
      assert.ok(total >= 1 && total <= 21, `${total} counted of 21 sent`);
    });
  });
}

type Promised = (promise: PromiseName, body: () => Promise<void>) => void;

function survives(promised: Promised, topology: TopologyName): void {
  promised('one that dies loses no acknowledged count, and is replaced', async () => {
    // Who dies in an add leaves nothing behind with the one, and perhaps a lock with the other.
    await dieUnderLoad(topology, 'atomic');
    const isShared = TOPOLOGIES[topology].listener !== 'cluster';
    if (isShared) await dieUnderLoad(topology, 'mutex');
  });

  promised('what was measured outlives who measured it', async () => {
    const monkey = createChaosMonkey();
    await withTestService(topology, {}, async (service) => {
      const answered = () => service.metric('requests_total', { route: 'POST /score', status: '200' });
      for (let asked = 0; asked < 20; asked++) await service.post('/score', { amount: 1 });
      assert.is(await answered(), 20);
      monkey.killOne(service.running);
      await untilHealed(service);
      assert.ok((await answered()) >= 20);
      service.takeTroubles();
    });
  });

  promised('whoever asked the one that died is told so', async () => {
    const values = Array.from({ length: 600 }, (_, at) => {
      return { amount: 1, tx_id: `TX${at}`, ...(at % 60 === 30 && { fault: 'ends its thread' }) };
    });
    await withTestService(topology, { scorer: FAULTY }, async (service) => {
      const { result, miscounts } = await scoreAndJudge(service, source(values));
      assert.is(outcomes(result, 'ok'), 590);
      assert.is(outcomes(result, 'unknown'), 10, 'a 500 leaves open whether it was counted');
      assert.equal(miscounts, []);
      assert.ok(service.takeTroubles().some(({ event }) => /-died$/.test(event)));
    });
  });
}

async function dieUnderLoad(topology: TopologyName, tally: TallyKind): Promise<void> {
  const monkey = createChaosMonkey();
  await withTestService(topology, { tally }, async (service) => {
    const transactions = (await readTransactions()).slice(0, 3_000);
    const { result, miscounts } = await scoreAndJudge(service, transactions, (done) => {
      if (done % 1_000 === 500) monkey.killOne(service.running);
    });
    assert.ok(outcomes(result, 'ok') > 500, 'it was under load');
    const forgotten = result.items.filter(({ error }) => error?.startsWith('no answer within'));
    assert.is(forgotten.length, 0, 'who loses a connection learns of it at once');
    assert.equal(miscounts, []);
    const again = await scoreAndJudge(service, source([{ amount: 1 }, { amount: 2 }]));
    assert.is(outcomes(again.result, 'ok'), 2);
    // One that was killed while it started says that it did not start.
    const told = () => service.troubles.filter(({ event }) => /-died$|-start-failed$/.test(event));
    while (told().length < monkey.killed()) await nextTurn(); // the last end may be seen later
    assert.is(told().length, monkey.killed(), JSON.stringify(told()));
  });
}

function sharesOne(promised: Promised, topology: TopologyName): void {
  promised('the tickets of a level leave no gap between them', async () => {
    await withTestService(topology, {}, async (service) => {
      const asked = Array.from({ length: 50 }, () => service.post('/score', { amount: 1 }));
      const tickets = (await Promise.all(asked)).map(({ headers }) => headers.get('ticket'));
      const expected = Array.from({ length: 50 }, (_, at) => `LOW:${at + 1}`);
      assert.equal(tickets.toSorted(), expected.toSorted());
    });
  });

  promised('one limit of connections holds for the whole service', async () => {
    await withTestService(topology, { connectionsMax: 2 }, async ({ url }) => {
      const ask = head('GET /health');
      await dial(url, (first) =>
        dial(url, async (second) => {
          await Promise.all([first, second].map((one) => one.send(ask)));
          await Promise.all([first, second].map((one) => one.answers(1)));
          await dial(url, (third) => third.gone());
        }),
      );
    });
  });
}

const ECHO_BODY = '{}';
const ECHO = post('/echo', ECHO_BODY, 'Expect: 100-continue');

function ends(test: Test, topology: TopologyName): void {
  test('closing answers and counts what was accepted, and /ready says 503 meanwhile', async () => {
    await withLatch(async (latch) => {
      const options = { ...SERVE_DEFAULTS, port: 0, threads: 2, scorer: LATCHED_SCORER };
      const running = await start(topology, options, SILENT);
      const ask = (name: string) =>
        fetch(`${running.url}/score`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(latch.transaction(name)),
        });
      await dial(running.url, async (connection) => {
        // A connection in the middle of a request stays open while the service ends, once it has
        // read of it: the 100 says so.
        await connection.send(ECHO.slice(0, -ECHO_BODY.length));
        assert.is((await connection.answers(1))[0]?.status, 100);
        const answers = ['A', 'B'].map(ask);
        await latch.arrived(answers.length);
        const closing = running.close();
        await untilRefused(running.url);
        await connection.send(ECHO_BODY + head('GET /ready'));
        const [echoed, ready] = await connection.answers(2);
        assert.equal([echoed?.status, ready?.status], [200, 503]);
        latch.openForAll();
        const tickets = (await Promise.all(answers)).map(({ headers }) => headers.get('ticket'));
        assert.is(new Set(tickets).size, tickets.length);
        for (const ticket of tickets) assert.match(plainTicket(`${ticket}`), /^LOW:[12]$/);
        assert.is(await closing, 0);
      });
    });
  });

  test('after closing, nobody is accepted; closing twice is closing once', async () => {
    const running = await start(topology, { ...SERVE_DEFAULTS, port: 0, threads: 1 }, SILENT);
    const closing = running.close();
    assert.is(running.close(), closing);
    assert.is(await closing, 0);
    const refused = await fetch(`${running.url}/health`).catch((error) => error.cause.code);
    assert.is(refused, 'ECONNREFUSED');
  });

  test('a port that is taken is one clear line, and nothing is left running', async () => {
    await withTestService(topology, {}, async (service) => {
      const port = Number(new URL(service.url).port);
      const other = new TestService(topology, { port });
      const error = await other.start().catch((reason: Error) => reason);
      assert.match(String(error), new RegExp(`Port ${port} on 127.0.0.1 is taken.*--port`));
    });
  });

  test('two services beside each other have a port and counts of their own each', async () => {
    await withTestService(topology, {}, (first) =>
      withTestService(topology, {}, async (second) => {
        assert.is.not(first.url, second.url);
        for (let asked = 0; asked < 4; asked++) await first.post('/score', { amount: 1 });
        assert.equal([(await first.stats()).total, (await second.stats()).total], [4, 0]);
      }),
    );
  });
}
