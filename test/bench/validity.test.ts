// When a benchmark run counts: each reason to call it void is tripped by a planted fault, and a
// sound run trips none. Pure.

import * as assert from 'uvu/assert';
import { PLAN_DEFAULTS } from '../../bench/runner/plan.js';
import {
  type Crowd,
  LEVEL,
  type Ledger,
  type OpenLoopCourse,
  openLoopVoidReason,
  voidReason,
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
  assert.is(voidReason(SOUND), undefined);
});

test('requests cut off at the end may have been counted, one a connection and load', () => {
  assert.is(voidReason({ ...SOUND, counted: 1_000 + 2 * CONNECTIONS }), undefined);
});

test('a server that counts nothing loses no counts', () => {
  assert.is(voidReason({ ...SOUND, counted: undefined }), undefined);
});

test('another scorer may be expected to give another level, or any, but never none', () => {
  assert.is(voidReason({ ...SOUND, expected: 'LOW', level: 'LOW' }), undefined);
  assert.match(voidReason({ ...SOUND, expected: 'LOW' }) ?? '', /wrong answer: CRITICAL/);
  assert.is(voidReason({ ...SOUND, expected: 'any', level: 'HIGH' }), undefined);
  assert.match(voidReason({ ...SOUND, expected: 'any', level: undefined }) ?? '', /wrong answer/);
});

const FAULTS: readonly (readonly [string, Partial<Ledger>, RegExp])[] = [
  ['a wrong answer at first', { level: 'LOW' }, /wrong answer: LOW/],
  ['a wrong answer later', { wrong: 1 }, /1 wrong answers/],
  ['a failed request', { failed: 1, fault: 'status 500' }, /1 requests failed: status 500/],
  ['no answer at all', { ok: 0, counted: 0 }, /nothing was answered/],
  ['one lost count', { counted: 999 }, /1 answered requests were not counted/],
  ['one count too many', { counted: 1_001 + 2 * CONNECTIONS }, /counted without an answer/],
];

for (const [fault, change, says] of FAULTS) {
  test(`${fault} makes a run void, and it says why`, () => {
    assert.match(voidReason({ ...SOUND, ...change }) ?? 'valid', says);
  });
}

const { limits: LIMITS } = PLAN_DEFAULTS;
const CROWD: Crowd = { inFlight: 10, perSecond: 100, meanMs: 100, edge: 0 };
const PUNCTUAL: OpenLoopCourse = {
  due: 100,
  ended: 100,
  latenessP99Ms: 1,
  cpuShare: 0.5,
  crowd: CROWD,
};

test('an open loop that started everything in time is valid', () => {
  assert.is(openLoopVoidReason(PUNCTUAL, LIMITS), undefined);
});

const OPEN_FAULTS: readonly (readonly [string, Partial<OpenLoopCourse>, RegExp])[] = [
  ['a request that was never heard of', { ended: 99 }, /99 of 100 requests/],
  ['a late generator', { latenessP99Ms: 51 }, /was late/],
  ['a saturated generator', { cpuShare: 0.99 }, /saturated: 99 %/],
  ['a clock that stops', { crowd: { ...CROWD, meanMs: 50 } }, /10\.0 in flight, .* says 5\.0/],
];

for (const [fault, change, says] of OPEN_FAULTS) {
  test(`${fault} makes an open loop void, and it says why`, () => {
    assert.match(openLoopVoidReason({ ...PUNCTUAL, ...change }, LIMITS) ?? 'valid', says);
  });
}

test.run();
