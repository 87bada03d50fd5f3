// How throughput grows with the number of callers, each on a connection of its own in a closed
// loop, and what the Universal Scalability Law makes of it: what queues, what callers cost each
// other, and where the peak is, if there is one.

import { measureScore } from '../runner/measure.js';
import type { Plan } from '../runner/plan.js';
import type {
  Claim,
  Measurement,
  RunContext,
  Sample,
  Scenario,
  Variant,
} from '../runner/scenario.js';
import type { ConfidenceInterval } from '../stats/statistics.js';
import { type Fit, fitLaw, type Run } from '../stats/usl.js';
import { claimsOn, rowName, rows, variant } from './variants.js';

const WORK_US = [0, 500];

interface Curve {
  readonly topology: string;
  readonly threads: number;
  readonly workUs: number;
}

function curves({ scale, taskWorkers }: Plan): readonly Curve[] {
  const works = scale === 'smoke' ? WORK_US.slice(0, 1) : WORK_US;
  const threads = Math.max(...taskWorkers);
  return works.flatMap((workUs) => [
    { topology: 'inline', threads: 0, workUs },
    { topology: 'batched', threads, workUs },
  ]);
}

const at = (value: number) => ({ name: 'connections', value }) as const;

function variants(plan: Plan): readonly Variant[] {
  return rows(
    curves(plan).flatMap(({ topology, threads, workUs }) =>
      plan.callers.map((callers) => variant(topology, threads, workUs, [], at(callers))),
    ),
  );
}

function claims(plan: Plan): readonly Claim[] {
  const all = curves(plan)
    .filter(({ topology }) => topology === 'batched')
    .flatMap(({ topology, threads, workUs }) =>
      plan.callers.map((callers): Claim => {
        const of = rowName(topology, threads, workUs, at(callers));
        const against = [rowName('inline', 0, workUs, at(callers))];
        return { says: of, metric: 'perSecond', of, against, target: undefined };
      }),
    );
  return claimsOn(variants(plan), all);
}

function measure(row: Variant, context: RunContext): Promise<Measurement> {
  const { plan } = context;
  const connections = row.at?.value ?? plan.connections;
  return measureScore(row, { ...context, plan: { ...plan, connections } });
}

function summary(samples: readonly Sample[], plan: Plan, next: () => number): readonly string[] {
  const measured = new Set(variants(plan).map(({ topology }) => topology as string));
  return curves(plan)
    .filter(({ topology }) => measured.has(topology))
    .flatMap((curve) => {
      const { topology, threads, workUs } = curve;
      const name = rowName(topology, threads, workUs);
      const { fit, leftOut } = fitLaw(runsOf(curve, samples), plan.limits.cpuShareMax, next);
      const said = 'why' in fit ? [`no fit: ${fit.why}`] : inWords(fit);
      return [...said, ...leftOut.map((one) => `left out: ${one}`)].map(
        (line) => `${name}: ${line}`,
      );
    });
}

/** The valid ones. */
function runsOf({ topology, threads, workUs }: Curve, samples: readonly Sample[]): readonly Run[] {
  const own = samples.filter((one) => {
    const isOfCurve = one.topology === topology && one.threads === threads;
    return isOfCurve && one.workUs === workUs && one.discardReason === undefined;
  });
  return own.map(({ round, at: place, values }) => {
    const { perSecond = Number.NaN, generatorCpu = Number.NaN } = values;
    return { round, callers: place?.value ?? Number.NaN, perSecond, generatorCpu };
  });
}

function inWords({ lambda, sigma, kappa, peak, r2, offMax, rounds, callers }: Fit): string[] {
  const shown = ({ median, low, high }: ConfidenceInterval, show: (value: number) => string) =>
    `${show(median)} [${show(low)}, ${show(high)}]`;
  const short = (value: number) => (value === 0 ? '0' : value.toPrecision(3));
  const whole = (value: number) => value.toFixed(0);
  const terms = [
    `lambda ${shown(lambda, whole)} /s`,
    `sigma ${shown(sigma, short)}`,
    `kappa ${shown(kappa, short)}`,
  ];
  const how = `n = ${rounds} rounds over ${callers.length} numbers of connections`;
  const off = `R2 ${r2.toFixed(3)}, off by at most ${(100 * offMax).toFixed(1)} %`;
  const at = 'why' in peak ? peak.why : `peak at ${shown(peak, whole)} connections`;
  const rate = 'why' in peak ? '' : `, ${whole(peak.perSecond)} /s by the law`;
  return [`${terms.join(', ')} (${how}; ${off})`, `${at}${rate}`];
}

export const callers: Scenario = {
  about: 'throughput over 1 to 256 connections, and the Universal Scalability Law fitted to it',
  isDefault: false,
  variants,
  claims,
  measure,
  summary,
};
