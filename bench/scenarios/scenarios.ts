// The table of scenarios. The compiler names what a new row is missing.

import type { ReportedScenario } from '../report/model.js';
import type { NamedScenario } from '../runner/scenario.js';
import { coordinatedOmission } from './coordinated-omission.js';
import { dispatch } from './dispatch.js';
import { heavyTail } from './heavy-tail.js';
import { isolation } from './isolation.js';
import { latencyUnderLoad } from './latency-under-load.js';
import { memory } from './memory.js';
import { overload } from './overload.js';
import { payload } from './payload.js';
import { peers } from './peers.js';
import { scalability } from './scalability.js';
import { tallies } from './tallies.js';
import { overhead, threads } from './throughput.js';
import { wakeUp } from './wake-up.js';

export const SCENARIOS = {
  dispatch,
  overhead,
  isolation,
  'heavy-tail': heavyTail,
  threads,
  overload,
  scalability,
  payload,
  'latency-under-load': latencyUnderLoad,
  tallies,
  'wake-up': wakeUp,
  'coordinated-omission': coordinatedOmission,
  peers,
  memory,
} as const satisfies Readonly<Record<string, ReportedScenario>>;

export type ScenarioName = keyof typeof SCENARIOS;
export const SCENARIO_NAMES = Object.keys(SCENARIOS) as readonly ScenarioName[];

export function scenariosNamed(names: readonly ScenarioName[]): readonly NamedScenario[] {
  return names.map((name) => [name, SCENARIOS[name]]);
}
