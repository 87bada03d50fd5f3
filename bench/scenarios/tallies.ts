// What an add costs and what is lost: every honest tally, the planted `racy` and a plain increment,
// by threads that start together, on one cell and on four in turn. No HTTP and no scoring; a
// process of its own for every run.

import { availableParallelism } from 'node:os';
import { TALLY_KINDS } from '../../src/tally/tally.js';
import { startJobs } from '../load/generator.js';
import type { Plan } from '../runner/plan.js';
import type { Values, Variant } from '../runner/scenario.js';
import {
  type Claim,
  type Measurement,
  nameVariant,
  type RunContext,
  type Scenario,
} from '../runner/scenario.js';
import { checkAdds, type Limits } from '../runner/validity.js';
import type { AddingCourse, AddingJob, Counter } from './adding-job.js';
import { claimsOn } from './variants.js';

export const CHILD = new URL('./adding-child.js', import.meta.url);

/** Adds of each thread: some 20 to 200 ms of them, so that a late start matters little. */
const ADDS: Readonly<Partial<Record<Counter, number>>> = {
  plain: 20_000_000,
  mutex: 200_000,
  owner: 5_000,
};
const ADDS_DEFAULT = 2_000_000;
/** Of the timed adds, for the compilers to settle. */
const WARM_SHARE = 0.1;
const SMOKE_SHARE = 0.02;

const COUNTERS: readonly Counter[] = [...TALLY_KINDS, 'racy', 'plain'];
const CELLS = [1, 4];
const THREADS = [1, 2, 4];
/** More threads a core than this would measure the scheduler. */
const THREADS_A_CORE_MAX = 2;

type Row = Pick<AddingJob, 'counter' | 'threads' | 'cells'>;

const inWords = ({ counter, threads, cells }: Row): string =>
  `${counter} x${threads}, ${cells} ${cells === 1 ? 'cell' : 'cells'}`;

export function isHonest(counter: string): boolean {
  return (TALLY_KINDS as readonly string[]).includes(counter);
}

/** Adds that an honest counter lost, or counted though nobody made them: it never does either. */
export function isHonestLoss(counter: string, { lostPercent = 0 }: Values): boolean {
  return isHonest(counter) && Number.isFinite(lostPercent) && lostPercent !== 0;
}

function rowsOf({ scale }: Plan): readonly Row[] {
  const threadsMax = THREADS_A_CORE_MAX * availableParallelism();
  const numbers = scale !== 'full' ? [2] : THREADS.filter((threads) => threads <= threadsMax);
  const sizes = scale !== 'full' ? [1] : CELLS;
  return COUNTERS.flatMap((counter) =>
    numbers.flatMap((threads) => sizes.map((cells) => ({ counter, threads, cells }))),
  );
}

function variants(plan: Plan): readonly Variant[] {
  return rowsOf(plan).map((row) => {
    return { topology: 'none', threads: row.threads, workUs: 0, flags: [], name: inWords(row) };
  });
}

function claims(plan: Plan): readonly Claim[] {
  const cost = (row: Row, other: Row): Claim => {
    const [of, against] = [inWords(row), [inWords(other)]];
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
      const of = inWords({ counter, threads, cells: 1 });
      const target = isHonest(counter) ? { always: 0 } : undefined;
      return { says: `% lost of ${of}`, metric: 'lostPercent', of, against: [], target };
    }),
  );
  return claimsOn(variants(plan), [...kinds, ...crowds, ...losses]);
}

function jobOf(row: Row, { scale }: Plan): AddingJob {
  const adds = (ADDS[row.counter] ?? ADDS_DEFAULT) * (scale === 'smoke' ? SMOKE_SHARE : 1);
  return { ...row, adds: Math.ceil(adds), warmAdds: Math.ceil(adds * WARM_SHARE) };
}

async function measure(variant: Variant, { plan, signal }: RunContext): Promise<Measurement> {
  const row = rowsOf(plan).find((one) => inWords(one) === nameVariant(variant));
  if (row === undefined) throw new Error('there is no such row');
  const child = startJobs<AddingJob, AddingCourse>(CHILD, signal);
  try {
    const job = jobOf(row, plan);
    return measuredOf(job, await child.load(job), plan.limits);
  } finally {
    child.close();
  }
}

/** What an add costs is what each thread waits for it, however many add at the same time. */
export function measuredOf(
  { counter, threads, adds }: AddingJob,
  { wallNs, cpuNs, togetherShare, added, counted }: AddingCourse,
  limits: Limits,
): Measurement {
  const course = { threads, added, counted, isCorrect: isHonest(counter), togetherShare };
  const values = {
    nsPerAdd: wallNs / adds,
    cpuNsPerAdd: cpuNs / added,
    lostPercent: (100 * (added - counted)) / added,
    adds: added,
    togetherPercent: 100 * togetherShare,
  };
  return { values, discardReason: checkAdds(course, limits) };
}

export const tallies: Scenario = {
  about: 'what an add costs, by tally, threads and cells, with what is lost beside it',
  isDefault: false,
  loadSeconds: () => 0.3,
  variants,
  claims,
  measure,
};
