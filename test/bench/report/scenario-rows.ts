// Rows of each scenario for the tests of the report, named as the scenarios name theirs, with
// values whose medians the sentences, charts and tables must show.

import type { MadeRow, Values } from '../../fixtures/report/made-results.js';

/** Requests a second of the ways to compute at 0, 20 and 100 us. */
export const RATES: Readonly<Record<string, readonly [number, number, number]>> = {
  inline: [10_000, 8_000, 5_000],
  pool: [4_000, 3_900, 3_500],
  batched: [9_000, 8_000, 7_500],
};

export function dispatchRows(rates = RATES): MadeRow[] {
  return [0, 20, 100].flatMap((workUs, at) =>
    Object.entries(rates).map(([topology, all]) => {
      const threads = topology === 'inline' ? 0 : 2;
      const name = threads === 0 ? topology : `${topology} x${threads}`;
      const perSecond = all[at] ?? Number.NaN;
      const values = { perSecond, p50Ms: 32_000 / perSecond, p99Ms: 64_000 / perSecond };
      return { variant: `${name} + ${workUs} us`, topology, threads, workUs, values };
    }),
  );
}

function row(topology: string, threads: number, workUs: number, values: Values): MadeRow {
  const name = threads === 0 ? topology : `${topology} x${threads}`;
  return { variant: `${name} + ${workUs} us`, topology, threads, workUs, values };
}

export const ISOLATION: readonly MadeRow[] = [
  row('inline', 0, 2_000, { perSecond: 450, healthP50Ms: 100, healthP99Ms: 200 }),
  row('batched', 2, 2_000, { perSecond: 720, healthP50Ms: 1, healthP99Ms: 5 }),
];

export const OVERHEAD: readonly MadeRow[] = [
  row('bare', 0, 0, { perSecond: 50_000, p99Ms: 4 }),
  row('inline', 0, 0, { perSecond: 40_000, p99Ms: 5 }),
];

export const THREADS: readonly MadeRow[] = [
  row('threads', 1, 500, { perSecond: 1_700, p99Ms: 70 }),
  row('threads', 2, 500, { perSecond: 2_890, p99Ms: 40 }),
];

export const MIXED: readonly MadeRow[] = [
  row('pool', 2, 0, { perSecond: 4_000, p50Ms: 13, p99Ms: 40, maxMs: 60 }),
  row('batched', 2, 0, { perSecond: 6_000, p50Ms: 6, p99Ms: 20, maxMs: 30 }),
];

export const OVERLOAD: readonly MadeRow[] = [
  row('batched', 2, 500, {
    peakPerSecond: 2_000,
    offeredPerSecond: 4_000,
    goodputPerSecond: 1_500,
    acceptedP99Ms: 90,
    boundMs: 30,
    shedSeen: 5_000,
    shedCounted: 5_000,
  }),
];

export const TAIL: readonly MadeRow[] = [0.4, 1.2].flatMap((value) =>
  ['inline', 'batched'].map((topology) => {
    const threads = topology === 'inline' ? 0 : 2;
    const p99Ms = value < 1 ? 4 : 800;
    const rates = { peakPerSecond: 1_000, offeredPerSecond: 1_000 * value };
    const waits = { p50Ms: p99Ms / 2, p99Ms, serviceP99Ms: p99Ms / 4 };
    const values = { ...rates, goodputPerSecond: value < 1 ? 400 : 900, ...waits };
    const base = row(topology, threads, 500, values);
    const at = { name: 'ofPeak', value };
    return { ...base, variant: `${base.variant}, at ${value} of the peak`, at };
  }),
);

/** By the law itself: 1,000 a caller, a tenth queues, and a peak at 30. */
export const CALLERS: readonly MadeRow[] = [1, 2, 8, 16, 64, 128].map((value) => {
  const perSecond = (1_000 * value) / (1 + 0.1 * (value - 1) + 0.001 * value * (value - 1));
  const base = row('inline', 0, 0, { perSecond, p99Ms: 5, generatorCpu: 0.3 });
  const at = { name: 'connections', value };
  return { ...base, variant: `${base.variant}, ${value} connections`, at };
});

