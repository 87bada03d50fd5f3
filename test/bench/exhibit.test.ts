// What autocannon prints, as the scenario `exhibit` shows it: one sample an answer, except where
// its correction makes some up. Planted: answers that take long, which a closed loop and an
// uncorrected rate count once each.

import * as assert from 'uvu/assert';
import { type AutocannonJob, startAutocannon } from '../../bench/load/generator.js';
import { BODY, EXPECT } from '../../bench/load/transaction.js';
import { type Answer, everyTenth, plant, right } from '../fixtures/load/seeded-server.js';
import { suite } from '../support/suite.js';

const REQUESTS = 40;

/** Holds the server's thread: nobody is answered for so long. */
const stalling: Answer = (response, index, request) => {
  const endsAt = performance.now() + 50;
  while (performance.now() < endsAt);
  right(response, index, request);
};

async function seen(change: Partial<AutocannonJob>) {
  const server = await plant(everyTenth(stalling));
  const generator = startAutocannon(new AbortController().signal);
  const job = { url: server.url, body: BODY, expect: EXPECT, connections: 1 };
  try {
    return await generator.load({ ...job, until: { requests: REQUESTS }, ...change });
  } finally {
    generator.close();
    await server.close();
  }
}

const test = suite('bench: exhibit');

const HONEST: Readonly<Record<string, Partial<AutocannonJob>>> = {
  'in a closed loop': {},
  'at a rate, uncorrected': { perSecond: 100, isUncorrected: true },
};

for (const [how, change] of Object.entries(HONEST)) {
  test(`autocannon ${how} has one sample an answer`, async () => {
    const { ok, printed } = await seen(change);
    assert.equal([ok, printed.samples], [REQUESTS, REQUESTS]);
    assert.ok(printed.p50Ms <= printed.p99Ms && printed.p99Ms <= printed.maxMs);
  });
}

test('planted, stalls: autocannon at a rate prints percentiles of samples it made up', async () => {
  const { ok, printed } = await seen({ perSecond: 100 });
  assert.is(ok, REQUESTS);
  // One for every millisecond of a stall, though requests were due every ten.
  assert.ok(printed.samples > 3 * REQUESTS, JSON.stringify(printed));
});

test('what it prints is in whole milliseconds', async () => {
  const { printed, latency } = await seen({});
  assert.ok([printed.p50Ms, printed.p99Ms, printed.maxMs].every(Number.isInteger));
  assert.ok(latency.p50Ms > 0);
});

test.run();
