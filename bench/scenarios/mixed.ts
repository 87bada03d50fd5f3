// Whether anybody waits for ever behind others: one transaction in a hundred is heavy (20 ms), the
// others cost next to nothing. The longest wait and the 99th percentile in a closed loop, `batched`
// against `pool`, which sends them one by one to whoever is free.

import { fileURLToPath } from 'node:url';
import { measureInside, withServer } from '../runner/measure.js';
import type { Plan } from '../runner/plan.js';
import type { Claim, Measurement, RunContext, Scenario, Variant } from '../runner/scenario.js';
import { claimsOn, rowName, rows, variant } from './variants.js';

const SCORER = fileURLToPath(new URL('./mixed-scorer.js', import.meta.url));
const FLAGS = ['--scorer', SCORER];

function variants({ taskWorkers }: Plan) {
  return rows(
    taskWorkers.flatMap((threads) =>
      ['pool', 'batched'].map((topology) => variant(topology, threads, 0, FLAGS)),
    ),
  );
}

function claims(plan: Plan): readonly Claim[] {
  const all = plan.taskWorkers.flatMap((threads): Claim[] => {
    const [pool, batched] = [rowName('pool', threads, 0), rowName('batched', threads, 0)];
    const against = [pool];
    const target = { atMost: 1 };
    return [
      { says: batched, metric: 'perSecond', of: batched, against, target: { atLeast: 1 } },
      { says: `p99 of ${batched}`, metric: 'p99Ms', of: batched, against, target },
      { says: `longest wait of ${batched}`, metric: 'maxMs', of: batched, against, target },
    ];
  });
  return claimsOn(variants(plan), all);
}

function measure(row: Variant, context: RunContext): Promise<Measurement> {
  return withServer(row, context, async (stand) => {
    const { load, measured } = await measureInside(stand, context.plan);
    const { maxMs } = load.latency;
    return { ...measured, values: { ...measured.values, maxMs } };
  });
}

export const mixed: Scenario = {
  about: 'p99 and longest wait when one transaction in a hundred is heavy',
  isDefault: true,
  variants,
  claims,
  measure,
};
