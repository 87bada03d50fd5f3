// What each way of computing a score costs and when it pays: requests a second and p99 in a closed
// loop, over sizes of added work and numbers of task workers.

import { measureInside, withServer } from '../runner/measure.js';
import type { Plan } from '../runner/plan.js';
import type {
  Claim,
  Measurement,
  RunContext,
  Scenario,
  Target,
  Variant,
} from '../runner/scenario.js';
import { claimsOn, rowName, rows, variant } from './variants.js';

const POOLED = ['pool', 'batched'] as const;

/** Added work, us -> how many times the best of the others `batched` is to reach, with two. */
const BEST_TARGET: Readonly<Record<number, number>> = { 20: 1.3, 100: 1.3 };

function variants({ workUs, taskWorkers }: Plan) {
  return rows(
    workUs.flatMap((us) => [
      variant('inline', 0, us),
      ...taskWorkers.flatMap((threads) => POOLED.map((name) => variant(name, threads, us))),
    ]),
  );
}

function claims(plan: Plan): readonly Claim[] {
  const all = plan.workUs.flatMap((us) =>
    plan.taskWorkers.flatMap((threads) => claimsAt(us, threads)),
  );
  return claimsOn(variants(plan), all);
}

function claimsAt(us: number, threads: number): Claim[] {
  const inline = rowName('inline', 0, us);
  const [pool, batched] = POOLED.map((name) => rowName(name, threads, us)) as [string, string];
  const claim = (
    of: string,
    metric: Claim['metric'],
    against: readonly string[],
    target: Target | undefined,
  ): Claim => {
    const says = metric === 'p99Ms' ? `p99 of ${of}` : of;
    return { says, metric, of, against, target };
  };
  const atLeast = threads === 2 ? (BEST_TARGET[us] ?? 1) : 1;
  const atZero = us === 0 && threads === 2;
  return [
    ...(atZero ? [claim(batched, 'perSecond', [pool], { atLeast: 2.5 })] : []),
    ...(atZero ? [claim(batched, 'perSecond', [inline], { atLeast: 1 })] : []),
    claim(pool, 'perSecond', [inline], undefined),
    claim(batched, 'perSecond', [inline, pool], { atLeast }),
    claim(batched, 'p99Ms', [pool], { atMost: 1 }),
  ];
}

function measure(row: Variant, context: RunContext): Promise<Measurement> {
  return withServer(row, context, async (stand) => {
    const { measured } = await measureInside(stand, context.plan);
    return measured;
  });
}

export const dispatch: Scenario = {
  about: 'throughput and p99 of inline, pool and batched, by added work and task workers',
  isDefault: true,
  variants,
  claims,
  measure,
};
