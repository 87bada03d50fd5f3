// The tallies that are broken on purpose, so that a checker can be seen to catch them: the mistakes
// that people make, each in a file of its own and a row here. They stand apart from the table of
// tally.ts, because no contract holds for them. Any thread; where each can fail, and where it
// cannot, says src/topologies/planted.ts.

import { awaitRace } from './faults/await-race.js';
import { double } from './faults/double.js';
import { local } from './faults/local.js';
import { racy } from './faults/racy.js';
import { stale } from './faults/stale.js';
import { torn } from './faults/torn.js';
import type { PlantedKind } from './kind.js';

export const PLANTED_FAULTS = ['racy', 'await-race', 'local', 'stale', 'torn', 'double'] as const;
export type PlantedFault = (typeof PLANTED_FAULTS)[number];

export const PLANTED: Readonly<Record<PlantedFault, PlantedKind>> = {
  racy,
  'await-race': awaitRace,
  local,
  stale,
  torn,
  double,
};

/** Whether processes that count so know nothing of each other's counts. */
export function isEachItsOwn(name: string): boolean {
  const fault = faultOf(name);
  return fault !== undefined && PLANTED[fault].isEachItsOwn === true;
}

/** The fault that a tally of this name has; undefined when it is an honest one. */
export function faultOf(name: string): PlantedFault | undefined {
  return PLANTED_FAULTS.find((fault) => fault === name);
}
