// What every executor promises, wherever it scores: one suite, run once for each by a file of its
// own. Here: answers, counts and failures; what they promise about limits is in limits.contract.ts.

import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { PLACE_ITEMS_MAX } from '../../src/execution/submission.js';
import { scoreByRules } from '../../src/scoring/rules.js';
import { TALLY_KINDS } from '../../src/tally/tally.js';
import { transactions } from '../scoring/transactions.js';
import { suite } from '../support/suite.js';
import {
  denseTickets,
  many,
  onHarness,
  outcomes,
  parseAssessment,
  type Subject,
  type Test,
  tx,
  withHarness,
} from './executor-harness.js';
import { promiseBounds, promiseCancelling, promiseClosing, promiseClosingTwice } from './limits.contract.js';

export function executorContract(subject: Subject): void {
  const test = suite(`executor: ${subject.kind}`);
  promiseAnswers(test, subject);
  promiseCounts(test, subject);
  promiseFailures(test, subject);
  promiseBounds(test, subject);
  promiseCancelling(test, subject);
  promiseClosing(test, subject);
  promiseClosingTwice(test, subject);
  test.run();
}

function promiseAnswers(test: Test, subject: Subject): void {
  const on = onHarness(test, subject);
  on.with({ scorer: 'rules' })('answers as the scorer does, in order', async ({ executor, items }) => {
    assert.is(executor.kind, subject.kind);
    assert.is(executor.threads, subject.threads);
    const all = fc.sample(transactions, 300);
    const alone = Promise.all(all.slice(0, 100).map((one) => items([one])));
    const batch = items(all.slice(100, 101));
    const large = items(all.slice(101));
    const found = [...(await alone).flat(), ...(await batch), ...(await large)];
    assert.equal(found.map(parseAssessment), all.map(scoreByRules));
  });

  on(`a batch larger than a task (${PLACE_ITEMS_MAX}) keeps its order`, async ({ items, counted }) => {
    // The first transactions of a task take longer than the last ones of the task before it.
    const batch = many(500).map((one, index) => {
      const category = index % PLACE_ITEMS_MAX < 5 ? 'answers a turn later' : 'answers';
      return { ...one, category };
    });
    const found = await items(batch);
    assert.equal(
      found.map((item) => Reflect.get(Object(parseAssessment(item)), 'tx_id')),
      batch.map(({ tx_id }) => tx_id),
    );
    assert.is(denseTickets(found), 500);
    assert.is(await counted(), 500);
  });

  on('nothing given is nothing scored, and done', async ({ items, counted }) => {
    assert.equal(await items([]), []);
    assert.is(await counted(), 0);
  });

  on('asynchronous scorers and thenables are awaited', async ({ items }) => {
    const found = await items([tx('answers a turn later', 5), tx('answers a thenable', 3)]);
    assert.equal(
      found.map((item) => Reflect.get(Object(parseAssessment(item)), 'risk_level')),
      ['CRITICAL', 'HIGH'],
    );
  });

  on.with({ workIterations: 1000 })('reports durations; none is negative', async ({ executor }) => {
    for (const batch of [many(1), many(1, 'answers a turn later'), many(200)]) {
      const completion = await executor.submit(batch).completion;
      assert.is(completion.state, 'done');
      if (completion.state !== 'done') return;
      for (const ms of Object.values(completion.timing)) assert.ok(ms >= 0 && Number.isFinite(ms));
      assert.ok(completion.timing.scoreMs > 0);
    }
  });
}

function promiseCounts(test: Test, subject: Subject): void {
  const on = onHarness(test, subject);
  for (const tally of TALLY_KINDS) {
    on.with({ tally })(`tally ${tally}: tickets without a gap`, async ({ items, counted }) => {
      const batches = [many(1), many(150), many(1, 'answers a turn later'), many(70)];
      const failing = [tx('throws'), tx(), tx('rejects')];
      const found = await Promise.all([...batches, failing].map(items));
      assert.is(denseTickets(found.flat()), 223);
      assert.is(await counted(), 223);
    });
  }

  on('the ticket names the level of the answer', async ({ items }) => {
    const found = await items([tx('answers', 0), tx('answers', 5), tx('answers', 7)]);
    const tickets = found.map((item) => `${item.ok && item.ticket}`);
    // Of two that are scored at the same time, either may be the first.
    assert.equal([tickets[0], ...tickets.slice(1).sort()], ['LOW:1', 'CRITICAL:1', 'CRITICAL:2']);
  });
}

const FAILING = [
  'throws',
  'throws nothing',
  'throws what has no text',
  'rejects',
  'rejects with what has no text',
  'answers nonsense',
  'answers nonsense later',
];

const BAD_TEXTS: Readonly<Record<string, readonly [string, RegExp]>> = {
  '': ['MALFORMED', /empty/],
  '{"amount":': ['MALFORMED', /not valid JSON/],
  '[1]': ['INVALID', /must be a JSON object/],
  '{"hour":3}': ['INVALID', /Missing required field 'amount'/],
  [`${'['.repeat(70)}${']'.repeat(70)}`]: ['TOO_DEEP', /64 levels/],
};

function promiseFailures(test: Test, subject: Subject): void {
  const on = onHarness(test, subject);
  on('a text that is no transaction fails alone, uncounted', async ({ executor, counted }) => {
    const good = JSON.stringify(tx());
    const texts = Object.keys(BAD_TEXTS).flatMap((bad) => [good, bad]);
    const completion = await executor.submitTexts(texts).completion;
    const items = completion.state === 'done' ? completion.items : [];
    assert.is(items.length, texts.length);
    for (const [at, [code, words]] of Object.values(BAD_TEXTS).entries()) {
      const [before, item] = items.slice(2 * at);
      assert.is(before?.ok, true);
      if (item === undefined || item.ok) throw new Error(`${texts[2 * at + 1]} was scored`);
      assert.is(item.code, code);
      assert.match(item.detail, words);
      assert.is('errors' in item, code === 'INVALID');
    }
    assert.is(await counted(), texts.length / 2);
  });

  for (const behaviour of FAILING) {
    on(`a transaction whose scorer ${behaviour} fails alone, uncounted`, async ({ items, counted }) => {
      assert.equal(outcomes(await items([tx(behaviour)])), ['SCORER_FAILED']);
      const found = await items([tx(), tx(behaviour), tx('answers a turn later'), tx(behaviour)]);
      assert.equal(outcomes(found), ['ok', 'SCORER_FAILED', 'ok', 'SCORER_FAILED']);
      for (const item of found) assert.ok(item.ok || item.detail.length > 0);
      assert.is(await counted(), 2);
    });
  }

  for (const tally of TALLY_KINDS) {
    const start = [0, 0, 0, Number.MAX_SAFE_INTEGER, 0];
    const full = { ...subject, tally, start };
    // A start fills the cells of the thread that creates the tally; a task worker of `striped` adds
    // to cells of its own, and would have to add 2^53 times first.
    if (tally === 'striped' && subject.threads > 0) continue;
    test(
      `tally ${tally}: an add that is refused makes its own transaction fail, with what happened`,
      withHarness(full, async ({ items }) => {
        const found = await items([tx('answers', 0), tx('answers', 9), tx('answers', 0)]);
        assert.equal(outcomes(found), ['ok', 'COUNT_FAILED', 'ok']);
        assert.match(found[1]?.ok === false ? found[1].detail : '', /CRITICAL.*2\^53-1/);
      }),
    );
  }
}
