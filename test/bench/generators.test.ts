// The load generators, each in its own process as the benchmarks run them: every answer is
// accounted for, and each planted fault of a server is reported by each of them.

import * as assert from 'uvu/assert';
import {
  GENERATOR_NAMES,
  type Load,
  type LoadJob,
  type OpenJob,
  type OpenRate,
  startClosedLoop,
  startOpenLoop,
} from '../../bench/load/generator.js';
import { createSchedule, type Stretch, steady, steps } from '../../bench/load/schedule.js';
import { BODY, EXPECT } from '../../bench/load/transaction.js';
import {
  type Answer,
  answer,
  everyTenth,
  plant,
  right,
  type SeededServer,
} from '../fixtures/load/seeded-server.js';
import { suite } from '../support/suite.js';

const REQUESTS = 200;
const CONNECTIONS = 4;

async function withPlanted<T>(how: Answer, body: (server: SeededServer) => Promise<T>) {
  const server = await plant(how);
  try {
    return await body(server);
  } finally {
    await server.close();
  }
}

const never = new AbortController().signal;

const job = (url: string, until: LoadJob['until']): LoadJob => {
  return { url, body: BODY, expect: EXPECT, connections: CONNECTIONS, until };
};

type Change = Partial<Pick<OpenJob, 'connections' | 'opener' | 'arrivals'>> & Partial<OpenRate>;

async function open(url: string, change: Change = {}, rates?: readonly Stretch[]) {
  const generator = startOpenLoop(never);
  const evenly = { perSecond: 1_000, seconds: REQUESTS / 1_000 };
  const rate = rates === undefined ? evenly : { rates };
  const how = { connections: CONNECTIONS, opener: null };
  try {
    return await generator.load({ url, body: BODY, expect: EXPECT, ...rate, ...how, ...change });
  } finally {
    generator.close();
  }
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
  async function load(url: string, until: LoadJob['until']): Promise<Load> {
    const generator = startClosedLoop(name === ANEW ? 'raw' : name, never);
    try {
      return await generator.load({ ...job(url, until), connectsAnew: name === ANEW });
    } finally {
      generator.close();
    }
  }

  test(`${name}: so many requests are sent, answered and accounted for`, async () => {
    await withPlanted(right, async ({ url, seen, openMax, connections }) => {
      const { ok, wrong, failed, latency, cpuShare, perSecond } = await load(url, { requests: REQUESTS });
      assert.equal([ok, wrong, failed, seen()], [REQUESTS, 0, 0, REQUESTS]);
      assert.ok(openMax() <= CONNECTIONS);
      assert.is(connections(), name === ANEW ? REQUESTS : CONNECTIONS);
      assert.ok(latency.p50Ms > 0 && latency.p50Ms <= latency.p99Ms);
      assert.ok(latency.p99Ms <= latency.maxMs);
      assert.ok(cpuShare > 0 && perSecond > 0);
    });
  });

  test(`${name}: a load that ends by time accounts for all but those cut off`, async () => {
    await withPlanted(right, async ({ url, seen }) => {
      const { ok, wrong, failed, seconds } = await load(url, { seconds: 1 });
      assert.equal([wrong, failed, seconds], [0, 0, 1]);
      assert.ok(ok > 0 && ok <= seen() && seen() <= ok + CONNECTIONS, `${ok} of ${seen()}`);
    });
  });

  for (const [what, { how, as, says = /./ }] of Object.entries(FAULTS)) {
    test(`${name}: planted, ${what} is reported`, async () => {
      await withPlanted(everyTenth(how), async ({ url }) => {
        const result = await load(url, { requests: REQUESTS });
        assert.ok(result[as] > 0, JSON.stringify(result));
        assert.ok(result.ok < REQUESTS);
        if (as === 'failed') assert.match(result.fault ?? '', says);
      });
    });
  }
}

for (const [what, { how, as, says = /./ }] of Object.entries(FAULTS)) {
  test(`open loop: planted, ${what} is reported`, async () => {
    await withPlanted(everyTenth(how), async ({ url }) => {
      const result = await open(url);
      assert.is(result[as], REQUESTS / 10);
      assert.is(result.ok + result.wrong + result.failed, result.due);
      if (as === 'failed') assert.match(result.fault ?? '', says);
    });
  });
}

test('autocannon refuses to load a server that closes, as it would time it wrong', async () => {
  const generator = startClosedLoop('autocannon', never);
  try {
    const closing = { ...job('http://127.0.0.1:1/', { requests: 1 }), connectsAnew: true };
    const failure = await generator.load(closing).then(
      () => 'it loaded',
      (error: Error) => error.message,
    );
    assert.match(failure, /server that closes/);
  } finally {
    generator.close();
  }
});

