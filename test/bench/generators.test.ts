// The load generators, each in its own process as the benchmarks run them: every answer is
// accounted for, and each seeded fault of a server is reported by each of them.

import * as assert from 'uvu/assert';
import {
  GENERATOR_NAMES,
  type LoadJob,
  type OpenJob,
  startClosedLoop,
  startOpenLoop,
} from '../../bench/load/generator.js';
import { createSchedule } from '../../bench/load/schedule.js';
import { BODY, EXPECT } from '../../bench/load/transaction.js';
import {
  type Answer,
  answer,
  everyTenth,
  loadOnce,
  readFailure,
  right,
  type SeededServer,
  withSeededServer,
} from '../fixtures/load/seeded-server.js';
import { suite } from '../support/suite.js';

const REQUESTS = 200;
const CONNECTIONS = 4;
const never = new AbortController().signal;

const job = (url: string, until: LoadJob['until']): LoadJob => {
  return { url, body: BODY, expect: EXPECT, connections: CONNECTIONS, until };
};

function open(url: string, change: Partial<OpenJob> = {}) {
  const rate = { perSecond: 1_000, seconds: REQUESTS / 1_000, connections: CONNECTIONS, opener: null };
  return loadOnce(startOpenLoop(never), { url, body: BODY, expect: EXPECT, ...rate, ...change });
}

interface Fault {
  readonly how: Answer;
  /** What it is reported as, and with which words. */
  readonly as: 'wrong' | 'failed';
  readonly says?: RegExp;
}

const FAULTS: Readonly<Record<string, Fault>> = {
  'another body': { how: (response) => answer(response, 200, '{"risk_level":"LOW"}'), as: 'wrong' },
  'status 500': { how: (response) => answer(response, 500, '{}'), as: 'failed', says: /500/ },
  'a broken connection': { how: (response) => void response.destroy(), as: 'failed' },
  'status 500 with the right body': {
    how: (response) => answer(response, 500, `{${EXPECT}}`),
    as: 'failed',
    says: /500/,
  },
};

const test = suite('bench: load generators');

const ANEW = 'raw, connecting anew';

for (const name of [...GENERATOR_NAMES, ANEW] as const) {
  const load = (url: string, until: LoadJob['until']) =>
    loadOnce(startClosedLoop(name === ANEW ? 'raw' : name, never), {
      ...job(url, until),
      connectsAnew: name === ANEW,
    });

  test(`${name}: so many requests are sent, answered and accounted for`, async () => {
    await withSeededServer(right, async ({ url, seen, openMax, connections }) => {
      const { ok, wrong, failed, latency, ...loop } = await load(url, { requests: REQUESTS });
      assert.equal([ok, wrong, failed, seen()], [REQUESTS, 0, 0, REQUESTS]);
      assert.ok(openMax() <= CONNECTIONS);
      assert.is(connections(), name === ANEW ? REQUESTS : CONNECTIONS);
      assert.ok(latency.p50Ms > 0 && latency.p50Ms <= latency.p99Ms && latency.p99Ms <= latency.maxMs);
      assert.ok(loop.cpuShare > 0 && loop.perSecond > 0);
    });
  });

  test(`${name}: a load that ends by time accounts for all but those cut off`, async () => {
    await withSeededServer(right, async ({ url, seen }) => {
      const { ok, wrong, failed, seconds } = await load(url, { seconds: 1 });
      assert.equal([wrong, failed, seconds], [0, 0, 1]);
      assert.ok(ok > 0 && ok <= seen() && seen() <= ok + CONNECTIONS, `${ok} of ${seen()}`);
    });
  });

  for (const [what, { how, as, says = /./ }] of Object.entries(FAULTS)) {
    test(`${name}: seeded fault: ${what} is reported`, async () => {
      await withSeededServer(everyTenth(how), async ({ url }) => {
        const result = await load(url, { requests: REQUESTS });
        assert.ok(result[as] > 0 && result.ok < REQUESTS, JSON.stringify(result));
        if (as === 'failed') assert.match(result.fault ?? '', says);
      });
    });
  }
}

for (const [what, { how, as, says = /./ }] of Object.entries(FAULTS)) {
  test(`open loop: seeded fault: ${what} is reported`, async () => {
    const result = await withSeededServer(everyTenth(how), ({ url }) => open(url));
    assert.is(result[as], REQUESTS / 10);
    assert.is(result.ok + result.wrong + result.failed, result.due);
    if (as === 'failed') assert.match(result.fault ?? '', says);
  });
}

