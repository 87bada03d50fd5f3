// Selects the runs that a section shows: the latest session of the largest scale with a valid run, so a quick
// look does not replace a long measurement. Also where they were made. Pure.

import type { Environment } from '../runner/environment.js';
import { type Planned, type PlanScale, SCALES } from '../runner/plan.js';
import type { Result, SessionLine } from '../runner/result-lines.js';
import type { Results } from '../runner/results-file.js';
import { SCENARIO_NAMES } from '../scenarios/scenarios.js';
import { createScenarioData, type ScenarioData } from '../stats/scenario-data.js';

export interface SelectedRuns {
  readonly scenario: string;
  /** Undefined where the file has no session line. */
  readonly session: SessionLine | undefined;
  readonly planned: Planned | undefined;
  readonly runs: readonly Result[];
  /** Discarded runs of later sessions that have no valid run. */
  readonly laterDiscarded: readonly Result[];
  /** Sessions that contain the scenario, this one included. */
  readonly sessions: number;
}

interface SessionPart {
  readonly line: SessionLine | undefined;
  readonly runs: readonly Result[];
}

/** In the order of the table of scenarios; unknown scenarios come last. */
export function selectRuns(results: Results): readonly SelectedRuns[] {
  return listScenarios(results).map((scenario) => {
    const parts = listParts(results, scenario);
    const valid = parts.filter(hasValid);
    const largest = SCALES.find((scale) => valid.some((part) => findScale(part) === scale));
    const at = parts.findLastIndex((part) => hasValid(part) && findScale(part) === largest);
    const selected = parts.at(at);
    const later = at < 0 ? [] : parts.slice(at + 1).filter((part) => !hasValid(part));
    return {
      scenario,
      session: selected?.line,
      planned: selected?.line?.planned.find((one) => one.scenario === scenario),
      runs: selected?.runs ?? [],
      laterDiscarded: later.flatMap(({ runs }) => runs),
      sessions: parts.length,
    };
  });
}

export function readScenario(results: Results, scenario: string, seed: number): ScenarioData {
  const selected = selectRuns(results).find((one) => one.scenario === scenario);
  const { runs = [], laterDiscarded = [] } = selected ?? {};
  return createScenarioData(scenario, [...runs, ...laterDiscarded], seed);
}

/** Undefined where no run counts. */
export function findOrigin(results: Results, name: string) {
  const selected = selectRuns(results).find(({ scenario }) => scenario === name);
  const run = selected?.runs.find(({ discardReason }) => discardReason === undefined);
  if (run === undefined) return undefined;
  const { cpu, cores, node, scale } = run.conditions;
  return { isSmoke: scale === 'smoke', place: JSON.stringify([run.commit, cpu, cores, node]) };
}

/** The seed of the latest session, so that a report repeats its figures. */
export function findSeed({ sessions }: Results): number {
  const seed = sortByStart(sessions).at(-1)?.plan.seed;
  return Number.isSafeInteger(seed) ? (seed as number) : 1;
}

function hasValid({ runs }: SessionPart): boolean {
  return runs.some((run) => run.discardReason === undefined);
}

function findScale({ line, runs }: SessionPart): PlanScale | undefined {
  return line?.plan.scale ?? (runs[0]?.conditions.scale as PlanScale | undefined);
}

/** Distinct names, known ones first. */
function listScenarios({ sessions, runs }: Results): readonly string[] {
  const planned = sessions.flatMap((one) => one.planned.map(({ scenario }) => scenario));
  const found = new Set([...planned, ...runs.map(({ scenario }) => scenario)]);
  const known = SCENARIO_NAMES as readonly string[];
  const others = [...found].filter((name) => !known.includes(name));
  return [...known.filter((name) => found.has(name)), ...others];
}

function listParts(results: Results, scenario: string): readonly SessionPart[] {
  const own = results.runs.filter((run) => run.scenario === scenario);
  return listSessionIds(results).flatMap((id) => {
    const line = results.sessions.find(({ session }) => session === id);
    const runs = removeRepeats(own.filter(({ session }) => session === id));
    const isPlanned = line?.planned.some((one) => one.scenario === scenario) === true;
    return runs.length > 0 || isPlanned ? [{ line, runs }] : [];
  });
}

function sortByStart(sessions: readonly SessionLine[]): SessionLine[] {
  return sessions.toSorted((a, b) => Number(a.startedAt > b.startedAt) - Number(a.startedAt < b.startedAt));
}

/** Oldest first; sessions without a session line come before all others. */
function listSessionIds({ sessions, runs }: Results): readonly string[] {
  const known = new Set(sortByStart(sessions).map(({ session }) => session));
  const unknown = runs.map(({ session }) => session).filter((id) => !known.has(id));
  return [...new Set(unknown), ...known];
}

/** A file that was appended to itself contains every run twice. */
function removeRepeats(runs: readonly Result[]): readonly Result[] {
  return [...new Map(runs.map((run) => [`${run.round}: ${run.variant}`, run] as const)).values()];
}

export interface MeasuredEnvironment extends Environment {
  readonly scenarios: readonly string[];
  /** Of the sessions: ISO 8601, UTC. */
  readonly startedAt: readonly string[];
}

/** Of all sessions, including those that no section shows. */
export function listEnvironments(results: Results): readonly MeasuredEnvironment[] {
  const selected = selectRuns(results);
  const found = new Map<string, MeasuredEnvironment>();
  for (const id of listSessionIds(results)) {
    const line = results.sessions.find(({ session }) => session === id);
    // Every line of a session has it; without a session line its runs do.
    const runs = results.runs.filter(({ session }) => session === id);
    const own = selected.filter((one) => one.runs.some((run) => run.session === id));
    const startedAt = line === undefined ? [] : [line.startedAt];
    for (const environment of (line === undefined ? runs : [line]).map(pickEnvironment)) {
      const key = JSON.stringify(Object.entries(environment).sort());
      const known = found.get(key) ?? { ...environment, scenarios: [], startedAt: [] };
      const scenarios = [...new Set([...known.scenarios, ...own.map(({ scenario }) => scenario)])];
      found.set(key, { ...known, scenarios, startedAt: [...known.startedAt, ...startedAt] });
    }
  }
  return [...found.values()];
}

function pickEnvironment(line: Environment): Environment {
  const { cpu, cores, os, memoryGB, node, commit, versions } = line;
  return { cpu, cores, os, memoryGB, node, commit, versions };
}
