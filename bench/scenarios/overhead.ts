// How much of the throughput of node:http is left: the service with no added work against a bare
// handler that reads the body and answers a constant.

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

const variants = () => rows([variant('bare', 0, 0), variant('inline', 0, 0)]);

function claims(): readonly Claim[] {
  const [bare, inline] = [rowName('bare', 0, 0), rowName('inline', 0, 0)];
  return claimsOn(variants(), [
    { says: inline, metric: 'perSecond', of: inline, against: [bare], target: { atLeast: 0.85 } },
  ]);
}

function describe(data: ScenarioData): SectionContent {
  const pairs = pairWithBase(data, (base, of) => base.topology === 'bare' && of.topology === 'inline');
  const says = pairs.map((pair) => {
    const ratio = data.ratio(pair.of.variant, pair.against.variant, 'perSecond');
    const times = formatComparison(ratio, 'the requests of a bare node:http handler', SPEED);
    return toSentence(`inline serves ${times}`);
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
    tables: [...buildRatioTable(data, pairs, RATE_AND_P99), ...buildMediansTable(data, RATE_AND_P99)],
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
