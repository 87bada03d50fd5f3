// Runs on a task worker: scores and counts the inputs of each task, and keeps its journal. It parses no HTTP,
// and writes only the cells of the tally and the journal. The types at the end cross between the main thread
// and a task worker; the main thread imports only them.

import { parentPort, threadId, workerData } from 'node:worker_threads';
import { describeThrown, findScorer } from '../scoring/scorers.js';
import { createJournal } from '../tally/journal.js';
import { attachRegion, type RegionHandle } from '../tally/region.js';
import { createTally, type TallyName } from '../tally/tally.js';
import type { Input, ItemFailure, ItemResult } from './executor.js';
import { createScoreAndCount, type ScoreAndCount } from './score-and-count.js';

const data = workerData as TaskWorkerData;
const journal = createJournal();
/** The item that is being scored: the journal records its count. */
const current = { task: 0, item: 0 };
/** The last task of which this thread returned a part. */
let lastReturned = -1;
/** The task before, while it runs: an asynchronous scorer must not meet the next task. */
let previous: Promise<unknown> | undefined;

// The main thread sends tasks only to a thread that has announced itself. A failure is announced
// too: the main thread then ends this one, and a task that still comes waits for that.
const ready = prepare().catch((error: unknown) => {
  announce(error instanceof Error ? error.message : describeThrown(error));
  return new Promise<never>(() => {});
});
let scoreAndCount: ScoreAndCount | undefined;

/** The task that Piscina runs. A failing scorer is a failed item, never an exception. */
export function scoreTask(task: Task): TaskResult | Promise<TaskResult> {
  if (scoreAndCount === undefined) return ready.then(() => scoreTask(task));
  if (previous !== undefined) return previous.then(() => scoreTask(task));
  const result = scoreItems(task, scoreAndCount);
  if (!(result instanceof Promise)) return result;
  previous = result.finally(() => {
    previous = undefined;
  });
  return result;
}

interface GrowingResult extends TaskResult {
  readonly bodies: string[];
  readonly tickets: string[];
  readonly scoreMs: number[];
  readonly failures: [number, ItemFailure][];
}

/** At least one item, then more until the budget is spent or the main thread revokes the rest. */
function scoreItems(task: Task, score: ScoreAndCount): TaskResult | Promise<TaskResult> {
  const result: GrowingResult = { bodies: [], tickets: [], scoreMs: [], failures: [] };
  // First come, first served: what an earlier task returned comes before this one.
  if (lastReturned > task.answered) return result;
  const startedAt = performance.now();
  return scoreFrom(0, startedAt);

  function scoreFrom(first: number, begunAt: number): TaskResult | Promise<TaskResult> {
    let itemAt = begunAt;
    for (let item = first; item < task.inputs.length; item++) {
      if (item > 0 && itemAt - startedAt >= task.budgetMs) {
        lastReturned = task.number;
        break;
      }
      if (!journal.claim(task.number, item)) break;
      current.task = task.number;
      current.item = item;
      const scored = score(task.inputs[item] ?? '', task.tickets?.[item]);
      if (scored instanceof Promise) {
        return scored.then((settled) => scoreFrom(item + 1, keep(settled, itemAt)));
      }
      itemAt = keep(scored, itemAt);
    }
    return result;
  }

  function keep(scored: ItemResult, itemAt: number): number {
    const now = performance.now();
    result.scoreMs.push(now - itemAt);
    result.bodies.push(scored.ok ? scored.body : '');
    result.tickets.push(scored.ok ? scored.ticket : '');
    if (!scored.ok) result.failures.push([result.bodies.length - 1, scored]);
    return now;
  }
}

async function prepare(): Promise<void> {
  const scorer = await findScorer(data.scorer);
  const tally = createTally({
    kind: data.tally,
    names: data.counters,
    region: attachRegion(data.region),
    role: 'member',
    channel: data.channel,
  });
  scoreAndCount = createScoreAndCount(scorer, tally, data.workIterations, (counter, ticket) => {
    journal.record(current.task, current.item, counter, ticket?.value);
  });
  const cells = data.counters.map((_, counter) => tally.cellOf(counter));
  announce(undefined, cells);
}

function announce(error: string | undefined, cells: readonly string[] = []): void {
  const message: StartMessage = { started: true, threadId, error, journal: journal.buffer, cells };
  parentPort?.postMessage(message);
}

// From here on: what crosses. Each type must survive a structured clone.

/** What a task worker receives at its start. */
export interface TaskWorkerData {
  readonly region: RegionHandle;
  readonly tally: TallyName;
  readonly counters: readonly string[];
  readonly channel: string;
  readonly scorer: string;
  readonly workIterations: number;
}

/** Each task worker sends it once: it is ready, or why it never will be. */
export interface StartMessage {
  readonly started: true;
  readonly threadId: number;
  readonly error: string | undefined;
  /** Where the task worker records its progress. */
  readonly journal: SharedArrayBuffer;
  /** The cell that its adds to each counter go to, as in its tickets. */
  readonly cells: readonly string[];
}

/** One task: inputs to score in order. */
export interface Task {
  /** Counts up for each thread. */
  readonly number: number;
  /** The last task that this thread had answered when this was sent; -1: none. */
  readonly answered: number;
  readonly inputs: readonly Input[];
  /** Tickets of inputs that a thread counted before it died without an answer. */
  readonly tickets?: readonly (string | undefined)[];
  /** After this time the thread returns the inputs that it has not begun. */
  readonly budgetMs: number;
}

/**
 * The result of a task, as parallel lists over the inputs that were scored, in order: strings and
 * numbers cross for a fraction of the cost of objects. Shorter than the inputs when the thread
 * returned the rest, or the main thread revoked it.
 */
export interface TaskResult {
  /** The assessment as JSON; an empty string for a failure. */
  readonly bodies: readonly string[];
  readonly tickets: readonly string[];
  readonly scoreMs: readonly number[];
  readonly failures: readonly (readonly [number, ItemFailure])[];
}
