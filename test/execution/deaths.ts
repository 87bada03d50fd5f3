// What the tests of dying threads share: the books (no count lost, none invented), the proof that a
// pool has healed, and deadlines that come when the test says so. Main thread.

import { setImmediate as nextTurn } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import type { ItemResult } from '../../src/execution/executor.js';
import { type ExecutorHarness, outcomes, tx } from './executor-harness.js';

/** An answered transaction was counted; one whose thread died was counted at most once. */
export async function assertBooks(
  harness: Pick<ExecutorHarness, 'counted'>,
  items: readonly ItemResult[],
): Promise<void> {
  const acknowledged = items.filter(({ ok }) => ok).length;
  const died = outcomes(items).filter((outcome) => outcome === 'THREAD_DIED').length;
  const counted = await harness.counted();
  const told = `counted ${counted}, acknowledged ${acknowledged}, died ${died}`;
  assert.ok(counted >= acknowledged && counted <= acknowledged + died, told);
  assertTickets(items, counted);
}

/** Within a cell no ticket is given twice, and none is above what was counted. */
function assertTickets(items: readonly ItemResult[], counted: number): void {
  const tickets = items.flatMap((item) => (item.ok ? [item.ticket] : []));
  assert.is(new Set(tickets).size, tickets.length, 'a ticket was given twice');
  for (const ticket of tickets) assert.ok(Number(ticket.split(':')[1]) <= counted, ticket);
}

/**
 * As many jobs as threads meet at the latch: fewer threads could not bring them all there. Of
 * threads that still load, so many may fail; a job that dies with one is given again.
 */
export async function assertHealed(harness: ExecutorHarness, failingLoads = 0): Promise<void> {
  const { executor, latch } = harness;
  const current: string[] = []; // those that are to meet: the dead ones are given again
  let failures = 0;
  const pass = async (_: unknown, at: number): Promise<void> => {
    const one = tx('waits at the latch');
    current[at] = one.tx_id;
    const said = outcomes(await harness.items([one]));
    if (said[0] === 'ok') return;
    failures += 1;
    assert.ok(failures <= failingLoads, `${said}: the thread died`);
    await pass(_, at);
  };
  const passes = Promise.all(Array.from({ length: executor.threads }, pass));
  const waiting = () => latch.arrivals.filter(({ arrived }) => current.includes(arrived));
  while (waiting().length < executor.threads) {
    await Promise.race([latch.arrived(latch.arrivals.length + 1), passes]);
  }
  const arrivals = waiting();
  assert.is(new Set(arrivals.map(({ threadId }) => threadId)).size, executor.threads);
  // One that was about to throw may have met there too: its job comes again, to another thread.
  const passed = passes.then(() => true);
  const another = () => latch.arrived(latch.arrivals.length + 1).then(() => false);
  do {
    for (const { arrived } of waiting()) latch.open(arrived);
  } while (!(await Promise.race([passed, another()])));
  // One that has thrown is replaced before it has ended; the test's time limit bounds the wait.
  while (harness.livingThreads().length > executor.threads) await nextTurn();
  assert.is(harness.livingThreads().length, executor.threads);
}

/** Resolves with the items of all; each is submitted alone, all at once. */
export async function allAlone(
  harness: ExecutorHarness,
  transactions: Parameters<ExecutorHarness['items']>[0],
): Promise<ItemResult[]> {
  const found = await Promise.all(transactions.map((one) => harness.items([one])));
  return found.flat();
}

/**
 * Timers of exactly this delay come when the test says so and not by the clock. `restore` puts the
 * real timers back.
 */
export function holdTimers(delayMs: number): { fire(): number; restore(): void } {
  const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
  const held = new Map<unknown, () => void>();
  const set = (callback: (...given: unknown[]) => void, ms?: number, ...given: unknown[]) => {
    const timer = real.setTimeout(callback, ms, ...given);
    if (ms === delayMs) held.set(timer, () => callback(...given));
    return timer;
  };
  const clear = (timer: Parameters<typeof clearTimeout>[0]) => {
    held.delete(timer);
    real.clearTimeout(timer);
  };
  Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
  return {
    fire() {
      const due = [...held];
      for (const [timer, callback] of due) {
        clear(timer as NodeJS.Timeout);
        callback();
      }
      return due.length;
    },
    restore: () => void Object.assign(globalThis, real),
  };
}
