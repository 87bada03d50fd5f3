// The executor that scores on the thread that calls it: no crossing, no queue, and while it scores
// nothing else runs. With a synchronous scorer the callers wait in their sockets; only promises
// that a scorer left open can pile up: one of those may run, and `queueMax` more wait beside it.

import { setImmediate } from 'node:timers/promises';
import { findScorer } from '../scoring/scorers.js';
import { createScoreText } from './counted.js';
import type { Cancel, Executor, ExecutorOptions, Item, Settle } from './executor.js';
import { createIdle } from './idle.js';
import { neverBegun, nothingToCancel, nothingToDo, PLACE_ITEMS_MAX, refuse } from './jobs.js';

export async function createInline(options: ExecutorOptions): Promise<Executor> {
  const scorer = await findScorer(options.scorer);
  const scoreText = createScoreText(scorer, options.tally, options.workIterations);
  const idle = createIdle();
  let closing = false;
  let overdue = false;

  function submit(texts: readonly string[], settle: Settle): Cancel {
    if (closing) return refuse(settle, 'CLOSING');
    const [only] = texts;
    if (only === undefined) return nothingToDo(settle);
    if (idle.running() > options.queueMax) return refuse(settle, 'QUEUE_FULL');
    if (texts.length > 1) return submitMany(texts, settle);
    const startedAt = performance.now();
    const item = scoreText(only);
    if (!(item instanceof Promise)) {
      settle(done([item], startedAt));
      return nothingToCancel;
    }
    const leave = idle.enter();
    void item.then((settled) => {
      leave();
      settle(done([settled], startedAt));
    });
    return nothingToCancel;
  }

  /** Lets other requests in from time to time: a large batch must not silence `/health`. */
  function submitMany(texts: readonly string[], settle: Settle): Cancel {
    let cancelled = false;
    const leave = idle.enter();
    void run();
    return () => {
      cancelled = true;
    };

    async function run(): Promise<void> {
      const startedAt = performance.now();
      const items: Item[] = [];
      for (const text of texts) {
        if (cancelled || overdue) items.push(neverBegun(cancelled ? 'CANCELLED' : 'CLOSING'));
        else items.push(await scoreText(text));
        if (items.length % PLACE_ITEMS_MAX === 0) await setImmediate();
      }
      leave();
      settle(done(items, startedAt));
    }
  }

  return {
    kind: 'inline',
    threads: 0,
    threadStartMs: 0,
    submit,
    waiting: () => 0,
    busy: idle.running,
    alive: () => !closing,
    loads: async () => [],
    async close(deadlineMs) {
      closing = true;
      overdue = !(await idle.wait(deadlineMs));
    },
  };
}

function done(items: readonly Item[], startedAt: number) {
  const timing = { queueMs: 0, scoreMs: performance.now() - startedAt, dispatchMs: 0 };
  return { state: 'done', items, timing } as const;
}
