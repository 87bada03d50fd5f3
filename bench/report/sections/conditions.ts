// How the runs of a section were made, by their own account: rounds, seconds, load, scale, machine,
// which of several sessions they are of, and what is to be known of runs that count. Pure.

import { formatCount } from '../../../src/present/text.js';
import type { Result } from '../../runner/result-lines.js';
import { METRICS, type MetricName } from '../../runner/scenario.js';
import type { Chosen } from './chosen.js';
import { listed, sentence } from './words.js';

const REMARKS_MAX = 6;
const METRICS_MAX = 3;
const VARIANTS_MAX = 6;
/** These hold no connections, or load for as long as it takes. */
const WITHOUT_LOAD: readonly string[] = ['tallies', 'wake-up', 'memory'];
/** These say themselves who loads them. */
const OWN_LOAD: readonly string[] = ['exhibit', 'peers'];

const SCALE_TEXT: Readonly<Record<string, string>> = {
  quick: 'A quick look: fewer variants, rounds and seconds than a full run.',
  smoke: 'A SMOKE run, which only shows that everything runs: its numbers mean nothing.',
};

/** Sentences. */
export function conditionsOf(chosen: Chosen): readonly string[] {
  const [first] = chosen.runs;
  if (first === undefined) return [];
  const { cpu, cores, node, scale } = first.conditions;
  const machine = `Measured on ${cpu}, ${cores} cores, with Node ${node}.`;
  const scaled = SCALE_TEXT[String(scale)];
  return [
    ...(scaled === undefined ? [] : [scaled]),
    roundsText(chosen),
    machine,
    ...sessionsText(chosen),
    ...remarksOf(chosen),
  ];
}

function roundsText({ scenario, runs }: Chosen): string {
  const [first] = runs;
  const rounds = new Set(runs.map(({ round }) => round)).size;
  const order = 'every variant once a round, in seeded random order, each in a fresh process';
  if (first === undefined || WITHOUT_LOAD.includes(scenario)) {
    return sentence(`${formatCount(rounds, 'round')}; ${order}`);
  }
  const { seconds, warmSeconds, connections, generator } = first.conditions;
  const isVaried = runs.some(({ at }) => at?.name === 'connections');
  const over = isVaried ? '' : ` over ${connections} connections`;
  const warm = `after ${warmSeconds} s of warm-up`;
  const loaded = `${formatCount(rounds, 'round')} of at least ${seconds} s ${warm}`;
  const loop = OWN_LOAD.includes(scenario)
    ? ''
    : `, the closed loop by ${generatorText(generator)}${over}`;
  return sentence(`${loaded}${loop}; ${order}`);
}

function generatorText(name: string | number | undefined): string {
  return name === 'raw' ? 'plain sockets' : String(name);
}

function sessionsText({ session, sessions, laterVoids }: Chosen): readonly string[] {
  if (sessions < 2) return [];
  const when = session === undefined ? '' : `, begun ${session.startedAt}`;
  const which = session === undefined ? 'the latest' : `the latest ${session.plan.scale} one`;
  const valid = laterVoids.length === 0 ? '' : ' that has a valid run';
  return [`Of ${sessions} sessions that hold it, ${which}${valid} counts${when}.`];
}

interface Remark {
  /** As it was said first. */
  readonly text: string;
  isSame: boolean;
  readonly metrics: Set<string>;
  readonly variants: Set<string>;
  readonly runs: Set<Result>;
}

/**
 * Notes of the runs that count, and why values are unknown, each once with the variants it is of;
 * what differs in its numbers only is alike.
 */
function remarksOf({ runs }: Chosen): readonly string[] {
  const said = new Map<string, Remark>();
  const add = (text: string, run: Result, metric?: string) => {
    const key = `${metric === undefined}: ${text.replace(/\d+(\.\d+)?/g, '#')}`;
    const fresh = { text, isSame: true, metrics: new Set<string>(), runs: new Set<Result>() };
    const own = said.get(key) ?? { ...fresh, variants: new Set<string>() };
    own.isSame &&= own.text === text;
    own.variants.add(run.variant);
    own.runs.add(run);
    if (metric !== undefined) own.metrics.add(metric);
    said.set(key, own);
  };
  for (const run of runs.filter((one) => one.discardReason === undefined)) {
    for (const note of Array.isArray(run.notes) ? run.notes : []) add(`${note}`, run);
    const [again] = run.earlier ?? [];
    if (again !== undefined) add(`measured again: ${again.discardReason}`, run);
    for (const [metric, why] of Object.entries(run.unknown ?? {})) {
      add(
        `${why}`,
        run,
        Object.hasOwn(METRICS, metric) ? METRICS[metric as MetricName].says : metric,
      );
    }
  }
  const all = [...said.values()].map(remarkText);
  const more = all.length - REMARKS_MAX;
  return [...all.slice(0, REMARKS_MAX), ...(more > 0 ? [`And ${more} more remarks.`] : [])];
}

function remarkText({ text, isSame, metrics, variants, runs }: Remark): string {
  const names = metrics.size > METRICS_MAX ? `${metrics.size} metrics` : listed([...metrics]);
  const what = metrics.size === 0 ? '' : `${names} unknown: `;
  const alike = isSame ? '' : ', or alike';
  const places = variants.size > VARIANTS_MAX ? `${variants.size} variants` : listed([...variants]);
  return sentence(`In ${formatCount(runs.size, 'run')} (${places}): ${what}${text}${alike}`);
}
