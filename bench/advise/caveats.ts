// The caveats of an advice: the limits of the measurement, and what follows from facts about the
// scorer. Each caveat is a sentence with the number behind it. Pure.

import { formatNumber } from '../../src/present/text.js';
import { countThreads, TOPOLOGIES } from '../../src/topologies/topology.js';
import { type Advice, HEALTH_MS_MAX, rankSimplicity } from './advice.js';
import type { Measurements } from './measure-advice.js';
import { estimateRequestUs, formatMicroseconds, type ScorerProfile } from './scorer-profile.js';
import type { TopologyRow } from './topology-rows.js';
import { CALLERS_SHARE } from './topology-scenario.js';

/** A scorer with a smaller share of CPU time waits for something. */
const WAITING_SHARE = 0.5;
const SPREAD = 10;

const list = new Intl.ListFormat('en-GB');
const percent = (share: number) => `${(100 * share).toFixed(0)} %`;

/** The place of the scorer on the curve of work; undefined where it waits instead of computing. */
export function findPlaceOnCurve(profile: ScorerProfile): number | undefined {
  return isWaiting(profile) ? undefined : estimateRequestUs(profile, profile.meanUs);
}

function isWaiting({ isAsync, cpuShare }: ScorerProfile): boolean {
  return isAsync && cpuShare < WAITING_SHARE;
}

export interface Caveat {
  readonly code: CaveatCode;
  readonly text: string;
}

type CaveatCode = keyof ReturnType<typeof explainCaveats>;

export function listCaveats(advice: Advice, found: Measurements): readonly Caveat[] {
  return Object.entries(explainCaveats(advice, found)).flatMap(([code, texts]) => {
    return texts.map((text) => ({ code: code as CaveatCode, text }));
  });
}

/** The sentences of each caveat, by its code; none where it does not apply. */
function explainCaveats(advice: Advice, found: Measurements) {
  const { profile, threads } = found;
  return {
    'generator-saturated': explainSaturation(advice.rows, found),
    'bound-by-callers': explainCallerLimit(advice, found),
    'scorer-waits': explainWaiting(profile),
    'heavy-tail': explainSpread(profile),
    'message-costs-more': explainMessageCost(advice.rows, found),
    'state-copied': explainCopies(advice, threads),
    'answers-differ': explainDifferences(profile),
    'health-slow': explainSlowHealth(advice),
    'simpler-meets': explainSimplerChoice(advice, found),
    'runs-discarded': explainDiscardedRuns(advice.rows),
    'value-unknown': explainUnknowns(advice.rows),
    'cores-shared': explainSharedCores(found),
    'not-measured': found.unavailable.map(([, reason]) => `Not measured: ${reason}.`),
  };
}

function explainSaturation(rows: readonly TopologyRow[], { plan }: Measurements): string[] {
  const { cpuShareMax } = plan.limits;
  const names = rows.filter(({ generatorCpu }) => generatorCpu > cpuShareMax).map(nameOf);
  if (names.length === 0) return [];
  const limit = `the load generator used more than ${percent(cpuShareMax)} of a core`;
  return [`With ${list.format(names)}, ${limit}: their capacity may be higher than shown.`];
}

function explainCallerLimit({ choice }: Advice, { profile, plan }: Measurements): string[] {
  if (choice === undefined || !isWaiting(profile)) return [];
  const most = (plan.connections * 1e6) / profile.meanUs;
  if (choice.perSecond.median < CALLERS_SHARE * most) return [];
  const callers = `${plan.connections} callers that each wait ${formatMicroseconds(profile.meanUs)}`;
  const can = `cannot ask for more than ${formatNumber(most)} per second`;
  return [`${callers} ${can}: ${choice.name} may have more capacity than shown.`];
}

function explainWaiting({ isAsync, cpuShare }: ScorerProfile): string[] {
  if (cpuShare >= WAITING_SHARE) return [];
  const share = `CPU time is ${percent(cpuShare)} of the scorer's time`;
  if (!isAsync) {
    return [`The scorer blocks its thread without computing: ${share}. More threads may help.`];
  }
  return [
    `The scorer waits: ${share}. One event loop waits for many calls at once, so threads do not help.` +
      ' A task worker (pool, batched) scores one transaction at a time and is slower.',
  ];
}

function explainSpread({ p99Us, medianUs }: ScorerProfile): string[] {
  if (!(p99Us > SPREAD * medianUs)) return [];
  const times = (p99Us / medianUs).toFixed(0);
  return [
    `One call in a hundred takes ${times} times the median: on one event loop all requests wait` +
      ' behind it, so look at p99 as well as at requests per second.',
  ];
}

