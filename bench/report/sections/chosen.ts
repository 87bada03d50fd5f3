// Which runs of a file count for a section: of several sessions that hold one scenario and have a
// valid run of it, the latest of the fullest scale. A quick look does not take the place of a long
// measurement. Pure.

import { type Planned, SCALES, type Scale } from '../../runner/plan.js';
import type { Result, SessionLine } from '../../runner/result-lines.js';
import type { Results } from '../../runner/results-file.js';
import { SCENARIO_NAMES } from '../../scenarios/scenarios.js';
import { type View, viewOf } from './view.js';

export interface Chosen {
  readonly scenario: string;
  /** Of the runs; undefined where the file has no such line. */
  readonly session: SessionLine | undefined;
  readonly planned: Planned | undefined;
  /** Of that session, void ones among them. */
  readonly runs: readonly Result[];
  /** Void runs of later sessions that have no valid one. */
  readonly laterVoids: readonly Result[];
  /** Sessions that hold the scenario, this one among them. */
  readonly sessions: number;
}

/** What one session holds of one scenario. */
interface Held {
  readonly id: string;
  readonly line: SessionLine | undefined;
  readonly runs: readonly Result[];
}

/** In the order of the table of scenarios; those that it does not have come last. */
export function chosenOf(results: Results): readonly Chosen[] {
  return scenariosOf(results).map((scenario) => {
    const held = heldOf(results, scenario);
    const valid = held.filter(hasValid);
    const fullest = SCALES.find((scale) => valid.some((one) => scaleOf(one) === scale));
    const at = held.findLastIndex((one) => hasValid(one) && scaleOf(one) === fullest);
    const counts = held.at(at);
    const later = at < 0 ? [] : held.slice(at + 1).filter((one) => !hasValid(one));
    return {
      scenario,
      session: counts?.line,
      planned: counts?.line?.planned.find((one) => one.scenario === scenario),
      runs: counts?.runs ?? [],
      laterVoids: later.flatMap(({ runs }) => runs),
      sessions: held.length,
    };
  });
}

/** The runs of a scenario that count, with all void ones beside them. `seed`: of the intervals. */
export function viewIn(results: Results, scenario: string, seed: number): View {
  const chosen = chosenOf(results).find((one) => one.scenario === scenario);
  const { runs = [], laterVoids = [] } = chosen ?? {};
  return viewOf(scenario, [...runs, ...laterVoids], seed);
}

function hasValid({ runs }: Held): boolean {
  return runs.some((run) => run.discardReason === undefined);
}

function scaleOf({ line, runs }: Held): Scale | undefined {
  return line?.plan.scale ?? (runs[0]?.conditions.scale as Scale | undefined);
}

/** Distinct names, known ones first. */
function scenariosOf({ sessions, runs }: Results): readonly string[] {
  const planned = sessions.flatMap((one) => one.planned.map(({ scenario }) => scenario));
  const found = new Set([...planned, ...runs.map(({ scenario }) => scenario)]);
  const known = SCENARIO_NAMES as readonly string[];
  const others = [...found].filter((name) => !known.includes(name));
  return [...known.filter((name) => found.has(name)), ...others];
}

/** In rising order of time; sessions without a line of their own come first. */
function heldOf(results: Results, scenario: string): readonly Held[] {
  const own = results.runs.filter((run) => run.scenario === scenario);
  return sessionIds(results).flatMap((id) => {
    const line = results.sessions.find(({ session }) => session === id);
    const runs = distinct(own.filter(({ session }) => session === id));
    const isPlanned = line?.planned.some((one) => one.scenario === scenario) === true;
    return runs.length > 0 || isPlanned ? [{ id, line, runs }] : [];
  });
}

/** In rising order of time; those without a line of their own come first. */
export function sessionIds({ sessions, runs }: Results): readonly string[] {
  const lines = sessions.toSorted((a, b) => compare(a.startedAt, b.startedAt));
  const known = new Set(lines.map(({ session }) => session));
  const unknown = runs.map(({ session }) => session).filter((id) => !known.has(id));
  return [...new Set(unknown), ...known];
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** A file that was appended to itself holds every run twice. */
function distinct(runs: readonly Result[]): readonly Result[] {
  return [...new Map(runs.map((run) => [`${run.round}: ${run.variant}`, run] as const)).values()];
}
