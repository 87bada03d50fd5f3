// Whether the server's memory grows with the requests it has served: its resident set, read about 200 times
// during one long run, and a line through the second half of the readings.

import { setTimeout as wait } from 'node:timers/promises';
import { formatNumber } from '../../src/present/text.js';
import { buildMediansTable } from '../report/chart-data.js';
import type { ReportedScenario, SectionContent } from '../report/model.js';
import { toSentence } from '../report/wording.js';
import { type ServerUnderTest, withServer } from '../runner/measure.js';
import type { Plan } from '../runner/plan.js';
import {
  type Claim,
  type Measurement,
  nameVariant,
  type RunContext,
  type Sample,
  type Variant,
} from '../runner/scenario.js';
import { readMetric } from '../runner/server.js';
import type { ScenarioData } from '../stats/scenario-data.js';
import { type ConfidenceInterval, fitSlope, isKnown, type Point } from '../stats/statistics.js';
import { isAvailable, rows, variant } from './variants.js';

const SAMPLES = 200;
const POLL_MS = { min: 20, max: 1_000 };
const SCORED = 'two_callers_scored_total';
const RSS = 'process_resident_memory_bytes';
const MB = 1_000_000;
/** With fewer, heaps and compilers still grow in the second half. */
const REQUESTS_MIN = 1_000_000;

/** The last of these that the service has. */
function variants() {
  const topology = ['pool', 'batched'].filter(isAvailable).at(-1) ?? 'inline';
  return rows([variant(topology, 2, 0)]);
}

function claims({ requests }: Plan): readonly Claim[] {
  return variants().map((row) => ({
    says: `bytes a request of ${nameVariant(row)}`,
    metric: 'slopeBytes',
    of: nameVariant(row),
    against: [],
    interval: ['slopeLowBytes', 'slopeHighBytes'],
    target: requests < REQUESTS_MIN ? undefined : { growth: 'none seen' },
  }));
}

async function measure(row: Variant, context: RunContext): Promise<Measurement> {
  const { plan } = context;
  return withServer(row, context, async (stand) => {
    const startedAt = performance.now();
    const running = new AbortController();
    const [{ load, reason, notes }, points] = await Promise.all([
      stand.score({ requests: plan.requests }).finally(() => running.abort()),
      watch(stand, context, running.signal),
    ]);
    const half = points.filter(({ x }) => x > plan.requests / 2);
    const { slope, low, high, n } = fitSlope(half);
    const values = {
      requests: load.ok,
      minutes: (performance.now() - startedAt) / 60_000,
      perSecond: load.perSecond,
      rssFirstMB: (half[0]?.y ?? Number.NaN) / MB,
      rssLastMB: (half.at(-1)?.y ?? Number.NaN) / MB,
      rssSamples: n,
      slopeBytes: slope,
      slopeLowBytes: low,
      slopeHighBytes: high,
      generatorCpu: load.cpuShare,
    };
    return { values, notes, discardReason: reason };
  });
}

async function watch(
  { server }: ServerUnderTest,
  { plan, tell }: RunContext,
  loaded: AbortSignal,
): Promise<Point[]> {
  const step = plan.requests / SAMPLES;
  const points: Point[] = [];
  const startedAt = performance.now();
  let base: number | undefined;
  while (!loaded.aborted) {
    const [scored = 0, bytes = 0] = await readMetric(server.url, SCORED, RSS);
    base ??= scored;
    const x = scored - base;
    if (x >= (points.at(-1)?.x ?? -step) + step) {
      points.push({ x, y: bytes });
      if (points.length % (SAMPLES / 10) === 0) {
        tell(`${x} of ${plan.requests} requests, RSS ${(bytes / MB).toFixed(1)} MB`);
      }
    }
    // Asking costs the server memory, too, so it waits until the next sample is due.
    const msLeft = ((points.at(-1)?.x ?? 0) + step - x) * ((performance.now() - startedAt) / x);
    await wait(Math.min(POLL_MS.max, Math.max(POLL_MS.min, msLeft || 0)));
  }
  return points;
}

/** One long run has its own interval, from its readings. */
function readSlope({ values }: Sample): ConfidenceInterval {
  const { slopeBytes = Number.NaN, slopeLowBytes = Number.NaN } = values;
  const { slopeHighBytes = Number.NaN, rssSamples = 0 } = values;
  return { median: slopeBytes, low: slopeLowBytes, high: slopeHighBytes, n: rssSamples };
}

function describeRun(run: Sample): readonly string[] {
  const slope = readSlope(run);
  const { requests = Number.NaN } = run.values;
  const many = Number.isFinite(requests) ? formatNumber(requests) : 'an unknown number of';
  const over = `over ${many} requests of ${run.variant}`;
  if (!isKnown(slope)) return [`no slope is known ${over}`];
  if (!(requests >= REQUESTS_MIN)) return [`too short to say ${over}: the whole run is warm-up`];
  const [median, low, high] = [slope.median, slope.low, slope.high].map((one) => one.toFixed(3));
  const interval = `(95 % CI ${low} to ${high}, n = ${slope.n} readings)`;
  const isOpen = slope.low <= 0 && slope.high > 0;
  return [
    `${slope.low > 0 ? 'memory grows' : 'no growth is seen'} ${over}`,
    `the slope is ${median} bytes per request ${interval}`,
    ...(isOpen ? [`growth of up to ${high} bytes per request is not excluded`] : []),
  ];
}

function describe(data: ScenarioData): SectionContent {
  const says = data.valid.flatMap(describeRun).map(toSentence);
  const tables = buildMediansTable(data, [
    ['requests', 'requests'],
    ['minutes', 'took, min'],
    ['slopeBytes', 'bytes/request'],
    ['slopeLowBytes', 'at least'],
    ['slopeHighBytes', 'at most'],
    ['rssFirstMB', 'RSS at half, MB'],
    ['rssLastMB', 'RSS at the end, MB'],
  ]);
  return {
    title: 'Does memory grow with the requests it has served?',
    says: says.length === 0 ? ['No run counts.'] : says,
    charts: [],
    tables,
    how:
      'The resident set is read about 200 times during one long run. The slope is the median over ' +
      "all pairs of ten batches of the second half (Theil), with Sen's interval.",
    changes:
      'A longer run detects a smaller growth: this run cannot exclude growth below the upper end ' +
      'of the interval. Heaps that the engine has not given back look like growth.',
  };
}

export const memory: ReportedScenario = {
  about: 'growth of the server over millions of requests (takes minutes)',
  isDefault: false,
  roundsMax: { full: 1, quick: 1, smoke: 1 },
  loadSeconds: ({ requests }) => requests / 6_000,
  variants,
  claims,
  measure,
  describe,
};
