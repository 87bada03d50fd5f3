// The caveats of an advice: limits of the measurement and facts about the scorer, with numbers. Pure.

import { formatCount, formatNumber, formatPercent } from '../../src/present/text.js';
import { countThreads, TOPOLOGIES } from '../../src/topologies/topology.js';
import { joinNames } from '../report/wording.js';
import { type Advice, HEALTH_MS_MAX, rankSimplicity } from './advice.js';
import type { Measurements } from './measure-advice.js';
import { estimateRequestUs, formatMicroseconds, type ScorerProfile } from './scorer-profile.js';
import type { TopologyRow } from './topology-rows.js';
import { CALLERS_SHARE } from './topology-scenario.js';

/** A scorer with a smaller share of CPU time waits for something. */
const WAITING_SHARE = 0.5;
const SPREAD = 10;

/** The place of the scorer on the curve of work; undefined where it waits instead of computing. */
export function findPlaceOnCurve(profile: ScorerProfile): number | undefined {
  return isWaiting(profile) ? undefined : estimateRequestUs(profile, profile.meanUs);
}

function isWaiting({ isAsync, cpuShare }: ScorerProfile): boolean {
  return isAsync && cpuShare < WAITING_SHARE;
}

export interface Caveat {
  readonly code: keyof typeof CAVEATS;
  readonly text: string;
}

export function listCaveats(advice: Advice, found: Measurements): readonly Caveat[] {
  return (Object.keys(CAVEATS) as (keyof typeof CAVEATS)[]).flatMap((code) => {
    return CAVEATS[code](advice, found).map((text) => ({ code, text }));
  });
}

type Explain = (advice: Advice, found: Measurements) => readonly string[];