test('open loop: every refusal is counted once, and is no failure', async () => {
  await withPlanted(
    everyTenth((response) => answer(response, 503, '{}')),
    async ({ url }) => {
      const { due, ok, shed, wrong, failed } = await open(url);
      const tenth = REQUESTS / 10;
      assert.equal([due, ok, shed, wrong, failed], [REQUESTS, REQUESTS - tenth, tenth, 0, 0]);
    },
  );
});

test('open loop: its opener opens every connection, and counts for nothing', async () => {
  await withPlanted(right, async ({ url, seen, connections }) => {
    const { ok } = await open(url, { opener: '/', connections: 20, seconds: 0.01 });
    assert.equal([ok, seen(), connections()], [10, 10 + 20, 20]);
  });
});

/** Blocks the server's thread: nobody is answered for so long. */
function stall(ms: number): void {
  const endsAt = performance.now() + ms;
  while (performance.now() < endsAt);
}

const stalling: Answer = (response, index, request) => {
  if (index === 0) stall(160);
  right(response, index, request);
};

test('open loop: a planted stall is in the latency of those it kept from starting', async () => {
  await withPlanted(stalling, async ({ url, openMax }) => {
    const { latency, service, lateness, ok } = await open(url, { connections: 1 });
    assert.equal([ok, openMax(), service.samples], [REQUESTS, 1, REQUESTS]);
    assert.ok(latency.p50Ms > 20 && lateness.p50Ms > 20, JSON.stringify({ latency, lateness }));
    // Only one request was slow; from their real starts, all others look quick.
    assert.ok(service.p50Ms < latency.p50Ms, JSON.stringify({ latency, service }));
    assert.ok(service.maxMs >= 100);
  });
});

test('open loop: who finds no place is late by no fault of the generator', async () => {
  await withPlanted(stalling, async ({ url }) => {
    const { lateness, ownLateness } = await open(url, { connections: 1 });
    // At least those that were due while the only place was taken.
    assert.ok(lateness.samples - ownLateness.samples >= 100, `${ownLateness.samples}`);
  });
  await withPlanted(right, async ({ url }) => {
    const { lateness, ownLateness } = await open(url, { connections: REQUESTS });
    assert.equal([lateness.samples, ownLateness.samples], [REQUESTS, REQUESTS]);
  });
});

test('open loop: by chance, as many requests are sent as the seed says', async () => {
  const chance = { poisson: { seed: 4 } };
  const expected = createSchedule(steady(1_000, 0.2), chance).count;
  assert.is.not(expected, REQUESTS);
  await withPlanted(right, async ({ url, seen }) => {
    const { due, ok } = await open(url, { arrivals: chance });
    assert.equal([due, ok, seen()], [expected, expected, expected]);
  });
});

test('open loop: by chance nobody comes, and it ends', async () => {
  await withPlanted(right, async ({ url, seen }) => {
    const { due, ok } = await open(url, { arrivals: { poisson: { seed: 1 } } }, steady(0.001, 0.1));
    assert.equal([due, ok, seen()], [0, 0, 0]);
  });
});

test('open loop: rates in steps are offered one after another', async () => {
  await withPlanted(right, async ({ url }) => {
    const { due, ok, perSecond } = await open(url, {}, steps([200, 1_000], 0.1));
    assert.equal([due, ok], [120, 120]);
    assert.ok(perSecond <= 600, `${perSecond}`);
  });
});

test('a generator that is told to stop ends, and says that it has no result', async () => {
  const controller = new AbortController();
  const stopping: Answer = (response, index, request) => {
    if (index === 0) controller.abort();
    right(response, index, request);
  };
  await withPlanted(stopping, async ({ url }) => {
    const generator = startClosedLoop('raw', controller.signal);
    const why = await generator.load(job(url, { seconds: 60 })).then(
      () => 'it had one',
      (error: Error) => error.message,
    );
    generator.close();
    assert.match(why, /ended early/);
  });
});

test('a job that cannot be done is said, and the next one can be', async () => {
  const generator = startClosedLoop('raw', never);
  try {
    const why = await generator.load(job('http://127.0.0.1:1/score', { requests: 10 })).then(
      () => 'it was done',
      (error: Error) => error.message,
    );
    assert.match(why, /ECONNREFUSED/);
    await withPlanted(right, async ({ url }) => {
      assert.is((await generator.load(job(url, { requests: REQUESTS }))).ok, REQUESTS);
    });
  } finally {
    generator.close();
  }
});

test.run();
