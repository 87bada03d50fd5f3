// The same server, held up now and then, as three instruments see it: autocannon in a closed loop
// and with a rate, by the percentiles it prints, and the open loop from the intended start. What is
// exhibited is the instruments: what they hide (coordinated omission) and what they make up.

import { fileURLToPath } from 'node:url';
import type { Claim, Context, Figure, Measured, MetricName, Values, Variant } from '../figure.js';
import { nameOf } from '../figure.js';
import { startAutocannon, startOpenLoop } from '../generator.js';
import type { Load, OpenLoad } from '../load-job.js';
import { growth, type Stand, withServer } from '../measure.js';
import type { Plan } from '../plan.js';
import { BODY, EXPECT } from '../transaction.js';
import { openLoopVoidReason, voidReason } from '../validity.js';

const SCORER = fileURLToPath(new URL('../stalling-scorer.js', import.meta.url));
const WORK_US = 2_000;
/** About a quarter of what the server can do between its stalls. */
const PER_SECOND = 100;
/** One caller who waits for his answer: while the server is held, he asks nothing. */
const CONNECTIONS = 1;
/** Of the open loop: more than are due in the longest stall. */
const PLACES = 100;
/** Several stalls; of a shorter run the percentiles would be chance. */
const SECONDS_MIN = 5;
/** No stall covers all of it, which would leave a run without an answer. */
const SMOKE_SECONDS = 1;

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
  return [
    ...printed.map((of) => claim('p50', 'p50Ms', of)),
    ...printed.map((of) => claim('p99', 'p99Ms', of)),
    ...printed.map((of): Claim => {
      const madeUp = claim('samples / answers', 'samples', of);
      return { ...madeUp, against: [], againstMetric: 'requests' };
    }),
  ];
}

async function measure(row: Variant, context: Context): Promise<Measured> {
  const name = NAMES.find((one) => INSTRUMENTS[one] === nameOf(row));
  if (name === undefined) throw new Error('there is no such instrument');
  // The warm-up is to leave no queue behind.
  const plan = { ...context.plan, connections: CONNECTIONS };
  return withServer(row, { ...context, plan }, async (stand) => {
    const before = await stand.server.counted();
    const { load, values, reason } = await (name === 'open'
      ? seenByOpenLoop(stand, context)
      : seenByAutocannon(name, stand, context));
    const counted = growth(before, await stand.server.counted());
    const { ok, wrong, failed, fault } = load;
    const ledger = { level: stand.level, ok, wrong, failed, fault, counted };
    return { values, void: voidReason({ ...ledger, connections: CONNECTIONS }) ?? reason };
  });
}

function secondsOf({ isSmoke, seconds }: Plan): number {
  return isSmoke ? SMOKE_SECONDS : Math.max(SECONDS_MIN, seconds);
}

interface Seen {
  readonly load: Pick<Load, 'ok' | 'wrong' | 'failed'> & { readonly fault?: string | undefined };
  readonly values: Values;
  readonly reason: string | undefined;
}

async function seenByAutocannon(
  name: Exclude<Instrument, 'open'>,
  { server }: Stand,
  { plan, signal }: Context,
): Promise<Seen> {
  const generator = startAutocannon(signal);
  try {
    const load = await generator.load({
      url: `${server.url}/score`,
      body: BODY,
      expect: EXPECT,
      connections: CONNECTIONS,
      until: { seconds: secondsOf(plan) },
      ...(name === 'closed' ? {} : { perSecond: PER_SECOND }),
      isUncorrected: name === 'uncorrected',
    });
    const values = { ...load.printed, requests: load.ok, generatorCpu: load.cpuShare };
    return { load, values, reason: undefined };
  } finally {
    generator.close();
  }
}

async function seenByOpenLoop({ server }: Stand, { plan, signal }: Context): Promise<Seen> {
  const generator = startOpenLoop(signal);
  const job = {
    url: `${server.url}/score`,
    body: BODY,
    expect: EXPECT,
    perSecond: PER_SECOND,
    connections: PLACES,
    opener: '/health',
  };
  try {
    const warm = await generator.load({ ...job, seconds: 0.2 }); // its connections, compilations
    const load = await generator.load({ ...job, seconds: secondsOf(plan) });
    const ok = warm.ok + load.ok;
    const { latency, lateness, cpuShare } = load;
    const late = { latenessP99Ms: lateness.p99Ms, generatorCpu: cpuShare };
    const values = { ...latency, samples: load.ok, requests: load.ok, ...late };
    return { load: { ...load, ok }, values, reason: lateReason(load, plan) };
  } finally {
    generator.close();
  }
}

function lateReason(load: OpenLoad, { limits }: Plan): string | undefined {
  const { due, ok, shed, wrong, failed, lateness, cpuShare } = load;
  const ended = ok + shed + wrong + failed;
  return openLoopVoidReason({ due, ended, latenessP99Ms: lateness.p99Ms, cpuShare }, limits);
}

export const exhibit: Figure = {
  about: 'one server with stalls, as autocannon closed, autocannon -R and an open loop see it',
  isDefault: false,
  roundsMax: Number.POSITIVE_INFINITY,
  variants,
  claims,
  measure,
};
