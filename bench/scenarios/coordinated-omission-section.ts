// The section of the scenario `coordinated-omission`: what each instrument hides or invents, against
// the open loop, which sees every wait. Pure.

import { buildDots, buildTable } from '../report/chart-data.js';
import type { DotRow, SectionContent } from '../report/model.js';
import {
  describeDecision,
  formatCell,
  formatEstimate,
  formatRatioCell,
  formatTimes,
  formatWithUnit,
  toSentence,
} from '../report/wording.js';
import type { MetricName } from '../runner/scenario.js';
import type { MeasuredVariant, ScenarioData } from '../stats/scenario-data.js';

const isOpenLoop = ({ variant }: { readonly variant: string }) => variant.startsWith('open loop');
const PERCENTILES = [
  ['p50Ms', 'p50'],
  ['p99Ms', 'p99'],
] as const;

/** From the closed loop to the open loop. */
function listInstruments(data: ScenarioData): readonly MeasuredVariant[] {
  const rank = ({ variant }: MeasuredVariant) => {
    if (isOpenLoop({ variant })) return 3;
    if (variant.includes('closed')) return 0;
    return variant.includes('not corrected') ? 1 : 2;
  };
  return data.variants.toSorted((a, b) => rank(a) - rank(b));
}

function describeInstruments(data: ScenarioData): readonly string[] {
  const all = listInstruments(data);
  const open = all.find(isOpenLoop);
  if (open === undefined) return ['The open loop, which sees every wait, was not measured.'];
  const truth = PERCENTILES.map(([metric, name]) => {
    const value = formatEstimate(data.median(open.variant, metric), metric);
    return `with a request due every 10 ms, the ${name} of the wait is ${value}`;
  });
  const others = all
    .filter((one) => one !== open)
    .flatMap((one) =>
      PERCENTILES.map(([metric, name]) => {
        const ratio = data.ratio(one.variant, open.variant, metric);
        const word = describeDecision(ratio, { less: 'too short', more: 'too long' });
        return `${one.variant} reports ${formatTimes(ratio, `that ${name}`)}: ${word}`;
      }),
    );
  const invented = all.flatMap(({ variant }) => {
    const ratio = data.share(variant, 'samples', 'requests');
    return ratio.low > 1 ? [`${variant} invents samples: ${formatTimes(ratio, 'the answers')}`] : [];
  });
  return [...truth, ...others, ...invented].map(toSentence);
}

export function describeCoordinatedOmission(data: ScenarioData): SectionContent {
  const all = listInstruments(data);
  const rows = PERCENTILES.flatMap(([metric, group]) =>
    all.map((one): DotRow => {
      const tone = isOpenLoop(one) ? 'batched' : 'other';
      return { label: one.variant, group, interval: data.median(one.variant, metric), tone };
    }),
  );
  const metrics: readonly MetricName[] = ['p50Ms', 'p99Ms', 'maxMs', 'requests', 'samples'];
  const cells = all.map(({ variant }) => {
    const ratio = data.share(variant, 'samples', 'requests');
    const values = metrics.map((metric) => formatCell(data.median(variant, metric), metric));
    return [variant, ...values, formatRatioCell(ratio), `${ratio.n}`];
  });
  const latencies = ['p50, ms', 'p99, ms', 'longest, ms'];
  return {
    title: 'Do four instruments see the same server?',
    says: describeInstruments(data),
    charts: buildDots({
      id: 'coordinated-omission-latency',
      title: 'p50 and p99 of one server, by instrument',
      format: (interval) => formatWithUnit(interval, 'p99Ms'),
      axis: 'latency, ms',
      scale: 'log',
      note: 'autocannon prints whole ms.',
      rows,
    }),
    tables: buildTable(
      'Medians over the rounds; samples beyond the answers are invented',
      ['instrument', ...latencies, 'answers', 'samples', 'samples / answers', 'n'],
      cells,
    ),
    how:
      'One server has 2 ms of work per request, and a stall of 200 ms every 1.3 s. autocannon has ' +
      'one connection, in a closed loop or with a rate. The open loop sends 100 requests per ' +
      'second and measures from the intended start.',
    changes:
      'A server without stalls: there all instruments agree. More connections in the closed loop ' +
      'see more of each stall, and never the requests that would have come meanwhile.',
  };
}
