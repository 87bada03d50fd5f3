// Load in stages against small services that go wrong at a request of our choice: a fault is told
// at the end of the stage in which it happened, and a sound counter at none.

import * as assert from 'uvu/assert';
import { runStages, type StagedRun } from '../../../src/checker/driver/run-check.js';
import { parseTarget } from '../../../src/checker/driver/target-options.js';
import { suite } from '../../support/suite.js';
import { type Fault, startService } from './service.js';

const test = suite('check: stages');

const STAGES = [20, 50, 120];

/** With a fault in every `everyNth` request. */
async function stagesOn(
  fault: Fault,
  everyNth: number,
  given: { readonly signal?: AbortSignal; readonly onAdd?: () => void } = {},
): Promise<StagedRun & { readonly requests: number }> {
  const service = await startService(fault, everyNth);
  const body = '{"tx_id":"T","level":"LOW"}';
  try {
    const staged = await runStages({
      target: await parseTarget(service.url, { seed: 1, timeoutMs: 60_000, body }),
      callers: 4,
      readsPerSecond: 100,
      seed: 1,
      alone: true,
      stages: STAGES,
      restMs: 5,
      signal: new AbortController().signal,
      onAdd: () => {},
      ...given,
    });
    return { ...staged, requests: service.requests() };
  } finally {
    await service.close();
  }
}

const CAUGHT: readonly (readonly [Fault, number, number, string])[] = [
  ['loses', 7, 20, 'lost-update'],
  ['loses', 33, 50, 'lost-update'],
  ['doubles', 90, 120, 'overcount'],
  ['repeats', 50, 50, 'duplicate-ticket'],
];

for (const [fault, nth, within, condition] of CAUGHT) {
  test(`${fault} at request ${nth}: caught within ${within}, by ${condition}`, async () => {
    const { caughtWithin, run, requests } = await stagesOn(fault, nth);
    assert.is(caughtWithin, within);
    assert.is(run.verdict, 'violated');
    assert.ok(condition in run.judgement.failures, Object.keys(run.judgement.failures).join());
    assert.is(requests, within);
  });
}

test('a sound counter is caught by no stage, and every request is in the history', async () => {
  const { caughtWithin, run, requests } = await stagesOn('none', 1);
  assert.is(caughtWithin, null);
  assert.is(run.verdict, 'ok');
  assert.is(run.partial, false);
  assert.is(run.history.adds.length, 120);
  assert.is(requests, 120);
});

test('what no answer tells is no fault of the counter', async () => {
  const { caughtWithin, run } = await stagesOn('resets', 10);
  assert.is(caughtWithin, null);
  assert.is(run.judgement.facts.unknown, 12);
});

test('an interrupted one goes to no further stage, and says that it is partial', async () => {
  const interrupted = new AbortController();
  let adds = 0;
  const onAdd = () => {
    adds += 1;
    if (adds === 30) interrupted.abort();
  };
  const { caughtWithin, run, requests } = await stagesOn('none', 1, {
    signal: interrupted.signal,
    onAdd,
  });
  assert.is(caughtWithin, null);
  assert.is(run.partial, true);
  assert.ok(requests < 50, `${requests} requests`);
});

test.run();
