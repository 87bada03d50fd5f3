// What a long body costs: the same transaction, padded by a field that the service does not know,
// and a batch of many of them. Throughput and p99 in a closed loop.

import { ONE, type Post, padTransaction } from '../load/transaction.js';
import { type ServerUnderTest, summarizeLoad, withServer } from '../runner/measure.js';
import type { Plan } from '../runner/plan.js';
import type { Claim, Measurement, RunContext, Scenario, Variant } from '../runner/scenario.js';
import { secondsFor } from '../stats/percentiles.js';
import { claimsOn, executors, rowName, rows, variant } from './variants.js';

/** The service takes one transaction of at most 64 KiB. */
const BODY_BYTES = [100, 1_000, 10_000, 60_000];
const BATCH_BYTES = [10_000, 100_000];
const ITEM_BYTES = 1_000;

type At = NonNullable<Variant['at']>;

function places({ scale }: Plan): readonly At[] {
  const bodies = BODY_BYTES.map((value) => ({ name: 'bodyBytes', value }) as const);
  const batches = BATCH_BYTES.map((value) => ({ name: 'batchBytes', value }) as const);
  return scale === 'smoke' ? [...bodies.slice(-1), ...batches.slice(-1)] : [...bodies, ...batches];
}

function variants(plan: Plan): readonly Variant[] {
  return rows(
    executors(plan).flatMap(([name, threads]) =>
      places(plan).map((at) => variant(name, threads, 0, [], at)),
    ),
  );
}

function claims(plan: Plan): readonly Claim[] {
  const measured = places(plan);
  const [first] = measured;
  const all = executors(plan).flatMap(([name, threads]) =>
    measured.flatMap((at): Claim[] => {
      const of = rowName(name, threads, 0, at);
      const inline = [rowName('inline', 0, 0, at)];
      const smallest = [rowName(name, threads, 0, first)];
      const rate = { says: of, metric: 'perSecond', of, target: undefined } as const;
      const p99 = { ...rate, says: `p99 of ${of}`, metric: 'p99Ms' } as const;
      return [
        ...(name === 'inline'
          ? []
          : [
              { ...rate, against: inline },
              { ...p99, against: inline },
            ]),
        ...(at === first || at.name === 'batchBytes' ? [] : [{ ...rate, against: smallest }]),
      ];
    }),
  );
  return claimsOn(variants(plan), all);
}

/** What is posted; the texts have exactly as many bytes as the row says. */
export function postOf(at: Variant['at']): Post {
  if (at === undefined) return ONE;
  if (at.name !== 'batchBytes') return { ...ONE, body: padTransaction(at.value) };
  const items = Math.floor(at.value / ITEM_BYTES);
  // Two brackets, and a comma between each two.
  const each = Math.floor((at.value - 2 - (items - 1)) / items);
  const last = at.value - 2 - (items - 1) - each * (items - 1);
  const texts = Array.from({ length: items }, (_, n) =>
    padTransaction(n === items - 1 ? last : each),
  );
  return { path: '/score/batch', body: `[${texts.join(',')}]`, items };
}

function measure(row: Variant, context: RunContext): Promise<Measurement> {
  const post = postOf(row.at);
  const loadIt = async ({ warm, score }: ServerUnderTest): Promise<Measurement> => {
    const seconds = secondsFor(warm.perSecond, context.plan);
    const { load, reason, notes } = await score({ seconds });
    const { values, unknown } = summarizeLoad(load, context.plan.limits);
    const many = post.items === 1 ? {} : { transactionsPerSecond: load.perSecond * post.items };
    return { values: { ...values, ...many }, unknown, notes, discardReason: reason };
  };
  return withServer(row, context, loadIt, post);
}

export const payload: Scenario = {
  about: 'throughput and p99 by the size of the body, from 0.1 to 100 kB',
  isDefault: false,
  variants,
  claims,
  measure,
};