export const PAYLOAD: readonly MadeRow[] = [100, 60_000].flatMap((value) =>
  ['inline', 'batched'].map((topology) => {
    const threads = topology === 'inline' ? 0 : 2;
    const perSecond = (value === 100 ? 10_000 : 2_000) * (topology === 'inline' ? 1 : 0.9);
    const base = row(topology, threads, 0, { perSecond, p99Ms: 9 });
    const at = { name: 'bodyBytes', value };
    return { ...base, variant: `${base.variant}, ${value / 1_000} kB`, at };
  }),
);

const adding = (variant: string, threads: number, nsPerAdd: number, lostPercent: number) => {
  const values = { nsPerAdd, cpuNsPerAdd: nsPerAdd, lostPercent, adds: 1_000_000 };
  return { variant, threads, values };
};

export const TALLIES: readonly MadeRow[] = [
  adding('atomic x1, 1 cell', 1, 10, 0),
  adding('atomic x2, 1 cell', 2, 40, 0),
  adding('striped x2, 1 cell', 2, 12, 0),
  adding('racy x2, 1 cell', 2, 30, 25),
  adding('plain x2, 1 cell', 2, 3, 46),
];

export const WAKE_UP: readonly MadeRow[] = [
  { late: 90, frozen: 100, atomics: 'sync', trip: 30 },
  { late: 0.3, frozen: 0, atomics: 'disabled', trip: 60 },
].map(({ late, frozen, atomics, trip }) => {
  const trips = { tripP50Us: trip, tripP99Us: 2 * trip, cpuUsPerTask: 40 };
  const values = { ...trips, timerLateMs: late, frozenPercent: frozen };
  return { variant: `${atomics}, idle`, threads: 1, values: () => values };
});

const instrument = (variant: string, p50Ms: number, p99Ms: number, samples: number) => {
  const values = { p50Ms, p99Ms, maxMs: 200, samples, requests: 1_000 };
  return { variant, topology: 'inline', workUs: 2_000, values };
};

export const EXHIBIT: readonly MadeRow[] = [
  instrument('autocannon, closed loop', 2, 3, 1_000),
  instrument('autocannon -R 100', 8, 190, 1_500),
  instrument('open loop, 100 a second', 4, 180, 1_000),
];

const SLOPE = { slopeBytes: 0.5, slopeLowBytes: -2, slopeHighBytes: 3 };
const RSS = { rssFirstMB: 200, rssLastMB: 205, rssSamples: 97 };

export const MEMORY: readonly MadeRow[] = [
  row('batched', 2, 0, { requests: 5_000_000, minutes: 2.5, ...RSS, ...SLOPE }),
];

export const PEERS: readonly MadeRow[] = [
  row('inline', 0, 0, { perSecond: 10_000, p99Ms: 5 }),
  {
    variant: 'fastify, inline + 0 us',
    topology: 'peer',
    values: { perSecond: 12_000, p99Ms: 4 },
  },
  { variant: 'flask + 0 us', topology: 'peer', values: { perSecond: 500, p99Ms: 90 } },
];

/** Of every scenario that has a telling of its own. */
export const ROWS: Readonly<Record<string, readonly MadeRow[]>> = {
  dispatch: dispatchRows(),
  overhead: OVERHEAD,
  isolation: ISOLATION,
  'heavy-tail': MIXED,
  threads: THREADS,
  overload: OVERLOAD,
  scalability: CALLERS,
  payload: PAYLOAD,
  'latency-under-load': TAIL,
  tallies: TALLIES,
  'wake-up': WAKE_UP,
  'coordinated-omission': EXHIBIT,
  memory: MEMORY,
  peers: PEERS,
};
