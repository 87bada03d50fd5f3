// `node dist/bench/micro/crossing.js`: what should cross to a task worker: objects by structured clone,
// bodies as text, or bytes in shared memory? In batches of several sizes, with two task workers; no HTTP.

import { availableParallelism, cpus } from 'node:os';
import { Piscina } from 'piscina';
import { readTransactions } from '../../src/checker/driver/transactions.js';
import { random, shuffled } from '../../src/checker/random.js';
import { formatTable } from '../../src/present/table.js';
import { formatInterval } from '../../src/present/text.js';
import { parseTransaction } from '../../src/scoring/transaction.js';
import { bootstrapMedian } from '../stats/statistics.js';
import { type Packed, pack, unpack } from './packed.js';

const isSmoke = process.argv.includes('--smoke');
const ROUNDS = isSmoke ? 2 : 9;
const ITEMS = isSmoke ? 1_000 : 20_000;
const BATCHES = [1, 4, 16, 64, 256];
/** Batches under way at the same time: two for each task worker. */
const IN_FLIGHT = 4;

type Way = 'objects' | 'text' | 'shared';
type Cross = (pool: Piscina, bodies: readonly string[]) => Promise<readonly string[]>;

/** From bodies to answers, as texts; the main thread's part and the task worker's. */
const WAYS: Readonly<Record<Way, Cross>> = {
  async objects(pool, bodies) {
    const parsed = bodies.map((body) => parseTransaction(JSON.parse(body)));
    const transactions = parsed.map((one) => (one.ok ? one.transaction : undefined));
    const assessments: unknown[] = await pool.run(transactions, { name: 'objects' });
    return assessments.map((assessment) => JSON.stringify(assessment));
  },
  async text(pool, bodies) {
    return pool.run(bodies, { name: 'text' });
  },
  async shared(pool, bodies) {
    const packed: Packed = await pool.run(pack(bodies), { name: 'shared' });
    return unpack(packed);
  },
};

interface CrossingSample {
  readonly way: Way;
  readonly batch: number;
  readonly perSecond: number;
  /** Main-thread microseconds for each transaction. */
  readonly mainUs: number;
}

const pool = new Piscina({
  filename: new URL('./crossing.worker.js', import.meta.url).href,
  minThreads: 2,
  maxThreads: 2,
  concurrentTasksPerWorker: 2,
  atomics: 'disabled',
  recordTiming: false,
});

async function measure(way: Way, batch: number, bodies: readonly string[]): Promise<CrossingSample> {
  const cross = WAYS[way];
  let next = 0;
  let answered = 0;
  const startedAt = performance.now();
  const before = performance.eventLoopUtilization();
  await Promise.all(Array.from({ length: IN_FLIGHT }, caller));
  const { active } = performance.eventLoopUtilization(before);
  const ms = performance.now() - startedAt;
  if (answered !== ITEMS) throw new Error(`${answered} answers for ${ITEMS} transactions`);
  return { way, batch, perSecond: ITEMS / (ms / 1000), mainUs: (active * 1000) / ITEMS };

  async function caller(): Promise<void> {
    while (next < ITEMS) {
      const size = Math.min(batch, ITEMS - next);
      const from = next % (bodies.length - batch);
      next += size;
      const answers = await cross(pool, bodies.slice(from, from + size));
      answered += answers.length;
    }
  }
}

/** All ways must answer the same before one of them is timed. */
async function checkAnswers(bodies: readonly string[]): Promise<void> {
  const some = bodies.slice(0, 500);
  const [objects, text, shared] = await Promise.all(Object.values(WAYS).map((cross) => cross(pool, some)));
  const same = [text, shared].every((one) => one?.join() === objects?.join());
  if (!same) throw new Error('the ways of crossing give different answers');
}

const bodies = (await readTransactions()).map(({ text }) => text);
await checkAnswers(bodies);
const next = random(1);
const samples: CrossingSample[] = [];
const variants = BATCHES.flatMap((batch) => (Object.keys(WAYS) as Way[]).map((way) => ({ way, batch })));
for (let round = 0; round < ROUNDS; round++) {
  for (const { way, batch } of shuffled(variants, next)) {
    samples.push(await measure(way, batch, bodies));
  }
}
await pool.close();

const model = cpus()[0]?.model;
process.stdout.write(`${model}, ${availableParallelism()} cores, Node ${process.version}\n`);
process.stdout.write(`n = ${ROUNDS} rounds of ${ITEMS} transactions, 2 task workers\n\n`);
const rows = variants.map(({ way, batch }) => {
  const own = samples.filter((one) => one.way === way && one.batch === batch).slice(1);
  const medianOf = (read: (one: CrossingSample) => number) => bootstrapMedian(own.map(read), next);
  const rate = medianOf((one) => one.perSecond);
  const main = medianOf((one) => one.mainUs);
  return [`${batch}`, way, formatInterval(rate, 0), formatInterval(main, 2)];
});
const TITLES = [
  { title: 'batch', align: 'right' },
  'way',
  { title: 'transactions/s [95 %]', align: 'right' },
  { title: 'main thread, us each [95 %]', align: 'right' },
] as const;
process.stdout.write(`${formatTable(TITLES, rows).join('\n')}\n`);
