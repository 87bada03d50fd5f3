// The advice as a document: everything that the text says, with its numbers. Pure. What is unknown
// is null, since JSON has no NaN.

import type { Advice } from './advice.js';
import type { BreakEven } from './break-even.js';
import { breakEvenChart, breakEvenText } from './curve-lines.js';
import { answerLines } from './lines.js';
import type { Measurements } from './measurements.js';
import { notesOf, placeOf } from './notes.js';

export const ADVICE_SCHEMA = 1;

export function adviceJson(
  advice: Advice,
  breakEven: BreakEven | undefined,
  found: Measurements,
): object {
  const { scorer, targets, threads, environment, alone, trip, plan, unavailable } = found;
  const { rounds, seconds, connections, seed, scale } = plan;
  const { choice, ...rest } = advice;
  const us = placeOf(alone);
  return {
    schema: ADVICE_SCHEMA,
    answer: answerLines(advice, targets),
    choice: choice === undefined ? null : { topology: choice.topology, threads: choice.threads },
    ...rest,
    notes: notesOf(advice, found),
    targets,
    scorer: { name: scorer, ...alone },
    message: trip,
    breakEven:
      breakEven === undefined
        ? null
        : {
            says: breakEvenText(breakEven),
            ...breakEven,
            scorerUs: us ?? null,
            chart: breakEvenChart(breakEven, us),
          },
    plan: { rounds, seconds, connections, threads, seed, scale },
    unavailable,
    environment,
  };
}
