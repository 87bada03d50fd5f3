// When a benchmark run counts: each reason to call it void is tripped by a planted fault, and a
// sound run trips none. Pure.

import * as assert from 'uvu/assert';
import { PLAN_DEFAULTS } from '../../bench/runner/plan.js';
import {
  checkLedger,
  checkOpenLoop,
  LEVEL,
  type Ledger,
  type LittleTerms,
  type OpenLoopCourse,
} from '../../bench/runner/validity.js';
import { suite } from '../support/suite.js';

const CONNECTIONS = 64;

const SOUND: Ledger = {
  level: LEVEL,
  wrong: 0,
  failed: 0,
  fault: undefined,
  ok: 1_000,
  counted: 1_000,
  connections: CONNECTIONS,
};

const test = suite('bench: validity');

test('a run whose answers were all counted is valid', () => {
  assert.is(checkLedger(SOUND), undefined);
});

test('requests cut off at the end may have been counted, one a connection and load', () => {
  assert.is(checkLedger({ ...SOUND, counted: 1_000 + 2 * CONNECTIONS }), undefined);
});

test('a server that counts nothing loses no counts', () => {
  assert.is(checkLedger({ ...SOUND, counted: undefined }), undefined);
});

test('another scorer may be expected to give another level, or any, but never none', () => {
  assert.is(checkLedger({ ...SOUND, expected: 'LOW', level: 'LOW' }), undefined);
  assert.match(checkLedger({ ...SOUND, expected: 'LOW' }) ?? '', /wrong answer: CRITICAL/);
  assert.is(checkLedger({ ...SOUND, expected: 'any', level: 'HIGH' }), undefined);
  assert.match(checkLedger({ ...SOUND, expected: 'any', level: undefined }) ?? '', /wrong answer/);
});

const FAULTS: readonly (readonly [string, Partial<Ledger>, RegExp])[] = [
  ['a wrong answer at first', { level: 'LOW' }, /wrong answer: LOW/],
  ['a wrong answer later', { wrong: 1 }, /1 wrong answers/],
  ['a failed request', { failed: 1, fault: 'status 500' }, /failed: status 500/],
  ['no answer at all', { ok: 0, counted: 0 }, /nothing was answered/],
  ['one lost count', { counted: 999 }, /1 .* not counted/],
  ['one count too many', { counted: 1_001 + 2 * CONNECTIONS }, /counted without an answer/],
];

for (const [fault, change, says] of FAULTS) {
  test(`${fault} makes a run void, and it says why`, () => {
    assert.match(checkLedger({ ...SOUND, ...change }) ?? 'valid', says);
  });
}

const { limits: LIMITS } = PLAN_DEFAULTS;
const CROWD: LittleTerms = { inFlight: 10, perSecond: 100, meanMs: 100, edge: 0 };
const PUNCTUAL: OpenLoopCourse = { due: 100, ended: 100, latenessP99Ms: 1, cpuShare: 0.5, terms: CROWD };

test('an open loop that started everything in time is valid', () => {
  assert.is(checkOpenLoop(PUNCTUAL, LIMITS), undefined);
});

const OPEN_FAULTS: readonly (readonly [string, Partial<OpenLoopCourse>, RegExp])[] = [
  ['a request that was never heard of', { ended: 99 }, /99 of 100 requests/],
  ['a late generator', { latenessP99Ms: 51 }, /was late/],
  ['a saturated generator', { cpuShare: 0.99 }, /saturated: 99 %/],
  ['a clock that stops', { terms: { ...CROWD, meanMs: 50 } }, /10\.0 in flight, .* says 5\.0/],
];

for (const [fault, change, says] of OPEN_FAULTS) {
  test(`${fault} makes an open loop void, and it says why`, () => {
    assert.match(checkOpenLoop({ ...PUNCTUAL, ...change }, LIMITS) ?? 'valid', says);
  });
}

test.run();
