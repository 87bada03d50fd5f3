// The table of executors, and `inline`, the executor that scores on the thread that calls it. A new executor
// is a row here. Main thread or listening thread.

import { setImmediate } from 'node:timers/promises';
import { findScorer } from '../scoring/scorers.js';
import { createBatchedPolicy, POOL_POLICY } from './batching-policy.js';
import { createDispatcher } from './dispatcher.js';
import type {
  Cancel,
  Executor,
  ExecutorKind,
  ExecutorOptions,
  Input,
  ItemResult,
  OnCompletion,
} from './executor.js';
import { createScoreAndCount } from './score-and-count.js';
import {
  cancelNothing,
  completeEmpty,
  createRefusal,
  InFlightCounter,
  PLACE_ITEMS_MAX,
  refuseSubmission,
} from './submission.js';

const EXECUTORS: Readonly<Record<ExecutorKind, (options: ExecutorOptions) => Promise<Executor>>> = {
  inline: createInline,
  pool: (options) => createDispatcher(POOL_POLICY, options),
  batched: (options) => createDispatcher(createBatchedPolicy(options.sliceUs), options),
};

/** @throws Error with one line when the scorer cannot be loaded or a thread does not start */
export function createExecutor(options: ExecutorOptions): Promise<Executor> {
  return EXECUTORS[options.kind](options);
}

/**
 * Scores on the thread that calls it: no crossing, no queue. While it scores, nothing else runs, and with a
 * synchronous scorer the callers wait in their sockets. Only pending promises of a scorer can pile up: one
 * may run, and `queueMax` more may wait beside it.
 */
async function createInline(options: ExecutorOptions): Promise<Executor> {
  const scorer = await findScorer(options.scorer);
  const scoreAndCount = createScoreAndCount(scorer, options.tally, options.workIterations);
  const running = new InFlightCounter(options.onLoadChange);
  let isClosing = false;
  let isOverdue = false;

  function submit(inputs: readonly Input[], onCompletion: OnCompletion): Cancel {
    if (isClosing) return refuseSubmission(onCompletion, 'CLOSING');
    const [only] = inputs;
    if (only === undefined) return completeEmpty(onCompletion);
    if (running.count > options.queueMax) return refuseSubmission(onCompletion, 'QUEUE_FULL');
    if (inputs.length > 1) return submitMany(inputs, onCompletion);
    const startedAt = performance.now();
    const result = scoreAndCount(only);
    if (!(result instanceof Promise)) {
      complete(onCompletion, [result], startedAt);
      return cancelNothing;
    }
    running.begin();
    void result.then((settled) => {
      running.end();
      complete(onCompletion, [settled], startedAt);
    });
    return cancelNothing;
  }

  /** Lets other requests in from time to time: a large batch must not silence `/health`. */
  function submitMany(inputs: readonly Input[], onCompletion: OnCompletion): Cancel {
    let isCancelled = false;
    running.begin();
    void run();
    return () => {
      isCancelled = true;
    };

    async function run(): Promise<void> {
      const startedAt = performance.now();
      const results: ItemResult[] = [];
      for (const input of inputs) {
        if (isCancelled) results.push(createRefusal('CANCELLED'));
        else if (isOverdue) results.push(createRefusal('CLOSING'));
        else results.push(await scoreAndCount(input));
        if (results.length % PLACE_ITEMS_MAX === 0) await setImmediate();
      }
      running.end();
      complete(onCompletion, results, startedAt);
    }
  }

  return {
    kind: 'inline',
    threads: 0,
    threadStartMs: 0,
    submit,
    waiting: () => 0,
    busy: () => running.count,
    alive: () => !isClosing,
    loads: async () => [],
    async close(deadlineMs) {
      isClosing = true;
      isOverdue = !(await running.drain(deadlineMs));
    },
  };
}

function complete(onCompletion: OnCompletion, items: readonly ItemResult[], startedAt: number): void {
  const timing = { queueMs: 0, scoreMs: performance.now() - startedAt, dispatchMs: 0 };
  onCompletion({ state: 'done', items, timing });
}
