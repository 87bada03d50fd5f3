// A test harness for one executor: the region, the tally and the executor as the service builds them,
// the latch of its scorer, and every thread that was started for it. `close` ends all of it.

import type { Worker } from 'node:worker_threads';
import type {
  Completion,
  Executor,
  ExecutorKind,
  ExecutorOptions,
  ItemResult,
} from '../../src/execution/executor.js';
import { createExecutor } from '../../src/execution/executors.js';
import { type Assessment, COUNTER_NAMES, LEVELS } from '../../src/scoring/rules.js';
import type { Transaction } from '../../src/scoring/transaction.js';
import { createRegion } from '../../src/tally/region.js';
import { createTally, type TallyKind, tallyPlan } from '../../src/tally/tally.js';
import { createThreadLatch, type ThreadLatch } from '../support/latch.js';
import { collectErrors, type Trouble } from '../support/service-events.js';
import type { suite } from '../support/suite.js';

const BEHAVING = new URL('../fixtures/scorers/behaving.js', import.meta.url).href;

export type Test = ReturnType<typeof suite>;

/** What a contract is run against. */
export interface Subject {
  readonly kind: ExecutorKind;
  readonly threads: number;
}

/** Texts that may be scored at the same time. */
export function atOnce({ threads }: Subject): number {
  return Math.max(1, threads);
}

/** Texts that leave the queue while each thread holds one: `batched` has another at each door. */
export function countSubjectPlaces(subject: Subject): number {
  return atOnce(subject) * (subject.kind === 'batched' ? 2 : 1);
}

/**
 * What a text may cost before what waits behind it is taken back, which closes the door of its
 * thread until it ends: more than a machine that is held up can take between two submissions.
 */
export const NEVER_OVERDUE_US = 600_000_000;

interface ExecutorHarnessOptions extends Subject {
  /** The scorer `behaving` when left out. The URL of a file is told the latch. */
  readonly scorer?: string;
  readonly tally?: TallyKind;
  readonly queueMax?: number;
  readonly sliceUs?: number;
  readonly deadlineMs?: number;
  readonly scorerTimeoutMs?: number;
  readonly start?: readonly number[];
  readonly workIterations?: number;
}

/** A submission as a promise; `settled` stays undefined until there is a completion. */
export interface TestSubmission {
  readonly completion: Promise<Completion>;
  readonly settled: Completion | undefined;
  cancel(): void;
}

/** An executor that takes transactions and hands out submissions. */
export interface HarnessExecutor extends Omit<Executor, 'submit'> {
  submit(transactions: readonly Transaction[]): TestSubmission;
  submitTexts(texts: readonly string[]): TestSubmission;
}

export interface ExecutorHarness {
  readonly executor: HarnessExecutor;
  readonly latch: ThreadLatch;
  readonly troubles: readonly Trouble[];
  /** All that were ever started for this harness, the dead too. */
  readonly threads: readonly Worker[];
  livingThreads(): Worker[];
  /** Submits and waits; a refusal is an error here. */
  items(transactions: readonly Transaction[]): Promise<readonly ItemResult[]>;
  /** Scored transactions of all levels. */
  counted(): Promise<number>;
  close(): Promise<void>;
}

let harnesses = 0;

/** Rejects as `createExecutor` does; nothing stays behind then. */
export async function openHarness(options: ExecutorHarnessOptions): Promise<ExecutorHarness> {
  harnesses += 1;
  const latch = createThreadLatch();
  const threads: Worker[] = [];
  const troubles: Trouble[] = [];
  const noteThread = (worker: Worker): void => void threads.push(worker);
  const kind = options.tally ?? 'atomic';
  const scorer = options.scorer ?? BEHAVING;
  const channel = `harness.${process.pid}.${harnesses}`;
  const region = createRegion(tallyPlan(kind, COUNTER_NAMES));
  const tally = createTally({
    kind,
    names: COUNTER_NAMES,
    region,
    role: 'owner',
    channel,
    ...(options.start && { start: options.start }),
  });
  const release = (): void => {
    process.off('worker', noteThread);
    tally.close();
    latch.close();
  };
  const given: ExecutorOptions = {
    kind: options.kind,
    threads: options.threads,
    scorer: scorer.endsWith('.js') ? `${scorer}?latch=${latch.name}` : scorer,
    workIterations: options.workIterations ?? 0,
    queueMax: options.queueMax ?? 4096,
    sliceUs: options.sliceUs ?? 500,
    deadlineMs: options.deadlineMs ?? 0,
    scorerTimeoutMs: options.scorerTimeoutMs ?? 0,
    tally,
    region,
    channel,
    log: collectErrors(troubles),
  };
  process.on('worker', noteThread);
  let executor: Executor;
  try {
    executor = await createExecutor(given);
  } catch (error) {
    release();
    throw error;
  }
  const own = withSubmissions(executor);
  return {
    executor: own,
    latch,
    troubles,
    threads,
    livingThreads: () => threads.filter(({ threadId }) => threadId !== -1),
    items: async (transactions) => requireItems(await own.submit(transactions).completion),
    async counted() {
      const { counts } = await tally.snapshot();
      return counts.slice(0, LEVELS.length).reduce((sum, count) => sum + count, 0);
    },
    async close() {
      latch.openForAll();
      await executor.close(0);
      release();
    },
  };
}

