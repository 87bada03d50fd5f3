// What the study concludes from what it found: each way in which a service can break its promise is
// planted, and a sound one is not accused. Pure; the study itself runs in score.test.ts.

import * as assert from 'uvu/assert';
import type { PostResult } from '../../src/client/post.js';
import { answer, type Study, verdictOf, verdictOn } from '../../src/verbs/study.js';
import type { Verdict } from '../../src/verdict.js';
import { suite } from '../support/suite.js';

const FLAGS = { count: 1, callers: 64, json: false };

type Item = PostResult['items'][number];

const ITEM: Item = {
  outcome: 'ok',
  status: 200,
  assessment: { score: 0, risk_level: 'LOW', triggered_rules: [], tx_id: 'TX1' },
  ticket: 'LOW:1',
  error: null,
  malformed: false,
  index: 0,
  transaction: { line: 1, text: '{}', value: {} },
  startMs: 0,
  latencyMs: 1,
};

interface Found {
  readonly verdict?: Verdict;
  readonly items?: readonly Item[];
  readonly exitCode?: number | null;
  readonly partial?: boolean;
}

function study({ verdict = 'ok', items = [ITEM], exitCode = 0, partial = false }: Found): Study {
  const stopReason = partial ? ('no connection' as const) : null;
  const result = { items, total: 1, durationMs: 1, partial, stopReason };
  return { topology: 'pool', result, account: { verdict, evidence: ['planted'] }, exitCode };
}

const test = suite('study: verdict');

test('a service that counted all it acknowledged and ended in order is ok', () => {
  const found = { studies: [study({})], unavailable: [] };
  assert.is(verdictOf(study({})), 'ok');
  assert.is(verdictOn(found), 'ok');
  assert.match(answer(found, FLAGS).join(' '), /counted every acknowledged request exactly once/);
});

const MISSING = { topology: 'threads', reason: "topology 'threads' is unavailable here" } as const;

test('a topology that cannot be had is said to be so, and is neither proved nor refuted', () => {
  const found = { studies: [study({})], unavailable: [MISSING] };
  assert.is(verdictOn(found), 'unavailable');
  const said = answer(found, FLAGS).join(' ');
  assert.match(said, /pool counted every .* Not tested: topology 'threads' is unavailable here\./);
  assert.not.match(said, /threads.* counted every/);
});

test('where nothing can be had, nothing is proved', () => {
  const found = { studies: [], unavailable: [MISSING] };
  assert.is(verdictOn(found), 'unknown');
  assert.match(answer(found, FLAGS).join(' '), /Not proved for any topology: unknown/);
});

const FAULTS: readonly (readonly [string, Found, Verdict])[] = [
  ['a refuted count', { verdict: 'violated' }, 'violated'],
  ['a service that does not end in order', { exitCode: 1 }, 'violated'],
  ['a service that had to be killed', { exitCode: null }, 'violated'],
  [
    'a request without an answer',
    { items: [{ ...ITEM, outcome: 'unknown', assessment: null }] },
    'unknown',
  ],
  ['a run that was not finished', { partial: true }, 'unknown'],
];

for (const [fault, found, verdict] of FAULTS) {
  test(`${fault} is not ok, and the answer names the topology`, () => {
    assert.is(verdictOf(study(found)), verdict);
    const all = { studies: [study(found)], unavailable: [MISSING] };
    assert.is(verdictOn(all), verdict, 'one that is missing excuses nothing');
    const said = answer(all, FLAGS).join(' ');
    assert.match(said, new RegExp(`Not proved for pool: ${verdict}`));
  });
}

test.run();
