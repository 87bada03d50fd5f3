// The first sentence says no more than the run shows: what unanswered adds, or adds of somebody
// else, could hide is not said to be counted.

import * as assert from 'uvu/assert';
import { checkCounter } from '../../src/checker/check-counter.js';
import type { Attempt, CheckRun } from '../../src/checker/driver/check-run.js';
import { answerOf } from '../../src/checker/report/in-words.js';
import { suite } from '../support/suite.js';
import { honestRun } from './runs.js';

const test = suite('check: in words');

interface Given {
  readonly acknowledged: number;
  readonly unknown: number;
  /** What the last read shows. */
  readonly shown: number;
  /** The cell of the tickets; null for none. */
  readonly cell: string | null;
}

/** One add after another on a plain counter `total`, and a read at rest. */
function runOf({ acknowledged, unknown, shown, cell }: Given): CheckRun {
  const adds = Array.from({ length: acknowledged + unknown }, (_, index): Attempt => {
    const outcome = index < acknowledged ? 'ok' : 'unknown';
    const ticket = cell === null || outcome === 'unknown' ? null : { cell, value: index + 1 };
    const times = { beginMs: 10 * index, endMs: 10 * index + 5 };
    return { ...times, outcome, ticket, caller: 0, status: 200, error: null, name: null };
  });
  const about = { values: [shown], sum: null, isSnapshot: true, isAtRest: true };
  const history = { adds, reads: [{ beginMs: 1e6, endMs: 1e6 + 1, ...about }] };
  const model = { fields: ['total'], start: [0], alone: false };
  const judgement = checkCounter(model, history);
  return { ...honestRun(), model, history, judgement, verdict: judgement.verdict };
}

const SAID: readonly (readonly [string, Given, RegExp])[] = [
  [
    'what is all counted is said to be',
    { acknowledged: 20, unknown: 5, shown: 25, cell: null },
    /no unanswered one twice, unless others made up for some \(see --alone\)$/,
  ],
  [
    'unanswered adds may hide a loss, and how great a one',
    { acknowledged: 20, unknown: 5, shown: 22, cell: null },
    /^20 .*: none is seen to be lost, but 5 unanswered ones may hide a loss of up to 3$/,
  ],
  [
    'with tickets of what is read they hide nothing',
    { acknowledged: 20, unknown: 5, shown: 22, cell: 'total' },
    /^20 .*: each was counted once, and no unanswered one twice; no two hold one ticket$/,
  ],
  [
    'with tickets of something else they may',
    { acknowledged: 20, unknown: 5, shown: 22, cell: 'elsewhere' },
    /may hide a loss of up to 3$/,
  ],
  [
    'who else counts may hide a loss',
    { acknowledged: 20, unknown: 0, shown: 30, cell: null },
    /^20 .*, but 10 more counted than was asked for, behind which a loss could hide: someone else/,
  ],
  [
    'with tickets of what is read nobody hides one',
    { acknowledged: 20, unknown: 0, shown: 30, cell: 'total' },
    /^nothing of the 20 .* was lost, but 10 more counted than was asked for: someone else/,
  ],
];

for (const [title, given, said] of SAID) {
  test(title, () => {
    assert.match(answerOf(runOf(given)), said);
  });
}

test.run();
