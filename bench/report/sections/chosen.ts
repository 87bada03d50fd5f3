// Which runs of a file count for a section: of several sessions that hold one scenario, the latest
// that has a valid run of it. Also where everything was measured. Pure.

import type { Environment } from '../../environment.js';
import type { Results } from '../../result-file.js';
import type { Result } from '../../result-line.js';
import { SCENARIO_NAMES } from '../../scenarios.js';
import type { Planned, SessionLine } from '../../session-line.js';

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
    const hasValid = ({ runs }: Held) => runs.some((run) => run.void === undefined);
    const at = held.findLastIndex(hasValid);
    const counts = held.at(at);
    const later = at < 0 ? [] : held.slice(at + 1);
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

function sessionIds({ sessions, runs }: Results): readonly string[] {
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

/** A machine, a Node and a commit, and what of the report was measured there. */
export interface EnvironmentSeen extends Environment {
  readonly scenarios: readonly string[];
  /** When the sessions began: ISO 8601, UTC. */
  readonly startedAt: readonly string[];
}

/** Of all sessions, also of those that no section shows; more than one is to be told. */
export function environmentsOf(results: Results): readonly EnvironmentSeen[] {
  const shown = chosenOf(results);
  const found = new Map<string, EnvironmentSeen>();
  for (const id of sessionIds(results)) {
    const line = results.sessions.find(({ session }) => session === id);
    for (const environment of environmentsIn(results, id, line)) {
      const { cpu, cores, node, commit } = environment;
      const key = JSON.stringify([cpu, cores, node, commit, environment.versions]);
      const known = found.get(key) ?? { ...environment, scenarios: [], startedAt: [] };
      const own = shown.filter(({ runs }) => runs.some((run) => run.session === id));
      const scenarios = [...new Set([...known.scenarios, ...own.map(({ scenario }) => scenario)])];
      const startedAt = line === undefined ? [] : [line.startedAt];
      found.set(key, { ...known, scenarios, startedAt: [...known.startedAt, ...startedAt] });
    }
  }
  return [...found.values()];
}

/** A session has one; without its line its runs say it, all but the versions of packages. */
function environmentsIn(
  { runs }: Results,
  id: string,
  line: SessionLine | undefined,
): readonly Environment[] {
  if (line !== undefined) {
    const { cpu, cores, node, commit, versions } = line;
    return [{ cpu, cores, node, commit, versions: versions ?? {} }];
  }
  return runs
    .filter(({ session }) => session === id)
    .map(({ conditions, commit }) => {
      const { cpu, cores, node } = conditions;
      return { cpu: String(cpu), cores: Number(cores), node: String(node), commit, versions: {} };
    });
}
