// What every tally promises, whatever its kind: one suite, run once for each by a file of a few lines in
// tally/. Real threads start together and are killed for good; nobody sleeps and nothing is timed. The checks
// themselves are in tally/detectors.ts, and are seen to fire in tally/faults.test.ts.

import { setImmediate as nextTurn } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import type { TallyKind } from '../../src/tally/tally.js';
import { gather } from '../fixtures/tally/job.js';
import { suite } from '../support/suite.js';
import { backwards, fallingTicket, lostAdds, offStairs, sparseTicket, unchained } from './detectors.js';
import { NAMES, onHarness } from './tally-harness.js';

const THREADS = 4;

interface Effort {
  /** Adds of each of the four threads. */
  readonly adds: number;
  /** Steps of arithmetic between adds while snapshots are taken. */
  readonly work: number;
}

type Test = ReturnType<typeof suite>;

export function tallyContract(kind: TallyKind, effort: Effort): void {
  const test = suite(`tally: ${kind}`);
  promiseOnOneThread(test, kind);
  promiseNothingLost(test, kind, effort);
  promiseSnapshots(test, kind, effort);
  promiseLimits(test, kind);
  promiseSurvival(test, kind);
  test.run();
}

function promiseOnOneThread(test: Test, kind: TallyKind): void {
  const on = onHarness(test, kind);
  on('an add counts one, in its own counter only, and its ticket says which', async ({ tally, count }) => {
    assert.equal(await count(), [0, 0, 0, 0]);
    const first = await tally.add(3);
    const second = await tally.add(3);
    assert.match(first.cell, /^CRITICAL(\.\d+)?$/);
    assert.equal([first.value, second.value], [1, 2]);
    assert.is(second.cell, first.cell);
    await tally.add(0);
    assert.equal(await count(), [1, 0, 0, 2]);
  });

  on('a snapshot at rest is exact', async ({ tally }) => {
    await tally.add(1);
    const { counts, exact, collects } = await tally.snapshot();
    assert.equal(counts, [0, 1, 0, 0]);
    assert.is(exact, true);
    assert.ok(collects === 1 || collects === 2);
  });

  on('an add to a counter that does not exist is refused and counts nothing', async ({ tally, count }) => {
    for (const counter of [-1, 4, 0.5, Number.NaN]) {
      assert.instance(await readError(() => tally.add(counter)), RangeError);
    }
    assert.equal(await count(), [0, 0, 0, 0]);
  });

  on('closing twice is closing once', async ({ tally }) => {
    tally.close();
    tally.close();
  });
}

function promiseNothingLost(test: Test, kind: TallyKind, { adds }: Effort): void {
  const on = onHarness(test, kind);
  on(`${THREADS} threads x ${adds} adds: none is lost, tickets are 1..n, each once`, async (harness) => {
    const crew = harness.crew(Array(THREADS).fill({ is: 'adds', adds, work: 0 }));
    const tickets = await Promise.all(crew.map((hired) => hired.tickets));
    const counted = await harness.count();
    assert.is(lostAdds(harness.acknowledged(), counted), 0);
    assert.is(lostAdds([THREADS * adds], counted), 0);
    assert.equal(
      counted,
      NAMES.map(() => (THREADS * adds) / NAMES.length),
    );

    const cells = new Set(tickets.flatMap((ofThread) => Object.keys(ofThread)));
    for (const cell of cells) {
      const all = tickets.flatMap((ofThread) => ofThread[cell] ?? []);
      assert.is(sparseTicket(all), undefined, `tickets of ${cell} are not 1..${all.length}`);
      for (const ofThread of tickets) assert.is(fallingTicket(ofThread[cell] ?? []), undefined);
    }
    assert.is(tickets.flatMap((ofThread) => Object.values(ofThread).flat()).length, THREADS * adds);
  });
}

