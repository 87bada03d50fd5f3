// The table of scenarios. Adding one is a file and a row here.

import type { NamedScenario, Scenario } from '../runner/scenario.js';
import { callers } from './callers.js';
import { dispatch } from './dispatch.js';
import { exhibit } from './exhibit.js';
import { isolation } from './isolation.js';
import { memory } from './memory.js';
import { mixed } from './mixed.js';
import { overload } from './overload.js';
import { payload } from './payload.js';
import { peers } from './peers.js';
import { tail } from './tail.js';
import { tallies } from './tallies.js';
import { thin } from './thin.js';
import { threads } from './threads.js';
import { wakeUp } from './wake-up.js';

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
