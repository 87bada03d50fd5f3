// What the advisor measured, as everything that judges or shows it gets it. Types only.

import type { Environment } from '../runner/environment.js';
import type { Plan } from '../runner/plan.js';
import type { Sample } from '../runner/scenario.js';
import type { Alone, Trip } from './alone.js';
import type { Targets } from './rows.js';

export interface Measurements {
  /** As it was named: `rules`, `mine`. */
  readonly scorer: string;
  readonly targets: Targets;
  readonly threads: number;
  readonly environment: Environment;
  readonly alone: Alone;
  readonly trip: Trip;
  /** Of the topologies. */
  readonly plan: Plan;
  readonly samples: readonly Sample[];
  readonly unavailable: readonly (readonly [what: string, reason: string])[];
  /** Of the curve; undefined where it was not asked for. */
  readonly curve: { readonly plan: Plan; readonly samples: readonly Sample[] } | undefined;
}
