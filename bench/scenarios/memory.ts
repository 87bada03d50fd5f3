// Whether the server's memory grows with the requests it has served: its resident set, read every
// so many requests of one long run, and a line through the second half of them.

import { setTimeout as wait } from 'node:timers/promises';
import { type ServerUnderTest, withServer } from '../runner/measure.js';
import type { Plan } from '../runner/plan.js';
import type { Claim, Measurement, RunContext, Scenario, Variant } from '../runner/scenario.js';
import { nameVariant } from '../runner/scenario.js';
import { readMetric } from '../runner/server.js';
import { fitSlope, type Point } from '../stats/slope.js';
import { isAvailable, rows, variant } from './variants.js';

const SAMPLES = 200;
const POLL_MS = { min: 20, max: 1_000 };
const SCORED = 'two_callers_scored_total';
const RSS = 'process_resident_memory_bytes';
const MB = 1_000_000;
/** Half of fewer requests is no warm-up: heaps and compilers still grow. */
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
    const running = { is: true };
    const loading = stand.score({ requests: plan.requests }).finally(() => {
      running.is = false;
    });
    const [{ load, reason, notes }, points] = await Promise.all([
      loading,
      watch(stand, context, () => running.is),
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

/** Requests and bytes, about every two-hundredth of the requests. */
async function watch(
  { server }: ServerUnderTest,
  { plan, tell }: RunContext,
  isRunning: () => boolean,
): Promise<Point[]> {
  const step = plan.requests / SAMPLES;
  const points: Point[] = [];
  const startedAt = performance.now();
  let base: number | undefined;
  while (isRunning()) {
    const [scored = 0, bytes = 0] = await readMetric(server.url, SCORED, RSS);
    base ??= scored;
    const x = scored - base;
    if (x >= (points.at(-1)?.x ?? -step) + step) {
      points.push({ x, y: bytes });
      if (points.length % (SAMPLES / 10) === 0) {
        tell(`${x} of ${plan.requests} requests, RSS ${(bytes / MB).toFixed(1)} MB`);
      }
    }
    // Asking costs the server memory, too: not before the next sample is likely to be due.
    const msLeft = ((points.at(-1)?.x ?? 0) + step - x) * ((performance.now() - startedAt) / x);
    await wait(Math.min(POLL_MS.max, Math.max(POLL_MS.min, msLeft || 0)));
  }
  return points;
}

export const memory: Scenario = {
  about: 'growth of the server over millions of requests (takes minutes)',
  isDefault: false,
  roundsMax: { full: 1, quick: 1, smoke: 1 },
  loadSeconds: ({ requests }) => requests / 6_000,
  variants,
  claims,
  measure,
};