test('autocannon refuses to load a server that closes, as it would time it wrong', async () => {
  const closing = { ...job('http://127.0.0.1:1/', { requests: 1 }), connectsAnew: true };
  const failure = readFailure(loadOnce(startClosedLoop('autocannon', never), closing));
  assert.match(await failure, /server that closes/);
});

test('open loop: every refusal is counted once, and is no failure', async () => {
  const refusing = everyTenth((response) => answer(response, 503, '{}'));
  const { due, ok, shed, wrong, failed } = await withSeededServer(refusing, ({ url }) => open(url));
  const tenth = REQUESTS / 10;
  assert.equal([due, ok, shed, wrong, failed], [REQUESTS, REQUESTS - tenth, tenth, 0, 0]);
});

test('open loop: its opener opens every connection, and counts for nothing', async () => {
  await withSeededServer(right, async ({ url, seen, connections }) => {
    const { ok } = await open(url, { opener: '/', connections: 20, seconds: 0.01 });
    assert.equal([ok, seen(), connections()], [10, 10 + 20, 20]);
  });
});

/** Blocks the server's thread at the first request. */
const stalling: Answer = (response, index, request) => {
  const endsAt = performance.now() + (index === 0 ? 160 : 0);
  while (performance.now() < endsAt);
  right(response, index, request);
};

const openStalled = async ({ url, openMax }: SeededServer) => {
  return { ...(await open(url, { connections: 1 })), openMax: openMax() };
};

test('open loop: a seeded stall is in the latency of those it kept from starting', async () => {
  const { latency, service, lateness, ok, openMax } = await withSeededServer(stalling, openStalled);
  assert.equal([ok, openMax, service.samples], [REQUESTS, 1, REQUESTS]);
  assert.ok(latency.p50Ms > 20 && lateness.p50Ms > 20, JSON.stringify({ latency, lateness }));
  // Only one request was slow; from their real starts, all others look quick.
  assert.ok(service.p50Ms < latency.p50Ms, JSON.stringify({ latency, service }));
  assert.ok(service.maxMs >= 100);
});

test('open loop: who finds no place is late by no fault of the generator', async () => {
  const stalled = await withSeededServer(stalling, openStalled);
  // At least those that were due while the only place was taken.
  assert.ok(stalled.lateness.samples - stalled.ownLateness.samples >= 100);
  const free = await withSeededServer(right, ({ url }) => open(url, { connections: REQUESTS }));
  assert.equal([free.lateness.samples, free.ownLateness.samples], [REQUESTS, REQUESTS]);
});

test('open loop: by chance, as many requests are sent as the seed says, or none at all', async () => {
  const arrivals = { poisson: { seed: 4 } };
  const expected = createSchedule({ perSecond: 1_000, seconds: 0.2 }, arrivals).count;
  assert.is.not(expected, REQUESTS);
  await withSeededServer(right, async ({ url, seen }) => {
    const { due, ok } = await open(url, { arrivals });
    assert.equal([due, ok, seen()], [expected, expected, expected]);
    const rare = { perSecond: 0.001, seconds: 0.1, arrivals: { poisson: { seed: 1 } } };
    const none = await open(url, rare);
    assert.equal([none.due, none.ok, seen()], [0, 0, expected]);
  });
});

test('a generator that is aborted ends, and rejects', async () => {
  const controller = new AbortController();
  const stopping: Answer = (response, index, request) => {
    if (index === 0) controller.abort();
    right(response, index, request);
  };
  await withSeededServer(stopping, async ({ url }) => {
    const load = loadOnce(startClosedLoop('raw', controller.signal), job(url, { seconds: 60 }));
    assert.match(await readFailure(load), /ended early/);
  });
});

test('a job that cannot be done is an error, and the next one can be done', async () => {
  const generator = startClosedLoop('raw', never);
  try {
    const failure = readFailure(generator.load(job('http://127.0.0.1:1/score', { requests: 10 })));
    assert.match(await failure, /ECONNREFUSED/);
    await withSeededServer(right, async ({ url }) => {
      assert.is((await generator.load(job(url, { requests: REQUESTS }))).ok, REQUESTS);
    });
  } finally {
    generator.close();
  }
});

test.run();
