// One transaction in a hundred is heavy (20 ms): how long the requests behind it wait in a closed loop, in
// `batched` and in `pool`, which sends transactions one by one to a free task worker.

import { fileURLToPath } from 'node:url';
import {
  buildDots,
  buildMediansTable,
  buildRatioTable,
  chooseTone,
  type MetricColumns,
  pairWithBase,
} from '../report/chart-data.js';
import type { DotRow, ReportedScenario, SectionContent } from '../report/model.js';
import {
  formatComparison,
  formatEstimate,
  formatTimes,
  formatWithUnit,
  toSentence,
  WAIT,
} from '../report/wording.js';
import { measureInside, withServer } from '../runner/measure.js';
import type { Plan } from '../runner/plan.js';
import type { Claim, Measurement, RunContext, Variant } from '../runner/scenario.js';
import type { ScenarioData } from '../stats/scenario-data.js';
import { rowName, rows, variant } from './variants.js';

const SCORER = fileURLToPath(new URL('./heavy-tail-scorer.js', import.meta.url));
const FLAGS = ['--scorer', SCORER];

function variants({ taskWorkers }: Plan) {
  return rows(
    taskWorkers.flatMap((threads) =>
      ['pool', 'batched'].map((topology) => variant(topology, threads, 0, FLAGS)),
    ),
  );
}

function claims(plan: Plan): readonly Claim[] {
  return plan.taskWorkers.flatMap((threads): Claim[] => {
    const [pool, batched] = [rowName('pool', threads, 0), rowName('batched', threads, 0)];
    const waits = { of: batched, against: [pool], target: { atMost: 1 } };
    return [
      { ...waits, says: batched, metric: 'perSecond', target: { atLeast: 1 } },
      { ...waits, says: `p99 of ${batched}`, metric: 'p99Ms' },
      { ...waits, says: `longest wait of ${batched}`, metric: 'maxMs' },
    ];
  });
}

function measure(row: Variant, context: RunContext): Promise<Measurement> {
  return withServer(row, context, async (stand) => {
    const { load, measured } = await measureInside(stand, context.plan);
    const { maxMs } = load.latency;
    return { ...measured, values: { ...measured.values, maxMs } };
  });
}

const P99 = ['p99Ms', 'p99, ms'] as const;
const MAX = ['maxMs', 'longest, ms'] as const;
const RATE = ['perSecond', 'requests/s'] as const;
const COLUMNS: MetricColumns = [RATE, ['p50Ms', 'p50, ms'], P99, MAX];

function describe(data: ScenarioData): SectionContent {
  const pairs = pairWithBase(data, (base, of) => {
    return of.topology === 'batched' && base.topology === 'pool' && base.threads === of.threads;
  });
  const says = pairs.flatMap(({ of, against }) => {
    const p99 = data.ratio(of.variant, against.variant, 'p99Ms');
    const longest = data.ratio(of.variant, against.variant, 'maxMs');
    const value = formatEstimate(data.median(of.variant, 'p99Ms'), 'p99Ms');
    return [
      `The p99 of ${of.label} is ${value}.`,
      `That is ${formatComparison(p99, `the p99 of ${against.label}`, WAIT)}.`,
      `Its longest wait is ${formatTimes(longest, `that of ${against.label}`)}.`,
    ].map(toSentence);
  });
  const groups = [
    ['p99Ms', 'p99'],
    ['maxMs', 'longest'],
  ] as const;
  return {
    title: 'Does anybody wait long behind a heavy request?',
    says: says.length === 0 ? ['batched and pool were not both measured.'] : says,
    charts: buildDots({
      id: 'heavy-tail-waits',
      title: 'How long a request waits when one in a hundred costs 20 ms',
      format: (interval) => formatWithUnit(interval, 'p99Ms'),
      axis: 'from request to answer, ms',
      scale: 'log',
      note: 'Of all requests, including the heavy ones.',
      rows: groups.flatMap(([metric, group]) =>
        data.variants.map(({ variant: name, label, topology }): DotRow => {
          return { label, group, interval: data.median(name, metric), tone: chooseTone(topology) };
        }),
      ),
    }),
    tables: [...buildRatioTable(data, pairs, [RATE, P99, MAX]), ...buildMediansTable(data, COLUMNS)],
    how:
      'In a closed loop, one transaction in a hundred costs 20 ms and the others almost nothing. ' +
      'pool sends them one by one to a free task worker; batched sends what has gathered.',
    changes:
      'More heavy requests than task workers at the same time hold up all of them, whatever the ' +
      'topology. The longest wait is one request of each run, so longer runs find longer waits.',
  };
}

export const heavyTail: ReportedScenario = {
  about: 'p99 and longest wait when one transaction in a hundred is heavy',
  isDefault: true,
  variants,
  claims,
  measure,
  describe,
};
