// The handlers of `POST /score` and `POST /score/batch`: parse, submit, and say what became of
// each transaction. They wait for the executor and know nothing of threads or sockets.

import type { Completion, Item, Submission, Timing } from '../execute/executor.js';
import { type FieldError, parseTransaction, type Transaction } from '../score/transaction.js';
import { type ProblemCode, ProblemError, problemOf } from './problems.js';
import { type Call, json, type Reply, type Service } from './route.js';

export const BATCH_ITEMS_MAX = 10_000;

/** Seconds after which a client that was shed may try again. */
const RETRY_AFTER_S = '1';

type ItemFailure = Extract<Item, { ok: false }>;

const FAILURES: Readonly<Record<ItemFailure['code'], readonly [ProblemCode, string]>> = {
  SCORER_FAILED: ['scorer-failed', 'The scorer failed; the transaction was not counted'],
  COUNT_FAILED: ['count-failed', 'The count failed; the transaction was counted at most once'],
  THREAD_DIED: ['thread-died', 'Its thread died; the transaction was counted at most once'],
  QUEUE_FULL: ['overloaded', 'Every place in the queue is taken; nothing was counted'],
  CLOSING: ['closing', 'The service is shutting down; nothing was counted'],
  CANCELLED: ['closing', 'The caller left before it was scored; nothing was counted'],
};

export async function scoreOne(call: Call, service: Service): Promise<Reply> {
  const parsed = parseTransaction(call.body);
  if (!parsed.ok) throw invalid(parsed.errors, '');
  const { items, timing } = await settle([parsed.transaction], call, service);
  const [item] = items;
  if (item === undefined) throw new Error('the executor answered no item for one transaction');
  if (!item.ok) throw failureError(item, service);
  return json(item.assessment, {
    Ticket: item.ticket,
    'Server-Timing': serverTiming(timing, call.arrivedAt),
  });
}

export async function scoreBatch(call: Call, service: Service): Promise<Reply> {
  const { body } = call;
  if (!Array.isArray(body)) {
    throw new ProblemError('invalid-body', 'The body must be a JSON array of transactions');
  }
  if (body.length > BATCH_ITEMS_MAX) {
    const detail = `A batch may have at most ${BATCH_ITEMS_MAX} items; this one has ${body.length}`;
    throw new ProblemError('batch-too-large', detail);
  }
  const parsed = body.map((item: unknown) => parseTransaction(item));
  const valid = parsed.flatMap((one) => (one.ok ? [one.transaction] : []));
  const { items, timing } = await settle(valid, call, service);
  const answers: unknown[] = [];
  let next = 0;
  for (const [index, one] of parsed.entries()) {
    if (one.ok) {
      answers.push(itemAnswer(items[next++], service));
      continue;
    }
    await service.countRejected();
    answers.push(problemOf(invalid(one.errors, `/${index}`)));
  }
  return json(answers, { 'Server-Timing': serverTiming(timing, call.arrivedAt) });
}

function itemAnswer(item: Item | undefined, service: Service): unknown {
  if (item === undefined) throw new Error('the executor answered fewer items than it was given');
  if (item.ok) return { ...item.assessment, ticket: item.ticket };
  return problemOf(failureError(item, service));
}

/** `at` is the JSON pointer to the transaction in the body. */
function invalid(faults: readonly FieldError[], at: string): ProblemError {
  const errors = faults.map((fault) => ({ ...fault, pointer: at + fault.pointer }));
  const detail = faults.map((fault) => fault.detail).join('; ');
  return new ProblemError('invalid-transaction', detail, { errors });
}

/** Waits for the executor; a refusal leaves as an exception, so the rest reads straight on. */
async function settle(transactions: readonly Transaction[], call: Call, service: Service) {
  if (transactions.length === 0) {
    return { items: [], timing: { queueMs: 0, scoreMs: 0, dispatchMs: 0 } };
  }
  const submission = service.executor.submit(transactions);
  const completion = await completionOf(submission, call);
  if (completion.state === 'done') {
    const { durations } = service.meters;
    durations.queue.record(completion.timing.queueMs);
    durations.dispatch.record(completion.timing.dispatchMs);
    durations.score.record(completion.timing.scoreMs);
    return completion;
  }
  if (completion.reason === 'QUEUE_FULL') service.meters.happened('shed');
  const [code, detail] = FAILURES[completion.reason];
  throw new ProblemError(code, detail, { headers: { 'Retry-After': RETRY_AFTER_S } });
}

function completionOf(submission: Submission, call: Call): Completion | Promise<Completion> {
  if (submission.completion instanceof Promise) call.onLeave(submission.cancel);
  return submission.completion;
}

/** The caller learns the kind of failure; the operator's log has the words of the scorer. */
function failureError(item: ItemFailure, service: Service): ProblemError {
  const [code, detail] = FAILURES[item.code];
  service.logError(detail, item.detail);
  return new ProblemError(code, detail);
}

/** https://www.w3.org/TR/server-timing/: durations in milliseconds. */
function serverTiming(timing: Timing, arrivedAt: number): string {
  const totalMs = performance.now() - arrivedAt;
  return (
    `queue;dur=${timing.queueMs.toFixed(3)}, ` +
    `score;dur=${timing.scoreMs.toFixed(3)}, total;dur=${totalMs.toFixed(3)}`
  );
}
