// What autocannon prints, as `coordinated-omission` shows it: one sample per answer, except where its
// correction makes some up. Seeded: slow answers, which a closed loop and an uncorrected rate count once.

import * as assert from 'uvu/assert';
import { type AutocannonJob, startAutocannon } from '../../bench/load/generator.js';
import { BODY, EXPECT } from '../../bench/load/transaction.js';
import {
  type Answer,
  everyTenth,
  loadOnce,
  right,
  withSeededServer,
} from '../fixtures/load/seeded-server.js';
import { suite } from '../support/suite.js';

const REQUESTS = 40;

/** Blocks the server's thread. */
const stalling: Answer = (response, index, request) => {
  const endsAt = performance.now() + 50;
  while (performance.now() < endsAt);
  right(response, index, request);
};

function load(change: Partial<AutocannonJob>) {
  return withSeededServer(everyTenth(stalling), ({ url }) => {
    const job = { url, body: BODY, expect: EXPECT, connections: 1, until: { requests: REQUESTS } };
    return loadOnce(startAutocannon(new AbortController().signal), { ...job, ...change });
  });
}

const test = suite('bench: exhibit');

const UNCHANGED: Readonly<Record<string, Partial<AutocannonJob>>> = {
  'in a closed loop': {},
  'at a rate, uncorrected': { perSecond: 100, isUncorrected: true },
};

for (const [how, change] of Object.entries(UNCHANGED)) {
  test(`autocannon ${how} has one sample an answer`, async () => {
    const { ok, printed } = await load(change);
    assert.equal([ok, printed.samples], [REQUESTS, REQUESTS]);
    assert.ok(printed.p50Ms <= printed.p99Ms && printed.p99Ms <= printed.maxMs);
  });
}

test('seeded stalls: autocannon at a rate prints percentiles of samples it made up', async () => {
  const { ok, printed } = await load({ perSecond: 100 });
  assert.is(ok, REQUESTS);
  // One for every millisecond of a stall, though requests were due every ten.
  assert.ok(printed.samples > 3 * REQUESTS, JSON.stringify(printed));
});

test('what it prints is in whole milliseconds', async () => {
  const { printed, latency } = await load({});
  assert.ok([printed.p50Ms, printed.p99Ms, printed.maxMs].every(Number.isInteger));
  assert.ok(latency.p50Ms > 0);
});

test.run();