function promiseSnapshots(test: Test, kind: TallyKind, { work }: Effort): void {
  const on = onHarness(test, kind);
  on('snapshots taken under fire by two threads are moments of one history', async (harness) => {
    // Bounded by the time a test may take: on a busy machine the adders may harness still for long.
    const wanted = { exactWanted: 100, readsMax: 100_000_000 };
    const adders = 2;
    const [reader, ...crew] = harness.crew([
      { is: 'reads', ...wanted },
      ...Array(adders).fill({ is: 'adds until stopped', work }),
    ]);
    await Promise.all(crew.map((hired) => hired.running));
    const here = await gather(() => harness.tally.snapshot(), wanted, nextTurn);
    const there = (await reader?.snapshots) ?? [];
    harness.stop();
    await Promise.all(crew.map((hired) => hired.tickets));

    // Else the promise below would be one about nothing.
    const exact = [here, there].map((all) =>
      all.filter((snapshot) => snapshot.exact).map((snapshot) => snapshot.counts),
    );
    assert.equal(
      exact.map((all) => all.length),
      [100, 100],
    );
    assert.is(unchained(exact.flat()), undefined);
    assert.is(offStairs(exact.flat(), adders), undefined);
    // The inexact ones too: each cell on its own never goes down under one reader's eyes.
    for (const all of [here, there]) {
      assert.is(backwards(all.map((snapshot) => snapshot.counts)), undefined);
    }
    assert.is(lostAdds(harness.acknowledged(), await harness.count()), 0);
  });
}

function promiseLimits(test: Test, kind: TallyKind): void {
  const start = [2 ** 31 - 2, 2 ** 32 - 2, Number.MAX_SAFE_INTEGER - 1, 0];
  const on = onHarness(test, kind, start);

  on('cells pass 2^31 and 2^32 without trouble', async ({ tally, count }) => {
    for (const counter of [0, 1]) {
      const values = [];
      for (let add = 0; add < 4; add += 1) values.push((await tally.add(counter)).value);
      const from = start[counter] ?? 0;
      assert.equal(values, [from + 1, from + 2, from + 3, from + 4]);
    }
    assert.equal((await count()).slice(0, 2), [2 ** 31 + 2, 2 ** 32 + 2]);
  });

  on(
    'an add that would pass 2^53-1 throws, says which cell, and is never miscounted',
    async ({ tally, count }) => {
      assert.is((await tally.add(2)).value, Number.MAX_SAFE_INTEGER);
      assert.is((await count())[2], Number.MAX_SAFE_INTEGER);
      const refusal = await readError(() => tally.add(2));
      assert.instance(refusal, RangeError);
      assert.match(String(refusal), /cell HIGH.* 9007199254740992.*2\^53-1/s);
      // Later snapshots refuse too, or read what was right before: never a rounded count.
      const later = await readError(async () => assert.is((await count())[2], 2 ** 53 - 1));
      assert.ok(later === undefined || later instanceof RangeError);
      // The other counters go on.
      assert.is((await tally.add(3)).value, 1);
    },
  );
}

function promiseSurvival(test: Test, kind: TallyKind): void {
  const on = onHarness(test, kind);
  on('threads killed in the middle of adding corrupt nothing, and all others go on', async (harness) => {
    const endless = { is: 'adds until stopped', work: 0 } as const;
    const [survivor] = harness.crew([endless]);
    await survivor?.running;
    const rounds = 8;
    let killed = 0;
    let addedHere = 0;
    for (let round = 0; round < rounds; round += 1) {
      const victims = harness.crew([endless, endless]);
      await Promise.all(victims.map((victim) => victim.running));
      for (const victim of victims) {
        await victim.kill();
        harness.tally.recover(victim.threadId);
        killed += 1;
      }
      await harness.tally.add(round % NAMES.length);
      addedHere += 1;
      // Acknowledged first, counted after: what the survivor adds in between only adds to it.
      const acknowledged = [...harness.acknowledged(), addedHere];
      const unexplained = -lostAdds(acknowledged, await harness.count());
      assert.ok(unexplained >= 0, `lost ${-unexplained} after ${killed} kills`);
    }
    const [newcomer] = harness.crew([{ is: 'adds', adds: 1000, work: 0 }]);
    await newcomer?.tickets;
    harness.stop();
    await survivor?.tickets;

    const acknowledged = [...harness.acknowledged(), addedHere];
    const unacknowledged = -lostAdds(acknowledged, await harness.count());
    assert.ok(unacknowledged >= 0, `lost ${-unacknowledged} acknowledged adds`);
    assert.ok(unacknowledged <= killed, `${unacknowledged} adds of ${killed} killed threads`);
    assert.is((await harness.tally.snapshot()).exact, true);
  });
}

async function readError(body: () => unknown): Promise<unknown> {
  try {
    await body();
    return undefined;
  } catch (error) {
    return error;
  }
}
