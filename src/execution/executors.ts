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
import { type PendingCall, PendingCalls } from './pending-calls.js';
import { createScoreAndCount } from './score-and-count.js';
import {
  cancelNothing,
  completeEmpty,
  createRefusal,
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
  const calls = new PendingCalls(options);
  let isClosing = false;

  function submit(inputs: readonly Input[], onCompletion: OnCompletion): Cancel {
    if (isClosing) return refuseSubmission(onCompletion, 'CLOSING');
    const [only] = inputs;
    if (only === undefined) return completeEmpty(onCompletion);
    if (calls.pending > options.queueMax) return refuseSubmission(onCompletion, 'QUEUE_FULL');
    const startedAt = performance.now();
    if (startedAt >= calls.progressDueAt) calls.noteProgress(startedAt);
    if (inputs.length > 1) {
      const batch = calls.begin(inputs, onCompletion);
      void scoreMany(batch);
      return () => calls.cancel(batch);
    }
    const result = scoreAndCount(only);
    if (!(result instanceof Promise)) {
      const timing = { queueMs: 0, scoreMs: performance.now() - startedAt, dispatchMs: 0 };
      onCompletion({ state: 'done', items: [result], timing });
      return cancelNothing;
    }
    const call = calls.begin(inputs, onCompletion);
    void result.then((settled) => {
      call.results.push(settled);
      calls.end(call);
    });
    return () => calls.cancel(call);
  }

  /** Lets other requests in from time to time: a large batch must not silence `/health`. */
  async function scoreMany(call: PendingCall): Promise<void> {
    for (let next = call.inputs[0]; next !== undefined; next = call.inputs[call.results.length]) {
      let result: ItemResult;
      if (call.isCancelled) result = createRefusal('CANCELLED');
      else if (calls.isOverdue) result = createRefusal('CLOSING');
      else result = await scoreAndCount(next);
      call.results.push(result);
      call.idleTicks = 0;
      calls.noteProgress(performance.now());
      if (call.results.length % PLACE_ITEMS_MAX === 0) await setImmediate();
    }
    calls.end(call);
  }

  return {
    kind: 'inline',
    threads: 0,
    threadStartMs: 0,
    submit,
    waiting: () => 0,
    busy: () => calls.pending,
    alive: () => !isClosing,
    isStuck: () => calls.room.isStuck,
    loads: async () => [],
    close(deadlineMs) {
      isClosing = true;
      return calls.close(deadlineMs);
    },
  };
}
