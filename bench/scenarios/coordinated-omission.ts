// One server that stalls now and then, as four instruments measure it: autocannon in a closed loop,
// autocannon with a rate (corrected and not), and the open loop. It shows what they hide or invent.

import { fileURLToPath } from 'node:url';
import { type Latency, startAutocannon, withOpenLoop } from '../load/generator.js';
import { BODY, EXPECT } from '../load/transaction.js';
import { buildDots, buildTable, formatMedians } from '../report/chart-data.js';
import type { DotRow, ReportedScenario, SectionContent } from '../report/model.js';
import {
  formatComparison,
  formatEstimate,
  formatRatioCell,
  formatTimes,
  formatWithUnit,
  toSentence,
} from '../report/wording.js';
import {
  checkOpenScore,
  createScoreJob,
  describeClosedLoop,
  loadAndCount,
  type ServerUnderTest,
  withServer,
} from '../runner/measure.js';
import type { Plan } from '../runner/plan.js';
import {
  type Claim,
  type Measurement,
  type MetricName,
  nameVariant,
  type Readings,
  type RunContext,
  type Values,
  type Variant,
} from '../runner/scenario.js';
import { checkLedger, checkLittlesLaw, type Limits } from '../runner/validity.js';
import { supported } from '../stats/percentiles.js';
import type { MeasuredVariant, ScenarioData } from '../stats/scenario-data.js';

const SCORER = fileURLToPath(new URL('./stalling-scorer.js', import.meta.url));
const WORK_US = 2_000;
/** About a quarter of what the server can do between its stalls. */
const PER_SECOND = 100;
/** One caller that waits for its answer: while the server stalls, it sends nothing. */
const CONNECTIONS = 1;
/** Connections of the open loop: more than requests are due in the longest stall. */
const PLACES = 100;
/** Several stalls and a known p99; quick: three stalls and a known p50; smoke: longer than a stall. */
const SECONDS_MIN: Readonly<Record<Plan['scale'], number>> = { full: 12, quick: 4, smoke: 1 };

const INSTRUMENTS = {
  closed: 'autocannon, closed loop',
  rate: `autocannon -R ${PER_SECOND}`,
  uncorrected: `autocannon -R ${PER_SECOND}, not corrected`,
  open: `open loop, ${PER_SECOND} a second`,
} as const;
type Instrument = keyof typeof INSTRUMENTS;
const NAMES = Object.keys(INSTRUMENTS) as Instrument[];

function variants(): readonly Variant[] {
  const flags = ['--scorer', SCORER];
  return NAMES.map((name) => {
    return { topology: 'inline', threads: 0, workUs: WORK_US, flags, name: INSTRUMENTS[name] };
  });
}

function claims(): readonly Claim[] {
  const against = [INSTRUMENTS.open];
  const printed = NAMES.filter((name) => name !== 'open').map((name) => INSTRUMENTS[name]);
  const claim = (says: string, metric: MetricName, of: string): Claim => {
    return { says: `${says} by ${of}`, metric, of, against, target: undefined, isSpeed: false };
  };
  const invented = { against: [], againstMetric: 'requests' } as const;
  return [
    ...printed.map((of) => claim('p50', 'p50Ms', of)),
    ...printed.map((of) => claim('p99', 'p99Ms', of)),
    ...printed.map((of) => ({ ...claim('samples / answers', 'samples', of), ...invented })),
  ];
}

function measure(row: Variant, context: RunContext): Promise<Measurement> {
  const name = NAMES.find((one) => INSTRUMENTS[one] === nameVariant(row));
  if (name === undefined) throw new Error('there is no such instrument');
  // The warm-up is to leave no queue behind.
  const own = { ...context, plan: { ...context.plan, connections: CONNECTIONS } };
  return withServer(row, own, (stand) =>
    name === 'open' ? seenByOpenLoop(stand, own) : seenByAutocannon(name, stand, own),
  );
}

function chooseSeconds({ scale, seconds }: Plan): number {
  return Math.max(SECONDS_MIN[scale], seconds);
}

async function seenByAutocannon(
  name: Exclude<Instrument, 'open'>,
  { server, level }: ServerUnderTest,
  { plan, signal }: RunContext,
): Promise<Measurement> {
  const { limits, connections } = plan;
  const generator = startAutocannon(signal);
  try {
    const job = {
      url: `${server.url}/score`,
      body: BODY,
      expect: EXPECT,
      connections,
      until: { seconds: chooseSeconds(plan) },
      ...(name === 'closed' ? {} : { perSecond: PER_SECOND }),
      isUncorrected: name === 'uncorrected',
    };
    const { load, counted } = await loadAndCount(server, () => generator.load(job));
    const { ok, wrong, failed, fault, printed, cpuShare } = load;
    // With a rate its connection is idle between two requests, as it should be.
    const crowd = name === 'closed' ? describeClosedLoop(load, connections) : undefined;
    const reason =
      checkLedger({ level, ok, wrong, failed, fault, counted, connections }) ??
      (crowd === undefined ? undefined : checkLittlesLaw(crowd, limits));
    const more = { requests: ok, generatorCpu: cpuShare };
    return { ...seen(printed, more, limits), discardReason: reason };
  } finally {
    generator.close();
  }
}

function seenByOpenLoop(stand: ServerUnderTest, { plan, signal }: RunContext): Promise<Measurement> {
  const { server } = stand;
  const job = { ...createScoreJob(server, PLACES), perSecond: PER_SECOND };
  return withOpenLoop(signal, async (generator) => {
    await generator.load({ ...job, seconds: 0.2 }); // its connections, compilations
    const timed = { ...job, seconds: chooseSeconds(plan) };
    const { load, counted } = await loadAndCount(server, () => generator.load(timed));
    const { ok, latency, lateness, cpuShare } = load;
    const more = { requests: ok, latenessP99Ms: lateness.p99Ms, generatorCpu: cpuShare };
    const reason = checkOpenScore(load, counted, stand, plan);
    return { ...seen(latency, more, plan.limits), discardReason: reason };
  });
}

function seen({ samples, p50Ms, p99Ms, maxMs }: Latency, more: Values, limits: Limits): Readings {
  const values = { samples, p50Ms, p99Ms, maxMs, ...more };
  return supported(values, { p50Ms: 50, p99Ms: 99 }, samples, limits);
}

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
        const words = { less: 'too short', more: 'too long' };
        return `${one.variant} reports ${formatComparison(ratio, `that ${name}`, words)}`;
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
    return [variant, ...formatMedians(data, variant, metrics), formatRatioCell(ratio), `${ratio.n}`];
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

export const coordinatedOmission: ReportedScenario = {
  about: 'one server with stalls, as autocannon closed, autocannon -R and an open loop see it',
  isDefault: false,
  roundsMax: { quick: 1 },
  loadSeconds: (plan) => plan.warmSeconds + chooseSeconds(plan),
  variants,
  claims,
  measure,
  describe: describeCoordinatedOmission,
};