function withSubmissions(executor: Executor): HarnessExecutor {
  const submitTexts = (texts: readonly string[]): TestSubmission => {
    let settled: Completion | undefined;
    let cancel = () => {};
    const completion = new Promise<Completion>((resolve, reject) => {
      cancel = executor.submit(texts, (one) => {
        if (settled !== undefined) reject(new Error('settled twice'));
        settled = one;
        resolve(one);
      });
    });
    return {
      completion,
      cancel,
      get settled() {
        return settled;
      },
    };
  };
  return {
    ...executor,
    close: (deadlineMs) => executor.close(deadlineMs),
    submitTexts,
    submit: (transactions) => submitTexts(transactions.map((one) => JSON.stringify(one))),
  };
}

/** What the item says was scored; its code where nothing was. */
export function parseAssessment(item: ItemResult): Assessment | string {
  return item.ok ? (JSON.parse(item.body) as Assessment) : item.code;
}

export function requireItems(completion: Completion): readonly ItemResult[] {
  if (completion.state === 'done') return completion.items;
  throw new Error(`refused: ${completion.reason}`);
}

/** Runs a body on a harness of its own and closes it, whatever happens. */
export function withHarness(
  options: ExecutorHarnessOptions,
  body: (harness: ExecutorHarness) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const harness = await openHarness(options);
    try {
      await body(harness);
    } finally {
      await harness.close();
    }
  };
}

/** Adds tests that have a harness each; `with` changes the options for one of them. */
export function onHarness(test: Test, options: ExecutorHarnessOptions) {
  type Body = Parameters<typeof withHarness>[1];
  const on = (title: string, body: Body) => test(title, withHarness(options, body));
  const withOptions = (more: Partial<ExecutorHarnessOptions>) => (title: string, body: Body) =>
    test(title, withHarness({ ...options, ...more }, body));
  return Object.assign(on, { with: withOptions });
}

let named = 0;

/** A transaction for the scorer `behaving`, with a name of its own. */
export function tx(behaviour = 'answers', amount = 1): Transaction {
  named += 1;
  return { amount, category: behaviour, hour: 12, tx_id: `TX${named}` };
}

export function many(count: number, behaviour?: string): Transaction[] {
  return Array.from({ length: count }, (_, index) => tx(behaviour, index % 8));
}

/** `ok`, or the code of the failure. */
export function outcomes(items: readonly ItemResult[]): string[] {
  return items.map((item) => (item.ok ? 'ok' : item.code));
}

/** The ticket of an item that was counted, answered or not. */
export function readTicket(item: ItemResult | undefined): string | undefined {
  return item !== undefined && 'ticket' in item ? item.ticket : undefined;
}

/** `counted` for an item with a ticket, answered or not; else the code of the failure. */
export function fates(items: readonly ItemResult[]): string[] {
  return items.map((item) => (readTicket(item) !== undefined ? 'counted' : item.ok ? '' : item.code));
}

/** Within each cell the tickets are 1..n, each once; their number is the answer. */
export function denseTickets(items: readonly ItemResult[]): number {
  const cells = new Map<string, number[]>();
  for (const item of items) {
    if (!item.ok) continue;
    const [cell = '', value = ''] = item.ticket.split(':');
    cells.set(cell, [...(cells.get(cell) ?? []), Number(value)]);
  }
  let total = 0;
  for (const [cell, values] of cells) {
    const isDense = values.toSorted((a, b) => a - b).every((value, index) => value === index + 1);
    if (!isDense) throw new Error(`tickets of ${cell} are not 1..${values.length}: ${values}`);
    total += values.length;
  }
  return total;
}
