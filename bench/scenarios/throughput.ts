// Two scenarios that compare throughput. `overhead`: the service with no added work against a bare node:http
// handler. `threads`: two listeners (threads that share a port, or processes) against one.

import { unavailable } from '../../src/topologies/topology.js';
import {
  buildMedianDots,
  buildMediansTable,
  buildRatioTable,
  pairWithBase,
  RATE_AND_P99,
  type VariantPair,
} from '../report/chart-data.js';
import type { ReportedScenario, SectionContent } from '../report/model.js';
import { formatComparison, SPEED, toSentence } from '../report/wording.js';
import { measureScore } from '../runner/measure.js';
import type { Claim } from '../runner/scenario.js';
import type { MeasuredVariant, ScenarioData } from '../stats/scenario-data.js';
import { rowName, rows, variant } from './variants.js';

const CHART = { axis: 'answered, requests/s', scale: 'linear' } as const;

/** A sentence for each pair, and the tables behind it. `missing`: what it says without a pair. */
function comparePairs(
  data: ScenarioData,
  pairs: readonly VariantPair[],
  formatBase: (against: MeasuredVariant) => string,
  missing: string,
) {
  const says = pairs.map(({ of, against }) => {
    const ratio = data.ratio(of.variant, against.variant, 'perSecond');
    const times = formatComparison(ratio, `the requests of ${formatBase(against)}`, SPEED);
    return toSentence(`${of.label} serves ${times}`);
  });
  return {
    says: says.length === 0 ? [missing] : says,
    tables: [...buildRatioTable(data, pairs, RATE_AND_P99), ...buildMediansTable(data, RATE_AND_P99)],
  };
}

function describeOverhead(data: ScenarioData): SectionContent {
  const pairs = pairWithBase(data, (base, of) => base.topology === 'bare' && of.topology === 'inline');
  const missing = 'The service and the bare handler were not both measured.';
  const title = 'The service with no added work, and a bare handler';
  const { says, tables } = comparePairs(data, pairs, () => 'a bare node:http handler', missing);
  return {
    title: 'How much of the throughput of node:http is left?',
    says,
    charts: buildMedianDots(data, 'perSecond', { id: 'overhead-throughput', title, ...CHART }),
    tables,
    how:
      'The bare handler reads the body and answers a constant of the same length. inline parses, ' +
      'checks, scores, counts and serialises.',
    changes:
      'A load generator on another machine would change it: here the generator takes much of the ' +
      'cores, beside either server. Longer bodies cost parsing, which the bare handler does not do.',
  };
}

export const overhead: ReportedScenario = {
  about: 'inline against a bare node:http handler, without added work',
  isDefault: true,
  variants: () => rows([variant('bare', 0, 0), variant('inline', 0, 0)]),
  claims() {
    const [bare, inline] = [rowName('bare', 0, 0), rowName('inline', 0, 0)];
    return [{ says: inline, metric: 'perSecond', of: inline, against: [bare], target: { atLeast: 0.85 } }];
  },
  measure: measureScore,
  describe: describeOverhead,
};

const WORK_US = 500;

function describeThreads(data: ScenarioData): SectionContent {
  const pairs = pairWithBase(data, (base, of) => {
    return base.topology === of.topology && base.threads === 1 && of.threads > 1;
  });
  const missing = 'Two listeners and one were not both measured.';
  const title = 'One and two listening threads or processes at 500 µs of work';
  const chart = { id: 'threads-throughput', title, ...CHART };
  const { says, tables } = comparePairs(data, pairs, ({ label }) => label, missing);
  return {
    title: 'What does a second listener bring?',
    says,
    charts: buildMedianDots(data, 'perSecond', chart, ({ topology }) => topology),
    tables,
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
  variants: () =>
    rows(['threads', 'cluster'].flatMap((name) => [1, 2].map((count) => variant(name, count, WORK_US)))),
  claims() {
    const claim = (name: string, target: Claim['target']): Claim => {
      const of = rowName(name, 2, WORK_US);
      return { says: of, metric: 'perSecond', of, against: [rowName(name, 1, WORK_US)], target };
    };
    return [claim('threads', { atLeast: 1.8 }), claim('cluster', undefined)];
  },
  measure: measureScore,
  unavailable() {
    const reason = unavailable('threads');
    return reason === undefined ? [] : [['threads x2 / threads x1', reason]];
  },
  describe: describeThreads,
};
