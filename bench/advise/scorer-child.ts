// Runs one scorer in a separate process: times its calls, their CPU work, and parsing and printing. Only its
// parent (scorer-profile.ts) talks to it, and may kill it at any time, because a scorer may never end.

import { type Assessment, scoreByRules } from '../../src/scoring/rules.js';
import { describeThrown, findScorer, type Scorer } from '../../src/scoring/scorers.js';
import { readTransaction, type Transaction } from '../../src/scoring/transaction.js';
import { serveJobs } from '../load/load-child.js';
import type { ScorerCalls, ScorerJob, ScorerReply } from './scorer-profile.js';

const BLOCKS = 15;
/** Long enough for the clock, and shorter than a time slice of the operating system. */
const BLOCK_MS = 4;

// Standard output has the advice, so prints of a scorer go to standard error.
process.stdout.write = process.stderr.write.bind(process.stderr);

/** Rejects with errors that a scorer throws outside its calls: in a timer, or an unawaited promise. */
const broken = new Promise<never>((_, reject) => {
  process.once('uncaughtException', reject);
});
broken.catch(() => {});

function parseTransaction(body: string): Transaction {
  const read = readTransaction(body);
  if (!read.ok) throw new Error(read.detail);
  return read.transaction;
}

/** Each call gets a fresh transaction: a scorer may write to it. */
async function call(scorer: Scorer, body: string, from: Calls): Promise<Assessment> {
  const transaction = parseTransaction(body);
  const startedAt = performance.now();
  const returned = scorer(transaction);
  // A synchronous answer is not awaited: that would time a turn of the event loop too.
  const isAsync = returned instanceof Promise;
  const assessment = isAsync ? await returned : returned;
  from.us.push((performance.now() - startedAt) * 1000);
  from.isAsync ||= isAsync;
  from.levels.add(assessment.risk_level);
  from.answers.add(JSON.stringify(assessment));
  if (from.answers.size > 2) from.answers.delete([...from.answers][0] ?? ''); // two are enough
  return assessment;
}

interface Calls {
  us: number[];
  isAsync: boolean;
  readonly levels: Set<string>;
  readonly answers: Set<string>;
}

async function callFor(ms: number, callsMax: number, scorer: Scorer, body: string) {
  const calls: Calls = { us: [], isAsync: false, levels: new Set(), answers: new Set() };
  const before = process.cpuUsage();
  const startedAt = performance.now();
  let last = await call(scorer, body, calls);
  while (performance.now() - startedAt < ms && calls.us.length < callsMax) {
    last = await call(scorer, body, calls);
  }
  const tookUs = (performance.now() - startedAt) * 1000;
  const { user, system } = process.cpuUsage(before);
  return { calls, last, cpuShare: (user + system) / tookUs };
}

/** Microseconds of one call: the mean of each of several blocks. */
function blocksUs(one: () => unknown): number[] {
  let times = 1;
  const blockMs = () => {
    const startedAt = performance.now();
    for (let time = 0; time < times; time++) one();
    return performance.now() - startedAt;
  };
  while (blockMs() < BLOCK_MS) times *= 2;
  return Array.from({ length: BLOCKS }, () => (blockMs() * 1000) / times);
}

async function measure(job: ScorerJob): Promise<ScorerCalls> {
  const { scorer: reference, body, warmMs, measureMs, callsMax } = job;
  const scorer = await findScorer(reference);
  await callFor(warmMs, callsMax, scorer, body);
  const { calls, last, cpuShare } = await callFor(measureMs, callsMax, scorer, body);
  const transaction = parseTransaction(body);
  return {
    callUs: Float64Array.from(calls.us),
    cpuShare,
    isAsync: calls.isAsync,
    levels: [...calls.levels],
    isSame: calls.answers.size === 1,
    bodyBytes: Buffer.byteLength(body),
    answerBytes: Buffer.byteLength(JSON.stringify(last)),
    readUs: blocksUs(() => readTransaction(body)),
    printUs: blocksUs(() => JSON.stringify(last)),
    rulesUs: blocksUs(() => scoreByRules(transaction)),
  };
}

async function answer(job: ScorerJob): Promise<ScorerReply> {
  try {
    return await Promise.race([measure(job), broken]);
  } catch (error) {
    return { failed: describeThrown(error instanceof Error ? error.message : error) };
  }
}

serveJobs(answer);
