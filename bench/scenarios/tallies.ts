// What an add costs and how many are lost: every tally, the seeded fault `racy` and a plain increment, by
// threads that start together. No HTTP and no scoring; every run has a fresh process.

import { availableParallelism } from 'node:os';
import { TALLY_KINDS } from '../../src/tally/tally.js';
import { runJob } from '../load/generator.js';
import type { ReportedScenario } from '../report/model.js';
import type { Plan } from '../runner/plan.js';
import {
  type Claim,
  type Measurement,
  nameVariant,
  type RunContext,
  type Variant,
} from '../runner/scenario.js';
import { checkAdds, type Limits } from '../runner/validity.js';
import { type AddingCourse, type AddingJob, type Counter, isCorrectCounter } from './adding-job.js';
import { describeTallies } from './tallies-section.js';

export const CHILD = new URL('./adding-child.js', import.meta.url);

/** Adds of each thread: 20 to 200 ms, so that a late start matters little. */
const ADDS: Readonly<Partial<Record<Counter, number>>> = {
  plain: 20_000_000,
  mutex: 200_000,
  owner: 5_000,
};
const ADDS_DEFAULT = 2_000_000;
/** Of the timed adds. */
const WARM_SHARE = 0.1;
const SMOKE_SHARE = 0.02;

const COUNTERS: readonly Counter[] = [...TALLY_KINDS, 'racy', 'plain'];
const CELLS = [1, 4];
const THREADS = [1, 2, 4];
/** More threads per core would measure the scheduler. */
const THREADS_PER_CORE_MAX = 2;

type AddingRow = Pick<AddingJob, 'counter' | 'threads' | 'cells'>;

const formatName = ({ counter, threads, cells }: AddingRow): string =>
  `${counter} x${threads}, ${cells} ${cells === 1 ? 'cell' : 'cells'}`;

function listRows({ scale }: Plan): readonly AddingRow[] {
  const threadsMax = THREADS_PER_CORE_MAX * availableParallelism();
  const numbers = scale !== 'full' ? [2] : THREADS.filter((threads) => threads <= threadsMax);
  const sizes = scale !== 'full' ? [1] : CELLS;
  return COUNTERS.flatMap((counter) =>
    numbers.flatMap((threads) => sizes.map((cells) => ({ counter, threads, cells }))),
  );
}

function variants(plan: Plan): readonly Variant[] {
  return listRows(plan).map((row) => {
    return { topology: 'none', threads: row.threads, workUs: 0, flags: [], name: formatName(row) };
  });
}

function claims(): readonly Claim[] {
  const cost = (row: AddingRow, other: AddingRow): Claim => {
    const [of, against] = [formatName(row), [formatName(other)]];
    return { says: of, metric: 'nsPerAdd', of, against, target: undefined };
  };
  const others = COUNTERS.filter((counter) => counter !== 'atomic');
  const kinds = others.flatMap((counter) =>
    CELLS.map((cells) => {
      const row = { counter, threads: 2, cells };
      return cost(row, { ...row, counter: 'atomic' });
    }),
  );
  const crowds = (['atomic', 'striped'] as const).flatMap((counter) =>
    [2, 4].map((threads) => {
      const row = { counter, threads, cells: 1 };
      return cost(row, { ...row, threads: 1 });
    }),
  );
  const losses = COUNTERS.flatMap((counter) =>
    [2, 4].map((threads): Claim => {
      const of = formatName({ counter, threads, cells: 1 });
      const target = isCorrectCounter(counter) ? { always: 0 } : undefined;
      return { says: `% lost of ${of}`, metric: 'lostPercent', of, against: [], target };
    }),
  );
  return [...kinds, ...crowds, ...losses];
}

function makeJob(row: AddingRow, { scale }: Plan): AddingJob {
  const adds = (ADDS[row.counter] ?? ADDS_DEFAULT) * (scale === 'smoke' ? SMOKE_SHARE : 1);
  return { ...row, adds: Math.ceil(adds), warmAdds: Math.ceil(adds * WARM_SHARE) };
}

async function measure(variant: Variant, { plan, signal }: RunContext): Promise<Measurement> {
  const row = listRows(plan).find((one) => formatName(one) === nameVariant(variant));
  if (row === undefined) throw new Error('there is no such row');
  const job = makeJob(row, plan);
  return summarizeCourse(job, await runJob<AddingJob, AddingCourse>(CHILD, signal, job), plan.limits);
}

/** The cost of an add is the time that its own thread spends on it. */
export function summarizeCourse(
  { counter, threads, adds }: AddingJob,
  { wallNs, cpuNs, togetherShare, added, counted }: AddingCourse,
  limits: Limits,
): Measurement {
  const course = { threads, added, counted, isCorrect: isCorrectCounter(counter), togetherShare };
  const values = {
    nsPerAdd: wallNs / adds,
    cpuNsPerAdd: cpuNs / added,
    lostPercent: (100 * (added - counted)) / added,
    adds: added,
    togetherPercent: 100 * togetherShare,
  };
  return { values, discardReason: checkAdds(course, limits) };
}

export const tallies: ReportedScenario = {
  about: 'what an add costs, by tally, threads and cells, with what is lost beside it',
  isDefault: false,
  loadSeconds: () => 0.3,
  variants,
  claims,
  measure,
  describe: describeTallies,
};
