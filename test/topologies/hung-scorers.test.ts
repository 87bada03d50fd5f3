// Scorers that do not return, by a loop or by a promise that never settles: the service goes on in every
// topology that can, says so, and ends in order. A slow scorer within its time is left alone.

import * as assert from 'uvu/assert';
import { TOPOLOGIES, TOPOLOGY_NAMES, type TopologyName, unavailable } from '../../src/topologies/topology.js';
import { freeze } from '../support/freeze.js';
import { TestService } from '../support/http-service.js';
import { withServiceProcess } from '../support/process.js';
import { suite } from '../support/suite.js';

const HANGS = new URL('../../../test/fixtures/scorers/hangs.mjs', import.meta.url);
const THREADS = 2;
const OPTIONS = { scorer: HANGS.href, threads: THREADS, deadlineMs: 400, scorerTimeoutMs: 200, queueMax: 64 };

type Hang = 'loop' | 'promise' | 'native' | number;

const test = suite('scorers that do not return');
test.timeout(60_000);

function over(
  topologies: readonly TopologyName[],
  title: string,
  body: (service: TestService) => Promise<unknown>,
  options: Partial<typeof OPTIONS> = {},
): void {
  for (const topology of topologies) {
    const missing = unavailable(topology);
    if (missing !== undefined) test.unavailable(`${topology}: ${title}`, missing, { installable: false });
    else {
      test(`${topology}: ${title}`, async () => {
        const service = new TestService(topology, { ...OPTIONS, ...options });
        await service.start();
        try {
          await body(service);
        } finally {
          await service.close();
        }
      });
    }
  }
}

/** The status; 0 when the connection broke. */
async function score({ url }: { readonly url: string }, hang?: Hang): Promise<number> {
  const headers = { 'content-type': 'application/json', connection: 'close' };
  const body = JSON.stringify({ amount: 1, hang });
  try {
    return (await fetch(`${url}/score`, { method: 'POST', headers, body })).status;
  } catch {
    return 0;
  }
}

/** Scores again and again until `count` requests in a row were answered with 200. */
async function untilScored(service: { readonly url: string }, count: number): Promise<void> {
  for (let inARow = 0; inARow < count; ) inARow = (await score(service)) === 200 ? inARow + 1 : 0;
}

async function untilReadySays(service: TestService, wanted: number): Promise<string> {
  for (;;) {
    const { status, body } = await service.get('/ready');
    if (status === wanted) return JSON.parse(body).status;
  }
}

async function untilEvent(service: TestService, event: string): Promise<void> {
  while (!eventsOf(service).includes(event)) await service.get('/health').catch(() => {});
}

function eventsOf({ troubles }: TestService): string[] {
  return [...new Set(troubles.map(({ event }) => event))].sort();
}

const ON_TASK_WORKERS = TOPOLOGY_NAMES.filter((name) => TOPOLOGIES[name].threadsAre === 'task workers');
const WITH_LISTENERS = TOPOLOGY_NAMES.filter((name) => TOPOLOGIES[name].listener !== 'single');
const SCORES_INLINE = TOPOLOGY_NAMES.filter((name) => TOPOLOGIES[name].executor === 'inline');

for (const hang of ['loop', 'promise'] as const) {
  const title = `as many hung scorers (${hang}) as task workers are replaced, and /ready says 503 until then`;
  over(ON_TASK_WORKERS, title, async (service) => {
    await service.post('/score', { amount: 1 });
    const hung = Array.from({ length: THREADS }, () => score(service, hang));
    assert.is(await untilReadySays(service, 503), 'stuck');
    assert.is(await service.metric('stuck'), 1);
    assert.is(await untilReadySays(service, 200), 'ready');
    assert.equal(await Promise.all(hung), [504, 504]);
    assert.is(await score(service), 200);
    assert.is((await service.stats()).total, 2);
    assert.is(await service.metric('scorers_hung_total'), THREADS);
    assert.is(await service.metric('busy_jobs'), 0);
    const expected = ['scoring-stuck', 'task-worker-died', 'task-worker-hung'];
    assert.equal(eventsOf(service), expected);
  });
}

over(WITH_LISTENERS, 'a listener that its scorer blocks is replaced', async (service) => {
  await service.post('/score', { amount: 1 });
  assert.is(await score(service, 'loop'), 0);
  await untilScored(service, 2 * THREADS);
  await service.untilMetric('scorers_hung_total', 1);
  assert.equal(eventsOf(service), ['listener-died', 'listener-hung']);
});

over(SCORES_INLINE, 'a promise that never settles is given up, and holds nothing up', async (service) => {
  const hung = Array.from({ length: 4 }, () => score(service, 'promise'));
  assert.equal(await Promise.all(hung), [504, 504, 504, 504]);
  await service.untilMetric('scorers_hung_total', 4);
  assert.is(await score(service), 200);
  assert.equal(eventsOf(service), ['calls-hung']);
});

over(
  WITH_LISTENERS,
  'a listener whose places are all held by promises that never settle is replaced',
  async (service) => {
    const hung = Array.from({ length: 2 * THREADS }, () => score(service, 'promise'));
    await Promise.all(hung);
    await untilEvent(service, 'listener-hung');
    await untilScored(service, 2 * THREADS);
  },
  { queueMax: 0 },
);

