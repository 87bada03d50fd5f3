// The table of scenarios. Adding one is a file and a row here.

import type { NamedScenario } from './rounds.js';
import type { Scenario } from './scenario.js';
import { callers } from './scenarios/callers.js';
import { dispatch } from './scenarios/dispatch.js';
import { exhibit } from './scenarios/exhibit.js';
import { isolation } from './scenarios/isolation.js';
import { memory } from './scenarios/memory.js';
import { mixed } from './scenarios/mixed.js';
import { overload } from './scenarios/overload.js';
import { payload } from './scenarios/payload.js';
import { peers } from './scenarios/peers.js';
import { tail } from './scenarios/tail.js';
import { tallies } from './scenarios/tallies.js';
import { thin } from './scenarios/thin.js';
import { threads } from './scenarios/threads.js';
import { wakeUp } from './scenarios/wake-up.js';

export const SCENARIOS = {
  dispatch,
  thin,
  isolation,
  mixed,
  threads,
  overload,
  callers,
  payload,
  tail,
  tallies,
  'wake-up': wakeUp,
  exhibit,
  peers,
  memory,
} as const satisfies Readonly<Record<string, Scenario>>;

export type ScenarioName = keyof typeof SCENARIOS;
export const SCENARIO_NAMES = Object.keys(SCENARIOS) as readonly ScenarioName[];

export function scenariosNamed(names: readonly ScenarioName[]): readonly NamedScenario[] {
  return names.map((name) => [name, SCENARIOS[name]]);
}
