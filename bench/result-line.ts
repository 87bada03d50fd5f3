// One run as a line of JSON: what `--out` appends, and what is read back to compare or to show. The
// only place that knows the form of such a line. Pure; what is read is checked, since a file may
// come from another machine, another version, or an editor.

import type { Environment } from './environment.js';
import type { Sample } from './figure.js';
import type { Plan } from './plan.js';

/**
 * 1: without `schema`, as the first versions wrote them. 2: with schema, session, connections,
 * warm-up, whether it was a smoke run, the times of the fixed work, reasons for missing values and
 * notes. NaN is written as null in both.
 */
export const SCHEMAS: readonly number[] = [1, 2];
const SCHEMA = 2;

export function resultLine(
  sample: Sample,
  plan: Plan,
  environment: Environment,
  session: string,
): string {
  const { seed, generator, seconds, warmSeconds, connections, isSmoke } = plan;
  const made = { seed, generator, seconds, warmSeconds, connections, isSmoke };
  const valid = sample.void === undefined;
  const line = { schema: SCHEMA, session, ...sample, valid, ...made, ...environment };
  return `${JSON.stringify(line)}\n`;
}