over(
  TOPOLOGY_NAMES,
  'a batch of many slow items is no hung scorer, and neither are slow requests behind each other',
  async (service) => {
    const items = Array.from({ length: 12 }, () => ({ amount: 1, hang: 100 }));
    const batch = service.post('/score/batch', items);
    const singles = Array.from({ length: 6 }, () => score(service, 100));
    await Promise.all([batch, ...singles]);
    await untilScored(service, THREADS);
    assert.is(await service.metric('scorers_hung_total'), 0);
    assert.equal(eventsOf(service), []);
  },
  { deadlineMs: 300, scorerTimeoutMs: 100 },
);

over(
  ON_TASK_WORKERS,
  'with --scorer-timeout-ms 0 a hung scorer keeps its thread, and /ready says so',
  async (service) => {
    const hung = Array.from({ length: THREADS }, () => score(service, 'loop'));
    assert.equal(await Promise.all(hung), [504, 504]);
    assert.is(await untilReadySays(service, 503), 'stuck');
    assert.equal(eventsOf(service), ['scoring-stuck']);
  },
  { deadlineMs: 100, scorerTimeoutMs: 0 },
);

const STOPPABLE = ['batched', 'cluster'] as const;
for (const topology of STOPPABLE) {
  test(`${topology}: a service that is stopped for longer than the limit finds no hung scorer`, async () => {
    const words = ['--topology', topology, '--threads', `${THREADS}`, '--json', '--scorer', HANGS.pathname];
    const times = ['--deadline-ms', '400', '--scorer-timeout-ms', '200'];
    await withServiceProcess([...words, ...times], async ({ url, child, pids }) => {
      const asked = Array.from({ length: THREADS }, () => score({ url }, 150));
      const all = [child.pid ?? 0, ...pids];
      for (const pid of all) process.kill(pid, 'SIGSTOP');
      freeze(1_000);
      for (const pid of all) process.kill(pid, 'SIGCONT');
      await Promise.all(asked);
      await untilScored({ url }, 2 * THREADS);
      const text = await (await fetch(`${url}/metrics`)).text();
      assert.match(text, /^two_callers_scorers_hung_total 0$/m);
    });
  });
}

/** Blocked listeners answer nothing: then the request before this one has begun. */
async function untilHung(url: string, topology: TopologyName): Promise<void> {
  const isSingle = TOPOLOGIES[topology].listener === 'single';
  for (let busy = 0; busy < THREADS; ) {
    const signal = AbortSignal.timeout(500);
    const text = await fetch(`${url}/metrics`, { signal, headers: { connection: 'close' } }).then(
      (response) => response.text(),
      () => undefined,
    );
    if (text === undefined && !isSingle) return;
    busy = Number(/_busy_jobs (\d+)$/m.exec(text ?? '')?.[1] ?? 0);
  }
}

for (const topology of TOPOLOGY_NAMES) {
  const words = ['--topology', topology, '--threads', `${THREADS}`, '--json', '--scorer', HANGS.pathname];
  const missing = unavailable(topology);
  // A loop on the only event loop leaves nobody who could end the service in order.
  const hang = topology === 'inline' ? 'promise' : 'loop';
  const title = `${topology}: SIGTERM with hung scorers ends by its deadline, and counts who got no answer`;
  if (missing !== undefined) test.unavailable(title, missing, { installable: false });
  else {
    test(title, async () => {
      await withServiceProcess([...words, '--close-deadline-ms', '300'], async ({ url, child, ended }) => {
        const hung = Array.from({ length: THREADS }, () => score({ url }, hang));
        await untilHung(url, topology);
        child.kill('SIGTERM');
        const { code, stdout } = await ended;
        assert.is(code, 1);
        const [, cutOff] = /"requests-cut-off","cutOff":(\d+)/.exec(stdout) ?? [];
        assert.ok(Number(cutOff) >= 1, stdout);
        if (TOPOLOGIES[topology].listener === 'single') assert.is(Number(cutOff), THREADS);
        assert.equal(await Promise.all(hung), [0, 0]);
      });
    });
  }
}

for (const topology of ON_TASK_WORKERS) {
  test(`${topology}: scorers inside native code are replaced, and SIGTERM ends them too`, async () => {
    const words = ['--topology', topology, '--threads', `${THREADS}`, '--json', '--scorer', HANGS.pathname];
    const times = ['--deadline-ms', '200', '--scorer-timeout-ms', '200'];
    await withServiceProcess([...words, ...times], async ({ url, child, ended }) => {
      const hung = Array.from({ length: THREADS }, () => score({ url }, 'native'));
      assert.equal(await Promise.all(hung), [504, 504]);
      await untilScored({ url }, 2 * THREADS);
      child.kill('SIGTERM');
      const { signal, stdout } = await ended;
      assert.is(signal, 'SIGKILL');
      assert.match(stdout, /"event":"closed","cutOff":0/);
    });
  });
}

for (const topology of ['inline', ...ON_TASK_WORKERS] as const) {
  test(`${topology}: SIGTERM does not wait for a hung scorer whose clients have their answers`, async () => {
    const words = ['--topology', topology, '--threads', '1', '--json', '--scorer', HANGS.pathname];
    const times = ['--deadline-ms', '100', '--scorer-timeout-ms', '0', '--close-deadline-ms', '3600000'];
    await withServiceProcess([...words, ...times], async ({ url, child, ended }) => {
      assert.is(await score({ url }, 'promise'), 504);
      child.kill('SIGTERM');
      const { code, stdout } = await ended;
      assert.is(code, 0);
      assert.match(stdout, /"event":"closed","cutOff":0/);
    });
  });
}

test.run();