/** Each function returns the sentences of one caveat, empty where it does not apply; in this order. */
const CAVEATS = {
  'generator-saturated'({ rows }, { plan }) {
    const { cpuShareMax } = plan.limits;
    const busy = rows.filter(({ generatorCpu }) => generatorCpu > cpuShareMax);
    if (busy.length === 0) return [];
    const limit = `the load generator used more than ${formatPercent(cpuShareMax)} of a core`;
    return [`With ${joinRows(busy)}, ${limit}: their capacity may be higher than shown.`];
  },

  'bound-by-callers'({ choice }, { profile, plan }) {
    if (choice === undefined || !isWaiting(profile)) return [];
    const most = (plan.connections * 1e6) / profile.meanUs;
    if (choice.perSecond.median < CALLERS_SHARE * most) return [];
    const callers = `${plan.connections} callers that each wait ${formatMicroseconds(profile.meanUs)}`;
    const can = `cannot ask for more than ${formatNumber(most)} per second`;
    return [`${callers} ${can}: ${choice.name} may have more capacity than shown.`];
  },

  'scorer-waits'(_, { profile: { isAsync, cpuShare } }) {
    if (cpuShare >= WAITING_SHARE) return [];
    const share = `CPU time is ${formatPercent(cpuShare)} of the scorer's time`;
    if (!isAsync) {
      return [`The scorer blocks its thread without computing: ${share}. More threads may help.`];
    }
    return [
      `The scorer waits: ${share}. One event loop waits for many calls at once, so threads do not help.` +
        ' A task worker (pool, batched) scores one transaction at a time and is slower.',
    ];
  },

  'heavy-tail'(_, { profile: { p99Us, medianUs } }) {
    if (!(p99Us > SPREAD * medianUs)) return [];
    const times = (p99Us / medianUs).toFixed(0);
    return [
      `One call in a hundred takes ${times} times the median: on one event loop all requests wait` +
        ' behind it, so look at p99 as well as at requests per second.',
    ];
  },

  /** A message also moves parsing and printing away, so the measured rates decide before this does. */
  'message-costs-more'({ rows }, { profile, roundTrip: { p50Us } }) {
    if (profile.meanUs >= p50Us) return [];
    const findRate = (name: TopologyRow['topology']) =>
      rows.find(({ topology }) => topology === name)?.perSecond.median ?? Number.NaN;
    if (findRate('pool') > findRate('inline')) return [];
    const [message, scorer] = [p50Us, profile.meanUs].map(formatMicroseconds);
    return [
      `A message to a task worker and back takes ${message} here, more than the scorer itself (${scorer}):` +
        ' a message for each request (pool) can hardly help. A batch shares one message.',
    ];
  },

  'state-copied'({ choice }, { threads }) {
    if (choice === undefined || countThreads(choice.topology, threads) <= 1) return [];
    const where = TOPOLOGIES[choice.topology].threadsAre;
    const copies = `each of the ${threads} ${where} loads the module for itself`;
    const kept = `what it keeps in variables (a cache, a counter, a model) exists ${threads} times`;
    return [`With ${choice.name}, ${copies}: ${kept}, and each copy sees only its own calls.`];
  },

  'answers-differ': (_, { profile: { isSame } }) =>
    isSame ? [] : ['The scorer gives different answers to the same transaction.'],

  'health-slow'({ choice, rows }) {
    if (choice === undefined || !(choice.healthP99Ms.median > HEALTH_MS_MAX)) return [];
    const own = choice.healthP99Ms.median.toFixed(1);
    const quickest = rows
      .filter(({ healthP99Ms }) => healthP99Ms.median <= HEALTH_MS_MAX)
      .toSorted((a, b) => b.perSecond.median - a.perSecond.median)[0];
    const slow = `With ${choice.name}, GET /health takes ${own} ms under full load (p99)`;
    if (quickest === undefined) return [`${slow}, and with no other less than ${HEALTH_MS_MAX} ms.`];
    const ms = quickest.healthP99Ms.median.toFixed(1);
    const share = formatPercent(quickest.perSecond.median / choice.perSecond.median);
    const other = `with ${quickest.name} ${ms} ms, at ${share} of the requests per second`;
    return [`${slow}: its event loop scores; ${other}.`];
  },

  /** More capacity than the target may not be worth more parts. */
  'simpler-meets'({ choice, rows }, { targets }) {
    if (choice === undefined || targets.perSecond === undefined) return [];
    const simpler = rows
      .filter(({ meetsP99, meetsRate }) => meetsRate === 'yes' && meetsP99 !== 'no' && meetsP99 !== 'unclear')
      .filter((row) => rankSimplicity(row) < rankSimplicity(choice))
      .toSorted((a, b) => rankSimplicity(a) - rankSimplicity(b));
    if (simpler.length === 0) return [];
    return [`The simpler ${joinRows(simpler)} also ${simpler.length === 1 ? 'meets' : 'meet'} the targets.`];
  },

  'runs-discarded': ({ rows }) =>
    rows.flatMap(({ name, voids }) => {
      const [first] = voids;
      if (first === undefined) return [];
      return [
        `${formatCount(voids.length, `run of ${name} was`, `runs of ${name} were`)} discarded: ${first}.`,
      ];
    }),

  'value-unknown'({ rows }) {
    const known = new Map<string, TopologyRow[]>();
    for (const row of rows) {
      for (const [metric, why] of Object.entries(row.unknown)) {
        const few = why.replace(/of \d+ samples/, 'of few samples');
        const key = `${WORDS[metric] ?? metric} is unknown: ${few}`;
        known.set(key, [...(known.get(key) ?? []), row]);
      }
    }
    return [...known].map(([what, having]) => `${joinRows(having)}: ${what}.`);
  },

  'cores-shared'(_, { environment: { cores } }) {
    const shared = `The load generator shares the ${formatCount(cores, 'core')} with`;
    return [`${shared} the service: on a separate machine it has more capacity, most of all with threads.`];
  },

  'not-measured': (_, { unavailable }) => unavailable.map(([, reason]) => `Not measured: ${reason}.`),
} as const satisfies Readonly<Record<string, Explain>>;

const WORDS: Readonly<Record<string, string>> = {
  meanMs: 'mean',
  p50Ms: 'p50',
  p99Ms: 'p99',
  healthP99Ms: 'p99 of /health',
  atRateP99Ms: 'p99 at the target rate',
  keptUp: 'whether it keeps up',
};

function joinRows(rows: readonly TopologyRow[]): string {
  return joinNames(rows.map(({ name }) => name));
}
