// What is to be known of an advice beyond its choice: limits of the measuring, and what follows
// from facts about the scorer. Each note is a sentence with the number it follows from. Pure.

import { formatNumber } from '../../src/present/text.js';
import { countThreads, TOPOLOGIES } from '../../src/topologies/topology.js';
import type { Advice } from './advice.js';
import { HEALTH_MS_MAX, rankOf } from './advice.js';
import { type Alone, requestUs } from './alone.js';
import type { Measurements } from './measurements.js';
import type { Row } from './rows.js';
import { timeText } from './time-text.js';
import { CALLERS_SHARE } from './topologies.js';

/** A scorer of which less than this is CPU time waits for something. */
const WAITING_SHARE = 0.5;
const SPREAD = 10;

const list = new Intl.ListFormat('en-GB');
const percent = (share: number) => `${(100 * share).toFixed(0)} %`;

/** Where it stands on the curve of work; undefined where it waits: it is not about those. */
export function placeOf(alone: Alone): number | undefined {
  return isWaiting(alone) ? undefined : requestUs(alone, alone.meanUs);
}

function isWaiting({ isAsync, cpuShare }: Alone): boolean {
  return isAsync && cpuShare < WAITING_SHARE;
}

export function notesOf(advice: Advice, found: Measurements): string[] {
  const { alone, threads } = found;
  return [
    ...saturated(advice.rows, found),
    ...boundByCallers(advice, found),
    ...waiting(alone),
    ...spread(alone),
    ...trip(advice.rows, found),
    ...state(advice, alone, threads),
    ...health(advice),
    ...simpler(advice, found),
    ...lost(advice.rows),
    ...unknowns(advice.rows),
    ...machine(found),
    ...found.unavailable.map(([, reason]) => `Not measured: ${reason}.`),
  ];
}

function saturated(rows: readonly Row[], { plan }: Measurements): string[] {
  const { cpuShareMax } = plan.limits;
  const names = rows.filter(({ generatorCpu }) => generatorCpu > cpuShareMax).map(nameOf);
  if (names.length === 0) return [];
  const limit = `the load generator used more than ${percent(cpuShareMax)} of a core`;
  return [`With ${list.format(names)}, ${limit}: they can do at least what is shown, maybe more.`];
}

function boundByCallers({ choice }: Advice, { alone, plan }: Measurements): string[] {
  if (choice === undefined || !isWaiting(alone)) return [];
  const most = (plan.connections * 1e6) / alone.meanUs;
  if (choice.perSecond.median < CALLERS_SHARE * most) return [];
  const callers = `${plan.connections} callers that each wait ${timeText(alone.meanUs)}`;
  const can = `cannot ask for more than ${formatNumber(most)} a second`;
  return [`${callers} ${can}: ${choice.name} can do at least what is shown, maybe more.`];
}

function waiting({ isAsync, cpuShare }: Alone): string[] {
  if (cpuShare >= WAITING_SHARE) return [];
  const share = `CPU time is ${percent(cpuShare)} of the scorer's time`;
  if (!isAsync) {
    return [`The scorer blocks its thread without computing: ${share}. More threads may pay.`];
  }
  return [
    `The scorer waits: ${share}. One event loop waits for many at a time, so threads add nothing` +
      ' to that; a task worker (pool, batched) scores one at a time and loses by it.',
  ];
}

function spread({ p99Us, medianUs }: Alone): string[] {
  if (!(p99Us > SPREAD * medianUs)) return [];
  const times = (p99Us / medianUs).toFixed(0);
  return [
    `One call in a hundred takes ${times} times the median: on one event loop everybody waits` +
      ' behind it, so look at p99 as well as at requests a second.',
  ];
}

/** A message also takes parsing and printing away: what was measured beside inline goes before. */
function trip(rows: readonly Row[], { alone, trip: { p50Us } }: Measurements): string[] {
  if (alone.meanUs >= p50Us) return [];
  const rateOf = (name: Row['topology']) =>
    rows.find(({ topology }) => topology === name)?.perSecond.median ?? Number.NaN;
  if (rateOf('pool') > rateOf('inline')) return [];
  const message = `A message to a task worker and back takes ${timeText(p50Us)} here`;
  return [
    `${message}, more than the scorer itself (${timeText(alone.meanUs)}): a message for each` +
      ' request (pool) can hardly pay; in batches they share one.',
  ];
}

function state({ choice }: Advice, { isSame }: Alone, threads: number): string[] {
  const changes = isSame ? [] : ['The scorer does not give the same transaction the same answer.'];
  if (choice === undefined || countThreads(choice.topology, threads) <= 1) return changes;
  const where = TOPOLOGIES[choice.topology].threadsAre;
  const copies = `each of the ${threads} ${where} loads the module for itself`;
  const kept = `what it keeps in variables (a cache, a counter, a model) is there ${threads} times`;
  return [...changes, `With ${choice.name}, ${copies}: ${kept}, and each copy sees its own calls.`];
}

function health({ choice, rows }: Advice): string[] {
  if (choice === undefined || !(choice.healthP99Ms.median > HEALTH_MS_MAX)) return [];
  const own = choice.healthP99Ms.median.toFixed(1);
  const quickest = rows
    .filter(({ healthP99Ms }) => healthP99Ms.median <= HEALTH_MS_MAX)
    .toSorted((a, b) => b.perSecond.median - a.perSecond.median)[0];
  const slow = `With ${choice.name}, GET /health takes ${own} ms under full load (p99)`;
  if (quickest === undefined) return [`${slow}, and with no other less than ${HEALTH_MS_MAX} ms.`];
  const ms = quickest.healthP99Ms.median.toFixed(1);
  const share = percent(quickest.perSecond.median / choice.perSecond.median);
  const other = `with ${quickest.name} ${ms} ms, at ${share} of the requests a second`;
  return [`${slow}: its event loop scores; ${other}.`];
}

/** More capacity than is asked for may not be worth more parts. */
function simpler({ choice, rows }: Advice, { targets }: Measurements): string[] {
  if (choice === undefined || targets.perSecond === undefined) return [];
  const names = rows
    .filter(({ meetsP99, meetsRate }) => meetsRate === 'yes' && meetsP99 !== 'no')
    .filter((row) => row.meetsP99 !== 'unclear' && rankOf(row) < rankOf(choice))
    .toSorted((a, b) => rankOf(a) - rankOf(b))
    .map(nameOf);
  if (names.length === 0) return [];
  return [`What is asked for is met by the simpler ${list.format(names)} as well.`];
}

function lost(rows: readonly Row[]): string[] {
  return rows.flatMap(({ name, voids }) => {
    const [first] = voids;
    if (first === undefined) return [];
    const runs = `${voids.length} run${voids.length === 1 ? '' : 's'} of ${name}`;
    return [`${runs} did not count: ${first}.`];
  });
}

/** Each reason once. */
function unknowns(rows: readonly Row[]): string[] {
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
  atRateP99Ms: 'p99 at the asked rate',
  keptUp: 'whether it keeps up',
};

function machine({ environment: { cores } }: Measurements): string[] {
  const shared = `The load generator shares the ${cores} core${cores === 1 ? '' : 's'} with`;
  return [
    `${shared} the service: on a machine of its own it has more room, above all with threads.`,
  ];
}

const nameOf = ({ name }: Row) => name;
