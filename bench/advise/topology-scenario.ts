// The scenario of one advice: one scorer and one transaction in each topology. A closed loop measures
// capacity, then GET /health under load; an open loop follows at a rate that the user names. Main thread.

import { fileURLToPath } from 'node:url';
import {
  countThreads,
  TOPOLOGY_NAMES,
  type TopologyName,
  unavailable,
} from '../../src/topologies/topology.js';
import { type Generator, type OpenJob, type OpenLoad, withOpenLoop } from '../load/generator.js';
import { expectedText, type Post } from '../load/transaction.js';
import {
  checkHealthProbes,
  checkOpenScore,
  createHealthJob,
  loadAndCount,
  type ServerUnderTest,
  summarizeLoad,
  withServer,
} from '../runner/measure.js';
import type { Plan } from '../runner/plan.js';
import type { Measurement, MetricName, Readings, RunContext, Scenario, Variant } from '../runner/scenario.js';
import { secondsFor, supported, together } from '../stats/percentiles.js';
import { ADVICE_PLANS } from './plan.js';

export const ADVISE = 'advise';

export interface Subject {
  /** A built-in scorer's name or a module's `file:` URL. */
  readonly scorer: string;
  readonly post: Post;
  readonly threads: number;
  /** The time of one call. */
  readonly callSeconds: number;
  /** Requests per second; undefined: the user names none. */
  readonly perSecond: number | undefined;
  readonly withHealth: boolean;
}

type Opened = Generator<OpenJob, OpenLoad>;

const PROBES_PER_SECOND = 400;
/** Enough for an event loop that is busy for a second, and for the backlog after it. */
const IN_FLIGHT_MAX = { full: 512, quick: 512, smoke: 64 };
const AT_RATE_SECONDS_MAX = 10;
/** Below this share of the rate the backlog of an open loop would outlast every time limit. */
const CAPACITY_SHARE_MIN = 0.9;
/** Above this share of the requests that the callers can send at most, they are the limit. */
export const CALLERS_SHARE = 0.85;

/** `inline`, `pool x2` */
export function nameRow(topology: TopologyName, threads: number): string {
  const count = countThreads(topology, threads);
  return count === 0 ? topology : `${topology} x${count}`;
}

/** A smoke run has one topology of each kind. */
function names({ scale }: Plan): readonly TopologyName[] {
  const had = TOPOLOGY_NAMES.filter((name) => unavailable(name) === undefined);
  return scale === 'smoke' ? had.filter((name) => name === 'inline' || name === 'batched') : had;
}

export function topologiesFor(subject: Subject): Scenario {
  const { scorer, post, threads } = subject;
  const named = scorer.startsWith('file:') ? fileURLToPath(scorer) : scorer; // as a user types it
  return {
    about: 'every topology with one scorer and one transaction',
    isDefault: false,
    variants: (plan) =>
      names(plan).map((topology): Variant => {
        const own = countThreads(topology, threads);
        const name = nameRow(topology, threads);
        return { topology, threads: own, workUs: 0, flags: ['--scorer', named], name };
      }),
    claims: () => [],
    loadSeconds: (plan) => loadSeconds(plan, subject),
    measure: (row, context, round) => measure(row, context, round, subject, post),
    unavailable: () =>
      TOPOLOGY_NAMES.flatMap((name) => {
        const reason = unavailable(name);
        return reason === undefined ? [] : [[name, reason] as const];
      }),
  };
}

/** An estimate: an open loop at a low rate runs for as long as its p99 needs. */
function loadSeconds({ warmSeconds, seconds, scale }: Plan, { perSecond, withHealth }: Subject) {
  const { healthSeconds, atRateSeconds } = ADVICE_PLANS[scale];
  const open = perSecond === undefined ? 0 : Math.max(seconds, atRateSeconds);
  return warmSeconds + seconds + (withHealth ? healthSeconds : 0) + open;
}

async function measure(
  row: Variant,
  context: RunContext,
  round: number,
  { perSecond, withHealth, callSeconds }: Subject,
  post: Post,
): Promise<Measurement> {
  const { plan, signal } = context;
  const loadIt = async (stand: ServerUnderTest, opened: Opened): Promise<Measurement> => {
    const { load, reason, notes } = await stand.score({ seconds: plan.seconds });
    const closed = summarizeLoad(load, plan.limits);
    if (reason !== undefined) return { ...closed, notes, discardReason: reason };
    const health = withHealth ? await measureHealth(stand, plan, opened) : NOTHING;
    if (perSecond === undefined) return { ...together(closed, health), notes, discardReason: undefined };
    const offer = { perSecond, capacity: load.perSecond, round, callSeconds };
    const { fault, ...open } = await atRate(stand, plan, opened, offer);
    return { ...together(together(closed, health), open), notes, discardReason: fault };
  };
  const load = (stand: ServerUnderTest) => withOpenLoop(signal, (opened) => loadIt(stand, opened));
  return withServer(row, context, load, post);
}