/** A message also moves parsing and printing away, so the measured rates decide before this does. */
function explainMessageCost(
  rows: readonly TopologyRow[],
  { profile, roundTrip: { p50Us } }: Measurements,
): string[] {
  if (profile.meanUs >= p50Us) return [];
  const findRate = (name: TopologyRow['topology']) =>
    rows.find(({ topology }) => topology === name)?.perSecond.median ?? Number.NaN;
  if (findRate('pool') > findRate('inline')) return [];
  const message = `A message to a task worker and back takes ${formatMicroseconds(p50Us)} here`;
  return [
    `${message}, more than the scorer itself (${formatMicroseconds(profile.meanUs)}): a message for each` +
      ' request (pool) can hardly help. A batch shares one message.',
  ];
}

function explainCopies({ choice }: Advice, threads: number): string[] {
  if (choice === undefined || countThreads(choice.topology, threads) <= 1) return [];
  const where = TOPOLOGIES[choice.topology].threadsAre;
  const copies = `each of the ${threads} ${where} loads the module for itself`;
  const kept = `what it keeps in variables (a cache, a counter, a model) exists ${threads} times`;
  return [`With ${choice.name}, ${copies}: ${kept}, and each copy sees only its own calls.`];
}

function explainDifferences({ isSame }: ScorerProfile): string[] {
  return isSame ? [] : ['The scorer gives different answers to the same transaction.'];
}

function explainSlowHealth({ choice, rows }: Advice): string[] {
  if (choice === undefined || !(choice.healthP99Ms.median > HEALTH_MS_MAX)) return [];
  const own = choice.healthP99Ms.median.toFixed(1);
  const quickest = rows
    .filter(({ healthP99Ms }) => healthP99Ms.median <= HEALTH_MS_MAX)
    .toSorted((a, b) => b.perSecond.median - a.perSecond.median)[0];
  const slow = `With ${choice.name}, GET /health takes ${own} ms under full load (p99)`;
  if (quickest === undefined) return [`${slow}, and with no other less than ${HEALTH_MS_MAX} ms.`];
  const ms = quickest.healthP99Ms.median.toFixed(1);
  const share = percent(quickest.perSecond.median / choice.perSecond.median);
  const other = `with ${quickest.name} ${ms} ms, at ${share} of the requests per second`;
  return [`${slow}: its event loop scores; ${other}.`];
}

/** More capacity than the target may not be worth more parts. */
function explainSimplerChoice({ choice, rows }: Advice, { targets }: Measurements): string[] {
  if (choice === undefined || targets.perSecond === undefined) return [];
  const names = rows
    .filter(({ meetsP99, meetsRate }) => meetsRate === 'yes' && meetsP99 !== 'no')
    .filter((row) => row.meetsP99 !== 'unclear' && rankSimplicity(row) < rankSimplicity(choice))
    .toSorted((a, b) => rankSimplicity(a) - rankSimplicity(b))
    .map(nameOf);
  if (names.length === 0) return [];
  return [`The simpler ${list.format(names)} also meets the targets.`];
}

function explainDiscardedRuns(rows: readonly TopologyRow[]): string[] {
  return rows.flatMap(({ name, voids }) => {
    const [first] = voids;
    if (first === undefined) return [];
    const runs = `${voids.length} run${voids.length === 1 ? '' : 's'} of ${name}`;
    const were = voids.length === 1 ? 'was' : 'were';
    return [`${runs} ${were} discarded: ${first}.`];
  });
}

/** Each reason once. */
function explainUnknowns(rows: readonly TopologyRow[]): string[] {
  const said = new Map<string, string[]>();
  for (const { name, unknown } of rows) {
    for (const [metric, why] of Object.entries(unknown)) {
      const few = why.replace(/of \d+ samples/, 'of few samples');
      const key = `${WORDS[metric] ?? metric} is unknown: ${few}`;
      said.set(key, [...(said.get(key) ?? []), name]);
    }
  }
  return [...said].map(([what, names]) => `${list.format(names)}: ${what}.`);
}

const WORDS: Readonly<Record<string, string>> = {
  meanMs: 'mean',
  p50Ms: 'p50',
  p99Ms: 'p99',
  healthP99Ms: 'p99 of /health',
  atRateP99Ms: 'p99 at the target rate',
  keptUp: 'whether it keeps up',
};

function explainSharedCores({ environment: { cores } }: Measurements): string[] {
  const shared = `The load generator shares the ${cores} core${cores === 1 ? '' : 's'} with`;
  return [`${shared} the service: on a separate machine it has more capacity, most of all with threads.`];
}

const nameOf = ({ name }: TopologyRow) => name;
