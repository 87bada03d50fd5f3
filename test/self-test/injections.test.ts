// The plan of injected faults, and which requests they excuse: each excuse has a twin that does
// not hold, since an injection that excuses everything would hide a service that loses answers.

import { performance } from 'node:perf_hooks';
import * as assert from 'uvu/assert';
import type { Attempt } from '../../src/checker/driver/check-run.js';
import {
  AFTERMATH_MS,
  findUnexplained,
  type Injection,
  type Injector,
  injectAll,
  planInjections,
} from '../../src/self-test/fault-injectors.js';
import { suite } from '../support/suite.js';

const test = suite('check: chaos');

const KINDS = ['kill', 'drop', 'stall'];

test('each kind is planned at least once, however short it is', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const plan = planInjections(KINDS, 1, seed);
    assert.equal(plan.map(({ kind }) => kind).toSorted(), KINDS.toSorted());
    assert.ok(plan.every(({ gapMs }) => gapMs >= 250 && gapMs <= 650));
  }
});

test('a longer one has more, and as many of each kind as of the others', () => {
  const plan = planInjections(KINDS, 27, 1);
  assert.is(plan.length, 30);
  for (const kind of KINDS) assert.is(plan.filter((one) => one.kind === kind).length, 10);
});

test('the same seed plans the same, another one another', () => {
  assert.equal(planInjections(KINDS, 9, 7), planInjections(KINDS, 9, 7));
  assert.not.equal(planInjections(KINDS, 9, 7), planInjections(KINDS, 9, 8));
});

test('nothing can be planned where there is nothing to do', () => {
  assert.equal(planInjections([], 9, 7), []);
});

function injector(kind: string, inject: Injector['inject']): Injector {
  return { kind, inject, explains: ({ status }) => status === null };
}

const PLAN = ['kill', 'nobody', 'drop'].map((kind) => ({ kind, gapMs: 0 }));

test('one comes after the other, and what could not be done is not in the record', async () => {
  const done: string[] = [];
  const one = (kind: string) =>
    injector(kind, async () => {
      done.push(`${kind} begins`);
      await Promise.resolve();
      done.push(`${kind} ends`);
      return `${kind} done`;
    });
  const injections = await injectAll(PLAN, {
    injectors: [one('drop'), one('kill'), injector('nobody', async () => undefined)],
    seed: 1,
    nowMs: () => performance.now(),
    signal: new AbortController().signal,
  });
  assert.equal(done, ['kill begins', 'kill ends', 'drop begins', 'drop ends']);
  const record = injections.map(({ kind, what }) => [kind, what]);
  assert.equal(record, [
    ['kill', 'kill done'],
    ['drop', 'drop done'],
  ]);
  assert.ok(injections.every(({ beginMs, endMs }) => beginMs <= endMs));
});

test('interrupted, it does nothing more and resolves at once', async () => {
  const interrupted = new AbortController();
  const kill = injector('kill', async () => {
    interrupted.abort();
    return 'killed';
  });
  const late = injector('drop', () => {
    throw new Error('after the end');
  });
  const plan = [...PLAN, { kind: 'drop', gapMs: 1e9 }];
  const { signal } = interrupted;
  const options = { injectors: [kill, late], seed: 1, nowMs: () => 0, signal };
  assert.is((await injectAll(plan, options)).length, 1);
});

const INJECTION: Injection = { kind: 'kill', what: 'killed', beginMs: 1_000, endMs: 1_100 };
const UNANSWERED: Attempt = {
  outcome: 'unknown',
  beginMs: 990,
  endMs: 1_010,
  ticket: null,
  caller: 0,
  status: null,
  error: 'reset',
  name: null,
};

const AFTER = INJECTION.endMs + AFTERMATH_MS;

const EXCUSES: readonly (readonly [string, Partial<Attempt>, boolean])[] = [
  ['on its way', {}, true],
  ['begun meanwhile', { beginMs: 1_050, endMs: 1_060 }, true],
  ['begun in its aftermath', { beginMs: AFTER, endMs: AFTER + 500 }, true],
  ['begun when that was over', { beginMs: AFTER + 1, endMs: AFTER + 500 }, false],
  ['over before it happened', { beginMs: 900, endMs: 999 }, false],
  ['ended differently', { status: 500 }, false],
  ['refused', { outcome: 'failed', beginMs: 1, endMs: 2 }, true],
  ['acknowledged', { outcome: 'ok', beginMs: 1, endMs: 2 }, true],
];

const KILL = injector('kill', async () => 'killed');

for (const [what, change, isExcused] of EXCUSES) {
  test(`a request ${what} is ${isExcused ? '' : 'not '}explained`, () => {
    const left = findUnexplained([{ ...UNANSWERED, ...change }], [INJECTION], [KILL]);
    assert.equal(left, isExcused ? [] : [0]);
  });
}

test('an injection explains nothing by the look of another kind', () => {
  const drop = { ...KILL, kind: 'drop', explains: () => false };
  const injection = { ...INJECTION, kind: 'drop' };
  assert.equal(findUnexplained([UNANSWERED], [injection], [KILL, drop]), [0]);
});

test.run();
