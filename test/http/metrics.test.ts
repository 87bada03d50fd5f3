// GET /metrics: Prometheus text to the letter, and the same truth as /stats and as what was sent.
// Each test has a service of its own, so that it can say every number.

import * as assert from 'uvu/assert';
import { dialMany, exchange, head, post } from '../support/http-raw.js';
import { overTopologies, type Test, type TestService } from '../support/http-service.js';
import { LATCHED_SCORER, withLatch } from '../support/latch.js';

/** What is sent, in order: method, path, body, status. */
const SENT: readonly (readonly [string, string, string | undefined, number])[] = [
  ['POST', '/score', '{"amount":1}', 200],
  ['POST', '/score', '{"amount":1,"hour":1}', 200],
  ['POST', '/score', '{"amount":4000}', 200],
  ['POST', '/score', '{"amount":4000,"hour":1}', 200],
  ['POST', '/score', '{}', 400],
  ['POST', '/score', '{', 400],
  ['POST', '/score/batch', '[{"amount":1},{"amount":1},{}]', 200],
  ['POST', '/score/batch', '[]', 200],
  ['POST', '/score/batch', '{}', 400],
  ['POST', '/echo', '{}', 200],
  ['POST', '/echo', '[]', 400],
  ['GET', '/hello', undefined, 200],
  ['HEAD', '/hello', undefined, 200],
  ['GET', '/transaction/TX1', undefined, 200],
  ['GET', '/transaction/TX2?x', undefined, 200],
  ['OPTIONS', '/score', undefined, 204],
  ['GET', '/nothing', undefined, 404],
  ['GET', '/nothing/%', undefined, 400],
  ['PUT', '/score', undefined, 405],
];

const ANSWERED: Readonly<Record<string, number>> = {
  'POST /score 200': 4,
  'POST /score 400': 2,
  'POST /score 415': 0,
  'POST /score/batch 200': 2,
  'POST /score/batch 400': 1,
  'POST /echo 200': 1,
  'POST /echo 400': 1,
  'GET /hello 200': 2,
  'GET /transaction/:tx_id 200': 2,
  'none 204': 1,
  'none 404': 1,
  'none 400': 2, // one of them is the garbage below
  'none 405': 1,
};

async function sendAll(service: TestService): Promise<void> {
  for (const [method, path, body, status] of SENT) {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await service.ask(method, path, headers, body);
    assert.is(answer.status, status, `${method} ${path} ${body}`);
  }
  await exchange(service.url, 'GARBAGE\r\n\r\n');
}

function promiseNumbers(test: Test, service: TestService): void {
  test('it says what was sent: answers, levels, rejections, durations', async () => {
    await sendAll(service);
    const stats = await service.stats();
    const metrics = await service.metrics();
    const value = (name: string, labels = {}) => metrics.value(`two_callers_${name}`, labels) ?? 0;
    for (const [what, count] of Object.entries(ANSWERED)) {
      const [, route, status] = /^(.+) (\d+)$/.exec(what) ?? [];
      assert.is(value('requests_total', { route, status }), count, what);
    }
    assert.ok((value('thread_active_seconds_total', { thread: 'listener' }) ?? 0) > 0);
    assert.equal(stats.levels, { LOW: 3, MEDIUM: 1, HIGH: 1, CRITICAL: 1 });
    for (const [level, count] of Object.entries(stats.levels)) {
      assert.is(value('scored_total', { level }), count);
    }
    assert.is(stats.rejected, 4);
    assert.is(value('rejected_total'), stats.rejected);
    // Four transactions and a batch were scored; the other answers took time only.
    for (const name of ['queue', 'dispatch', 'score']) {
      assert.is(value(`${name}_seconds_count`), 5, name);
    }
    const good = SENT.filter(([method, , , status]) => status === 200 && method !== 'OPTIONS');
    const asked = 1; // the question to /stats; that to /metrics is not over while it is answered
    assert.is(value('total_seconds_count'), good.length + asked);
    for (const name of ['shed', 'expired', 'left', 'connections_refused', 'snapshots_inexact']) {
      assert.is(metrics.value(`two_callers_${name}_total`), 0, name);
    }
    assert.is(metrics.value('two_callers_queue_depth'), 0);
    assert.is(metrics.value('two_callers_busy_jobs'), 0);
    assert.is(metrics.value('two_callers_task_workers'), service.scoresInline ? 0 : 1);
  });
}

function promiseForm(test: Test, service: TestService): void {
  test('it is text of the version it says, and every family is described', async () => {
    const answer = await service.get('/metrics');
    const type = answer.headers.get('content-type');
    assert.is(type, 'text/plain; version=0.0.4; charset=utf-8');
    const { families } = await service.metrics();
    for (const [name, { type: kind, samples }] of families) {
      if (kind === 'counter') assert.match(name, /_total$/);
      if (name.startsWith('two_callers_')) {
        assert.ok(
          samples.every(({ value }) => Number.isFinite(value) && value >= 0),
          name,
        );
      }
    }
    assert.ok(families.has('process_resident_memory_bytes'));
  });

  test('no path that a client makes up becomes a label', async () => {
    for (const path of ['/a', '/b"\\', '/transaction/secret', '/hello?secret']) {
      await exchange(service.url, head(`GET ${path}`), 1);
    }
    const { families } = await service.metrics();
    const requests = families.get('two_callers_requests_total');
    const routes = new Set(requests?.samples.map(({ labels }) => labels.route));
    const known = ['GET /hello', 'GET /metrics', 'GET /transaction/:tx_id', 'none'];
    assert.equal([...routes].toSorted(), known);
  });

  test('counters never fall from one question to the next', async () => {
    const before = await service.metrics();
    await service.post('/score', { amount: 1 });
    const after = await service.metrics();
    for (const [, { type, samples }] of before.families) {
      if (type !== 'counter') continue;
      for (const { name, labels, value } of samples) {
        assert.ok((after.value(name, labels) ?? -1) >= value, name);
      }
    }
  });
}

// One listener: another could still be recording how long an answer took that is already there.
const CONNECTIONS = 6;

function promiseSums(test: Test, service: TestService): void {
  test('whoever is asked answers for all who listen: connections, jobs, answers', async () => {
    await withLatch((latch) =>
      dialMany(service.url, CONNECTIONS, async (connections) => {
        for (const [index, raw] of connections.entries()) {
          await raw.send(post('/score', JSON.stringify(latch.transaction(`TX${index}`))));
        }
        const jobs = async () => (await service.metric('busy_jobs')) + (await service.metric('queue_depth'));
        while ((await jobs()) !== CONNECTIONS);
        assert.is(await service.metric('connections'), CONNECTIONS + 1, 'and the one that asks');
        latch.openForAll();
        for (const raw of connections) assert.is((await raw.answers(1))[0]?.status, 200);
        assert.is(await jobs(), 0);
        const labels = { route: 'POST /score', status: '200' };
        assert.is(await service.metric('requests_total', labels), CONNECTIONS);
        assert.is(await service.metric('scored_total', { level: 'LOW' }), CONNECTIONS);
      }),
    );
    await service.untilMetric('connections', 1);
  });
}

overTopologies('the sums of /metrics', promiseSums, { scorer: LATCHED_SCORER });
overTopologies('the numbers of /metrics', promiseNumbers, { threads: 1 });
overTopologies('the form of /metrics', promiseForm);
