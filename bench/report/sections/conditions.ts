// How the runs of a section were made, by their own account: rounds, seconds, load, scale, machine,
// which of several sessions they are of, and what is to be known of runs that count. Pure.

import { counted } from '../../../src/client/text.js';
import { METRICS, type MetricName } from '../../scenario.js';
import type { Chosen } from './chosen.js';
import { listed, sentence } from './words.js';

const REMARKS_MAX = 6;
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
    return sentence(`${counted(rounds, 'round')}; ${order}`);
  }
  const { seconds, warmSeconds, connections, generator } = first.conditions;
  const isVaried = runs.some(({ at }) => at?.name === 'connections');
  const over = isVaried ? '' : ` over ${connections} connections`;
  const warm = `after ${warmSeconds} s of warm-up`;
  const loaded = `${counted(rounds, 'round')} of at least ${seconds} s ${warm}`;
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
  const which = laterVoids.length === 0 ? 'the latest' : 'the latest that has a valid run';
  return [`Of ${sessions} sessions that hold it, ${which} counts${when}.`];
}

/** Notes of the runs that count, and values that are unknown, each with the variants it is of. */
function remarksOf({ runs }: Chosen): readonly string[] {
  const said = new Map<string, { readonly variants: Set<string>; runs: number }>();
  const add = (text: string, variant: string) => {
    const own = said.get(text) ?? { variants: new Set<string>(), runs: 0 };
    own.variants.add(variant);
    own.runs += 1;
    said.set(text, own);
  };
  for (const { variant, notes, unknown, void: reason } of runs) {
    if (reason !== undefined) continue;
    for (const note of Array.isArray(notes) ? notes : []) add(`${note}`, variant);
    for (const [metric, why] of Object.entries(unknown ?? {})) {
      const name = Object.hasOwn(METRICS, metric) ? METRICS[metric as MetricName].says : metric;
      add(`${name} unknown: ${why}`, variant);
    }
  }
  const all = [...said].map(([text, { variants, runs: count }]) => {
    return sentence(`In ${counted(count, 'run')} (${listed([...variants])}): ${text}`);
  });
  const more = all.length - REMARKS_MAX;
  return [...all.slice(0, REMARKS_MAX), ...(more > 0 ? [`And ${more} more remarks.`] : [])];
}