const NOTHING: Required<Readings> = { values: {}, unknown: {} };

function unknown(metrics: readonly MetricName[], why: string): Required<Readings> {
  return {
    values: Object.fromEntries(metrics.map((metric) => [metric, Number.NaN])),
    unknown: Object.fromEntries(metrics.map((metric) => [metric, why])),
  };
}

/** A failed probe does not discard the scores that were measured before it. */
async function measureHealth({ server, score }: ServerUnderTest, plan: Plan, probe: Opened) {
  const seconds = ADVICE_PLANS[plan.scale].healthSeconds;
  const job = createHealthJob(server.url, PROBES_PER_SECOND, IN_FLIGHT_MAX[plan.scale]);
  await probe.load({ ...job, seconds: 0.05 }); // its connections and compilations
  const [, health] = await Promise.all([score({ seconds }), probe.load({ ...job, seconds })]);
  const why = checkHealthProbes(health, plan.limits);
  if (why !== undefined) return unknown(['healthP99Ms'], why);
  const { samples, p99Ms } = health.latency;
  return supported({ healthP99Ms: p99Ms }, { healthP99Ms: 99 }, samples, plan.limits);
}

interface Offer {
  readonly perSecond: number;
  /** In the closed loop before. */
  readonly capacity: number;
  readonly round: number;
  readonly callSeconds: number;
}

/** Callers that wait for a waiting scorer are the limit; their rate is then no capacity. */
export function isPastCapacity(
  { perSecond, capacity, callSeconds }: Omit<Offer, 'round'>,
  connections: number,
): boolean {
  if (capacity >= (CALLERS_SHARE * connections) / callSeconds) return false;
  return capacity < CAPACITY_SHARE_MIN * perSecond;
}

/** Answers in time as a share of those due. A last answer one call after the load's end is no backlog. */
export function computeKeptUp(
  { ok, due, tookSeconds }: Pick<OpenLoad, 'ok' | 'due' | 'tookSeconds'>,
  seconds: number,
  callSeconds: number,
): number {
  return ((ok / due) * seconds) / Math.max(seconds, tookSeconds - callSeconds);
}

type AtRate = Required<Readings> & { readonly fault: string | undefined };

async function atRate(stand: ServerUnderTest, plan: Plan, opened: Opened, offer: Offer): Promise<AtRate> {
  const { perSecond, capacity, round, callSeconds } = offer;
  if (isPastCapacity(offer, plan.connections)) {
    const why = 'the rate is above the capacity, so the wait grows as long as the load lasts';
    const { values, unknown: reasons } = unknown(['atRateP99Ms'], why);
    const kept = { offeredPerSecond: perSecond, keptUp: capacity / perSecond };
    return { values: { ...kept, ...values }, unknown: reasons, fault: undefined };
  }
  const { post, server } = stand;
  const job = {
    url: server.url + post.path,
    body: post.body,
    expect: expectedText(post),
    connections: IN_FLIGHT_MAX[plan.scale],
    opener: '/health',
    // A different random order in each round, the same for all topologies.
    arrivals: { poisson: { seed: plan.seed * 1_000 + round } },
  };
  await opened.load({ ...job, perSecond: perSecond / 2, seconds: 0.2 }); // its warm-up
  const least = Math.max(plan.seconds, ADVICE_PLANS[plan.scale].atRateSeconds);
  const longest = Math.max(least, AT_RATE_SECONDS_MAX);
  const seconds = Math.min(longest, secondsFor(perSecond, { ...plan, seconds: least }));
  const { load, counted } = await loadAndCount(server, () => opened.load({ ...job, perSecond, seconds }));
  const keptUp = computeKeptUp(load, seconds, callSeconds);
  return readAtRate(load, { offeredPerSecond: perSecond, keptUp }, stand, counted, plan);
}

function readAtRate(
  load: OpenLoad,
  rates: { readonly offeredPerSecond: number; readonly keptUp: number },
  stand: ServerUnderTest,
  counted: number | undefined,
  plan: Plan,
): AtRate {
  const { latency, wrong, failed, lateness, ownLateness } = load;
  const why = checkOpenScore(load, counted, stand, plan, ownLateness);
  // Wrong answers are faults of the service; a late generator only makes a value unknown.
  const isFault = wrong + failed > 0;
  if (why !== undefined && !isFault) {
    return { ...unknown(['atRateP99Ms', 'keptUp'], why), fault: undefined };
  }
  const values = {
    ...rates,
    goodputPerSecond: load.perSecond,
    atRateP99Ms: latency.p99Ms,
    foundNoPlace: lateness.samples - ownLateness.samples,
  };
  const readings = supported(values, { atRateP99Ms: 99 }, latency.samples, plan.limits);
  return { ...readings, fault: isFault ? why : undefined };
}
