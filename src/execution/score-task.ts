// Runs on a task worker: scores and counts the texts it is handed, task after task, and keeps its
// journal. It parses no HTTP and writes nothing but the tally's cells and the journal.

import { parentPort, threadId, workerData } from 'node:worker_threads';
import { describeThrown, findScorer } from '../scoring/scorers.js';
import { createJournal, type Journal } from '../tally/journal.js';
import { attachRegion } from '../tally/region.js';
import { createTally } from '../tally/tally.js';
import { createScoreText, type ScoreText } from './counted.js';
import type { Item } from './executor.js';
import type { Started, Task, TaskResult, TaskWorkerData } from './messages.js';

const data = workerData as TaskWorkerData;
const journal = createJournal();
/** What is being scored: the journal is told when it is counted. */
let running = { task: 0, item: 0 };
/** The last task of which a part was given back. */
let gaveBack = -1;
/** The task before, while it is not done: an asynchronous scorer must not meet the next one. */
let before: Promise<unknown> | undefined;

// The main thread gives tasks only to a thread that has announced itself. A failure is announced
// too: it ends this thread, and a task that came all the same would wait for that.
const ready = prepare().catch((error: unknown) => {
  announce(error instanceof Error ? error.message : describeThrown(error));
  return new Promise<never>(() => {});
});
let loaded: ScoreText | undefined;

/** The task Piscina runs; a failing scorer is an item that says so, never an exception. */
export function scoreTask(task: Task): TaskResult | Promise<TaskResult> {
  if (loaded === undefined) return ready.then(() => scoreTask(task));
  if (before !== undefined) return before.then(() => scoreTask(task));
  const result = runTask(task, loaded, journal);
  if (!(result instanceof Promise)) return result;
  before = result.finally(() => {
    before = undefined;
  });
  return result;
}

/** At least one item, then more until `stopMs` have passed or the main thread wants them back. */
function runTask(task: Task, scoreText: ScoreText, log: Journal): TaskResult | Promise<TaskResult> {
  const result = { bodies: [], tickets: [], scoreMs: [], failures: [] } as Writable;
  // First come, first served: what that task gave back comes before this one, which was sent first.
  if (gaveBack > task.answered) return result;
  const startedAt = performance.now();
  return goOn(0, startedAt);

  function goOn(from: number, begunAt: number): TaskResult | Promise<TaskResult> {
    let itemAt = begunAt;
    for (let item = from; item < task.texts.length; item++) {
      if (item > 0 && itemAt - startedAt >= task.stopMs) {
        gaveBack = task.number;
        break;
      }
      if (!log.claim(task.number, item)) break;
      running = { task: task.number, item };
      const scored = scoreText(task.texts[item] ?? '', task.tickets?.[item]);
      if (scored instanceof Promise) return scored.then((value) => goOn(item + 1, keep(value)));
      itemAt = keep(scored);
    }
    return result;

    function keep(value: Item): number {
      const now = performance.now();
      result.scoreMs.push(now - itemAt);
      result.bodies.push(value.ok ? value.body : '');
      result.tickets.push(value.ok ? value.ticket : '');
      if (!value.ok) result.failures.push([result.bodies.length - 1, value]);
      return now;
    }
  }
}

type Writable = { -readonly [key in keyof TaskResult]: TaskResult[key][number][] };

async function prepare(): Promise<void> {
  const scorer = await findScorer(data.scorer);
  const tally = createTally({
    kind: data.tally,
    names: data.counters,
    region: attachRegion(data.region),
    role: 'member',
    channel: data.channel,
  });
  loaded = createScoreText(scorer, tally, data.workIterations, (counter, ticket) => {
    journal.record(running.task, running.item, counter, ticket?.value);
  });
  announce(
    undefined,
    data.counters.map((_, counter) => tally.cellOf(counter)),
  );
}

function announce(error: string | undefined, cells: readonly string[] = []): void {
  const started: Started = { started: true, threadId, error, journal: journal.buffer, cells };
  parentPort?.postMessage(started);
}
