// How much of the throughput of node:http is left: the service with no added work against a bare
// handler that reads the body and answers a constant.

import {
  buildMedianDots,
  buildMediansTable,
  buildRatioTable,
  type MetricColumns,
} from '../report/chart-data.js';
import type { ReportedScenario, SectionContent } from '../report/model.js';
import { describeDecision, formatTimes, toSentence } from '../report/wording.js';
import { measureScore } from '../runner/measure.js';
import type { Claim } from '../runner/scenario.js';
import type { ScenarioData } from '../stats/scenario-data.js';
import { claimsOn, rowName, rows, variant } from './variants.js';

const variants = () => rows([variant('bare', 0, 0), variant('inline', 0, 0)]);

function claims(): readonly Claim[] {
  const [bare, inline] = [rowName('bare', 0, 0), rowName('inline', 0, 0)];
  return claimsOn(variants(), [
    { says: inline, metric: 'perSecond', of: inline, against: [bare], target: { atLeast: 0.85 } },
  ]);
}

const COLUMNS: MetricColumns = [
  ['perSecond', 'requests/s'],
  ['p99Ms', 'p99, ms'],
];

function describe(data: ScenarioData): SectionContent {
  const against = data.variants.find(({ topology }) => topology === 'bare');
  const of = data.variants.find(({ topology }) => topology === 'inline');
  const pairs = against === undefined || of === undefined ? [] : [{ of, against }];
  const says = pairs.map((pair) => {
    const ratio = data.ratio(pair.of.variant, pair.against.variant, 'perSecond');
    const times = formatTimes(ratio, 'the requests of a bare node:http handler');
    return toSentence(
      `inline serves ${times}: ${describeDecision(ratio, { less: 'slower', more: 'faster' })}`,
    );
  });
  return {
    title: 'How much of the throughput of node:http is left?',
    says: says.length === 0 ? ['The service and the bare handler were not both measured.'] : says,
    charts: buildMedianDots(data, 'perSecond', {
      id: 'overhead-throughput',
      title: 'The service with no added work, and a bare handler',
      axis: 'answered, requests/s',
      scale: 'linear',
    }),
    tables: [...buildRatioTable(data, pairs, COLUMNS), ...buildMediansTable(data, COLUMNS)],
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
  variants,
  claims,
  measure: measureScore,
  describe,
};
