// How the runs of a section were made, according to the runs themselves: rounds, seconds, load, scale,
// machine, the choice among sessions, and notes on runs that count. Pure.

import { formatCount } from '../../src/present/text.js';
import type { Result } from '../runner/result-lines.js';
import { METRICS, type MetricName } from '../runner/scenario.js';
import type { SelectedRuns } from './sessions.js';
import { joinNames, toSentence } from './wording.js';

const REMARKS_MAX = 6;
const METRICS_MAX = 3;
const VARIANTS_MAX = 6;
/** They hold no connections, or their load has no fixed time. */
const WITHOUT_LOAD: readonly string[] = ['tallies', 'wake-up', 'memory'];
/** Their own text names the load generator. */
const OWN_LOAD: readonly string[] = ['coordinated-omission', 'peers'];

const SCALE_TEXT: Readonly<Record<string, string>> = {
  quick: 'This is a quick look: fewer variants, rounds and seconds than a full run.',
  smoke: 'This is a SMOKE run, which only shows that everything runs: its numbers mean nothing.',
};

/** Sentences. */
export function describeConditions(selected: SelectedRuns): readonly string[] {
  const [first] = selected.runs;
  if (first === undefined) return [];
  const { cpu, cores, node, scale } = first.conditions;
  const scaled = SCALE_TEXT[String(scale)];
  return [
    ...(scaled === undefined ? [] : [scaled]),
    describeRounds(selected),
    `Measurement on ${cpu}, ${cores} cores, with Node ${node}.`,
    ...describeChoice(selected),
    ...describeRemarks(selected),
  ];
}

function describeRounds({ scenario, runs }: SelectedRuns): string {
  const [first] = runs;
  const rounds = formatCount(new Set(runs.map(({ round }) => round)).size, 'round');
  const order = 'each round runs every variant once, in seeded random order, in a fresh process';
  if (first === undefined || WITHOUT_LOAD.includes(scenario)) {
    return toSentence(`${rounds}; ${order}`);
  }
  const { seconds, warmSeconds, connections, generator } = first.conditions;
  const isVaried = runs.some(({ at }) => at?.name === 'connections');
  const over = isVaried ? '' : ` over ${connections} connections`;
  const loaded = `${rounds} of at least ${seconds} s after ${warmSeconds} s of warm-up`;
  const name = generator === 'raw' ? 'plain sockets' : String(generator);
  const loop = OWN_LOAD.includes(scenario) ? '' : `, the closed loop by ${name}${over}`;
  return toSentence(`${loaded}${loop}; ${order}`);
}

function describeChoice({ session, sessions, laterDiscarded }: SelectedRuns): readonly string[] {
  if (sessions < 2) return [];
  const when = session === undefined ? '' : `, begun ${session.startedAt}`;
  const which = session === undefined ? 'the latest' : `the latest ${session.plan.scale} session`;
  const valid = laterDiscarded.length === 0 ? '' : ' that has a valid run';
  return [`Of ${sessions} sessions with this scenario, the section shows ${which}${valid}${when}.`];
}

interface Remark {
  /** The text of its first occurrence. */
  readonly text: string;
  isSame: boolean;
  readonly metrics: Set<string>;
  readonly variants: Set<string>;
  readonly runs: Set<Result>;
}

/** Notes and reasons for unknown values, each once; texts that differ only in numbers are one. */
function describeRemarks({ runs }: SelectedRuns): readonly string[] {
  const found = new Map<string, Remark>();
  const add = (text: string, run: Result, metric?: string) => {
    const key = `${metric === undefined}: ${text.replace(/\d+(\.\d+)?/g, '#')}`;
    const fresh = { text, isSame: true, metrics: new Set<string>(), runs: new Set<Result>() };
    const own = found.get(key) ?? { ...fresh, variants: new Set<string>() };
    own.isSame &&= own.text === text;
    own.variants.add(run.variant);
    own.runs.add(run);
    if (metric !== undefined) own.metrics.add(metric);
    found.set(key, own);
  };
  for (const run of runs.filter((one) => one.discardReason === undefined)) {
    for (const note of Array.isArray(run.notes) ? run.notes : []) add(`${note}`, run);
    const [again] = run.earlier ?? [];
    if (again !== undefined) add(`measured again: ${again.discardReason}`, run);
    for (const [metric, why] of Object.entries(run.unknown ?? {})) {
      const isKnown = Object.hasOwn(METRICS, metric);
      add(`${why}`, run, isKnown ? METRICS[metric as MetricName].says : metric);
    }
  }
  const all = [...found.values()].map(formatRemark);
  const more = all.length - REMARKS_MAX;
  return [...all.slice(0, REMARKS_MAX), ...(more > 0 ? [`And ${more} more remarks.`] : [])];
}

function formatRemark({ text, isSame, metrics, variants, runs }: Remark): string {
  const names = metrics.size > METRICS_MAX ? `${metrics.size} metrics` : joinNames([...metrics]);
  const what = metrics.size === 0 ? '' : `${names} unknown: `;
  const similar = isSame ? '' : ', or similar';
  const isLong = variants.size > VARIANTS_MAX;
  const places = isLong ? `${variants.size} variants` : joinNames([...variants]);
  return toSentence(`In ${formatCount(runs.size, 'run')} (${places}): ${what}${text}${similar}`);
}
