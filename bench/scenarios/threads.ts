// The throughput of two listeners against one at 500 us of work: threads that share a port, and processes.

import { unavailable } from '../../src/topologies/topology.js';
import {
  buildMedianDots,
  buildMediansTable,
  buildRatioTable,
  pairWithBase,
  RATE_AND_P99,
} from '../report/chart-data.js';
import type { ReportedScenario, SectionContent } from '../report/model.js';
import { formatComparison, SPEED, toSentence } from '../report/wording.js';
import { measureScore } from '../runner/measure.js';
import type { Claim } from '../runner/scenario.js';
import type { ScenarioData } from '../stats/scenario-data.js';
import { claimsOn, rowName, rows, variant } from './variants.js';

const WORK_US = 500;

function variants() {
  const names = ['threads', 'cluster'];
  return rows(names.flatMap((name) => [variant(name, 1, WORK_US), variant(name, 2, WORK_US)]));
}

function claims(): readonly Claim[] {
  const claim = (name: string, target: Claim['target']): Claim => {
    const [one, two] = [1, 2].map((threads) => rowName(name, threads, WORK_US)) as [string, string];
    return { says: two, metric: 'perSecond', of: two, against: [one], target };
  };
  return claimsOn(variants(), [claim('threads', { atLeast: 1.8 }), claim('cluster', undefined)]);
}

function listUnavailable() {
  const reason = unavailable('threads');
  return reason === undefined ? [] : [['threads x2 / threads x1', reason] as const];
}

function describe(data: ScenarioData): SectionContent {
  const pairs = pairWithBase(data, (base, of) => {
    return base.topology === of.topology && base.threads === 1 && of.threads > 1;
  });
  const says = pairs.map(({ of, against }) => {
    const ratio = data.ratio(of.variant, against.variant, 'perSecond');
    const times = formatComparison(ratio, `the requests of ${against.label}`, SPEED);
    return toSentence(`${of.label} serves ${times}`);
  });
  const chart = {
    id: 'threads-throughput',
    title: 'One and two listening threads or processes at 500 µs of work',
    axis: 'answered, requests/s',
    scale: 'linear',
  } as const;
  return {
    title: 'What does a second listener bring?',
    says: says.length === 0 ? ['Two listeners and one were not both measured.'] : says,
    charts: buildMedianDots(data, 'perSecond', chart, ({ topology }) => topology),
    tables: [...buildRatioTable(data, pairs, RATE_AND_P99), ...buildMediansTable(data, RATE_AND_P99)],
    how:
      'threads share a port in one process; cluster has a process for each listener. Every ' +
      'request has 500 µs of work.',
    changes:
      'The number of cores: two listeners and the load generator need three, so two cores cannot ' +
      'show a ratio of 2. The kernel distributes connections to threads by hash, so few ' +
      'connections make an uneven share.',
  };
}

export const threads: ReportedScenario = {
  about: 'two listening threads or processes against one, at 500 us of work',
  isDefault: true,
  variants,
  claims,
  measure: measureScore,
  unavailable: listUnavailable,
  describe,
};
