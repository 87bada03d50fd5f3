// When a benchmark run counts: each reason to call it void is tripped by a planted fault, and a
// sound run trips none. Pure.

import * as assert from 'uvu/assert';
import { LEVEL, voidReason } from '../../bench/validity.js';
import { suite } from '../support/suite.js';

const CONNECTIONS = 64;

interface Run {
  readonly level?: string | undefined;
  readonly failed?: number;
  readonly ok?: number;
  readonly counted?: number;
}

function judge({ level = LEVEL, failed = 0, ok = 1_000, counted = 1_000 }: Run) {
  return voidReason(level, failed, ok, counted, CONNECTIONS);
}

const test = suite('bench: validity');

test('a run whose answers were all counted is valid', () => {
  assert.is(judge({}), undefined);
});

test('requests cut off at the end may have been counted, one a connection and load', () => {
  assert.is(judge({ counted: 1_000 + 2 * CONNECTIONS }), undefined);
});

const FAULTS: readonly (readonly [string, Run, RegExp])[] = [
  ['a wrong answer', { level: 'LOW' }, /wrong answer: LOW/],
  ['a failed request', { failed: 1 }, /1 requests failed/],
  ['no answer at all', { ok: 0, counted: 0 }, /nothing was answered/],
  ['one lost count', { counted: 999 }, /1 answered requests were not counted/],
  ['one count too many', { counted: 1_001 + 2 * CONNECTIONS }, /counted without an answer/],
];

for (const [fault, run, says] of FAULTS) {
  test(`${fault} makes a run void, and it says why`, () => {
    assert.match(judge(run) ?? 'valid', says);
  });
}

test.run();
