// The answer of a run in one sentence, and the report on a terminal around it. The sentence claims no
// more than the run shows: it says what unanswered or third-party adds could hide.

import * as assert from 'uvu/assert';
import { checkCounter } from '../../../src/checker/check-counter.js';
import type { Attempt, CheckRun } from '../../../src/checker/driver/check-run.js';
import { formatRun, summarizeRun } from '../../../src/checker/report/terminal.js';
import { NO_COLORS } from '../../../src/present/colours.js';
import { assertGolden } from '../../support/golden.js';
import { suite } from '../../support/suite.js';
import { FAULTY_CONDITIONS, makeFaultyRun } from './faulty-runs.js';
import { makeCorrectRun } from './made-runs.js';

const test = suite('check: summary');

interface Given {
  readonly acknowledged: number;
  readonly unknown: number;
  /** What the last read shows. */
  readonly shown: number;
  /** The cell of the tickets; null for none. */
  readonly cell: string | null;
}

/** One add after another on a plain counter `total`, and a read at rest. */
function makeRun({ acknowledged, unknown, shown, cell }: Given): CheckRun {
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
  return { ...makeCorrectRun(), model, history, judgement, verdict: judgement.verdict };
}

const HIDES = /hide a loss of up to 3$/;
const SURE = /each was counted exactly once/;
const UNANSWERED = { acknowledged: 20, unknown: 5, shown: 22 } as const;
const THIRD_PARTY = { acknowledged: 20, unknown: 0, shown: 30 } as const;
const CASES: readonly (readonly [what: string, Given, RegExp])[] = [
  ['all unanswered adds counted', { ...UNANSWERED, shown: 25, cell: null }, SURE],
  ['unanswered adds may hide a loss', { ...UNANSWERED, cell: null }, HIDES],
  ['tickets of the counter leave no doubt', { ...UNANSWERED, cell: 'total' }, SURE],
  ['tickets of another cell do', { ...UNANSWERED, cell: 'elsewhere' }, HIDES],
  ['others may hide a loss', { ...THIRD_PARTY, cell: null }, /a loss could hide/],
  ['tickets show that they do not', { ...THIRD_PARTY, cell: 'total' }, /^none of 20 .* lost/],
  ['nothing acknowledged', { ...THIRD_PARTY, acknowledged: 0, cell: null }, /nothing was tested/],
];

for (const [what, given, expected] of CASES) {
  test(`the answer says what the run shows: ${what}`, () => {
    assert.match(summarizeRun(makeRun(given)), expected);
  });
}

test('each failure and each doubt has its sentence', () => {
  const failures = FAULTY_CONDITIONS.map((condition) => {
    return `${condition}: ${summarizeRun(makeFaultyRun(condition))}\n`;
  });
  const others = CASES.map(([what, given]) => `${what}: ${summarizeRun(makeRun(given))}\n`);
  const partial = summarizeRun({ ...makeCorrectRun(), partial: true });
  assertGolden('check-answers.txt', [...failures, ...others, `partial: ${partial}\n`].join(''));
});

test('the report on a terminal has the answer, the evidence, the work and the meaning', () => {
  const correct = makeCorrectRun();
  const faulty = makeFaultyRun('duplicate-ticket');
  const stopped = { ...makeFaultyRun('stale-read'), remarks: ['2 reads failed'], partial: true };
  const reports = [correct, faulty, stopped].map((run) => {
    return `${formatRun({ ...run, answer: summarizeRun(run) }, NO_COLORS).join('\n')}\n`;
  });
  assertGolden('check-terminal.txt', reports.join('\n'));
});

test('the terminal shows three findings of a condition, and how often it failed', () => {
  const run = makeFaultyRun('snapshot-sum');
  const [finding] = run.judgement.findings;
  if (finding === undefined) throw new Error('no finding');
  const findings = Array.from({ length: 5 }, () => finding);
  const judgement = { ...run.judgement, findings, failures: { 'snapshot-sum': 1234 } };
  const lines = formatRun({ ...run, judgement }, NO_COLORS);
  assert.is(lines.filter((line) => line.includes(finding.text)).length, 3 + 1);
  assert.is(lines.filter((line) => line.startsWith('snapshot-sum, 1,234 times')).length, 1);
});

test.run();
