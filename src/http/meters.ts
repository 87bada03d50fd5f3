// What the service counts about itself for `GET /metrics`, in shared memory, so that any thread
// may add and any may read. It is not the tally: nothing here is promised to anybody's request.

import { createCounters } from '../tally/counters.js';
import { createHistogram, type Histogram, histogramPlan } from '../tally/histogram.js';
import type { Region, RegionPlan } from '../tally/region.js';
import { PROBLEMS } from './problems.js';

/** Every status the service can answer with. */
export const STATUSES: readonly number[] = [
  ...new Set([200, 204, 503, ...Object.values(PROBLEMS).map(({ status }) => status)]),
].sort((a, b) => a - b);

/** Events that are neither an answer nor a duration. */
const EVENTS = ['shed', 'expired', 'left', 'inexactSnapshot', 'connectionRefused'] as const;
export type MeterEvent = (typeof EVENTS)[number];

const DURATIONS = ['queue', 'dispatch', 'score', 'total'] as const;
export type Duration = (typeof DURATIONS)[number];

/** What stands so now; each listening thread says its own, and they add up. */
const GAUGES = ['queueDepth', 'busyJobs', 'taskWorkers', 'connections'] as const;
export type Gauge = (typeof GAUGES)[number];
export type GaugeValues = Readonly<Record<Gauge, number>>;

export interface Meters {
  /** `route` is the row in the route table; the row after the last stands for no route. */
  answered(route: number, status: number): void;
  answers(route: number, status: number): number;
  happened(event: MeterEvent): void;
  happenings(event: MeterEvent): number;
  readonly durations: Readonly<Record<Duration, Histogram>>;
  /** How many listeners there are places for. */
  readonly listeners: number;
  /** Sets the gauges in the place of one listener; 0 for those of one that is gone. */
  show(listener: number, gauges: GaugeValues): void;
  /** The sum over all listeners. */
  shown(gauge: Gauge): number;
}

export const NOTHING_SHOWN: GaugeValues = {
  queueDepth: 0,
  busyJobs: 0,
  taskWorkers: 0,
  connections: 0,
};

/** The slices that `createMeters` needs, for so many rows of routes and so many listeners. */
export function metersPlan(routes: number, listeners: number): RegionPlan {
  const durations = DURATIONS.map((name) => [`duration.${name}`, histogramPlan()] as const);
  return {
    'meters.answers': { words: (routes + 1) * STATUSES.length, padded: false },
    'meters.events': { words: EVENTS.length, padded: false },
    'meters.gauges': { words: listeners * GAUGES.length, padded: true },
    ...Object.fromEntries(durations),
  };
}

export function createMeters(region: Region): Meters {
  const answers = createCounters(region.slice('meters.answers'));
  const events = createCounters(region.slice('meters.events'));
  const gauges = region.slice('meters.gauges');
  const at = (route: number, status: number) => route * STATUSES.length + STATUSES.indexOf(status);
  const histogram = (name: Duration) => createHistogram(region.slice(`duration.${name}`));
  return {
    answered: (route, status) => answers.add(at(route, status)),
    answers: (route, status) => answers.read(at(route, status)),
    happened: (event) => events.add(EVENTS.indexOf(event)),
    happenings: (event) => events.read(EVENTS.indexOf(event)),
    durations: {
      queue: histogram('queue'),
      dispatch: histogram('dispatch'),
      score: histogram('score'),
      total: histogram('total'),
    },
    listeners: gauges.length / GAUGES.length,
    show(listener, values) {
      GAUGES.forEach((gauge, index) => {
        gauges.store(listener * GAUGES.length + index, BigInt(values[gauge]));
      });
    },
    shown(gauge) {
      let sum = 0;
      for (let word = GAUGES.indexOf(gauge); word < gauges.length; word += GAUGES.length) {
        sum += Number(gauges.load(word));
      }
      return sum;
    },
  };
}
