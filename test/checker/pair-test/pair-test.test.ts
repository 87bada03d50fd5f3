// Two callers at the same moment, against counters with one planted fault each and their correct
// twins: what is seen, what is said of it, and how it ends where it cannot go on.

import * as assert from 'uvu/assert';
import { parseTarget, type TargetOptions } from '../../../src/checker/driver/target-options.js';
import {
  PAIR_TEST_DEFAULTS,
  type PairTestOptions,
  runPairTest,
} from '../../../src/checker/pair-test/pair-test.js';
import type { PairTestResult } from '../../../src/checker/pair-test/result.js';
import type { Verdict } from '../../../src/verdict.js';
import { suite } from '../../support/suite.js';
import {
  awaitRace,
  type CountingService,
  correct,
  doubles,
  everyTenth,
  local,
  readApart,
  startCounting,
  striped,
  type Way,
} from './counting-service.js';

const test = suite('ask');

const FOREIGN = {
  do: 'POST /add',
  count: 'GET /count',
  field: 'total',
  seed: 1,
  timeoutMs: 60_000,
};
const BY_READS: TargetOptions = { ...FOREIGN, notCounted: '503' };
const BY_TICKETS: TargetOptions = { ...BY_READS, ticketField: 'n' };
const BY_HEADER: TargetOptions = { ...FOREIGN, ticketHeader: 'Ticket' };

type Given = Partial<PairTestOptions>;

async function askThe(
  service: CountingService,
  target: TargetOptions,
  given: Given = {},
): Promise<PairTestResult> {
  return runPairTest({
    ...PAIR_TEST_DEFAULTS,
    pairs: 150,
    target: await parseTarget(service.url, target),
    signal: new AbortController().signal,
    ...given,
  });
}

async function askCounter(way: Way, target: TargetOptions, given: Given = {}): Promise<PairTestResult> {
  const service = await startCounting(way);
  try {
    return await askThe(service, target, given);
  } finally {
    await service.close();
  }
}

/** The outcomes that were seen, with their samples. */
function seen({ outcomes, atRest }: PairTestResult): Record<string, number> {
  const rows = [...outcomes, ...atRest].filter(({ samples }) => samples > 0);
  return Object.fromEntries(rows.map((row) => [row.seen, row.samples]));
}

interface Case {
  readonly title: string;
  readonly way: Way;
  readonly target: TargetOptions;
  readonly alone?: boolean;
  readonly verdict: Verdict;
  /** Among what was seen. */
  readonly sees: readonly string[];
  /** A key phrase of the answer. */
  readonly says: RegExp;
}

const CASES: readonly Case[] = [
  {
    title: 'correct, tickets: ok',
    way: correct,
    target: BY_TICKETS,
    verdict: 'ok',
    sees: ['1,2', '2,1', 'all'],
    says: /150 times; /,
  },
  {
    title: 'correct, reads: ok',
    way: correct,
    target: BY_READS,
    verdict: 'ok',
    sees: ['2,2', 'all'],
    says: /150 times; both/,
  },
  {
    title: 'lost update, tickets',
    way: awaitRace,
    target: BY_TICKETS,
    verdict: 'violated',
    sees: ['1,1', 'fewer'],
    says: /150 pairs saw 1,1: .* \d+ of 301/,
  },
  {
    title: 'lost update, reads',
    way: awaitRace,
    target: BY_READS,
    verdict: 'violated',
    sees: ['1,1', 'fewer'],
    says: /saw 1,1: /,
  },
  {
    title: 'number read apart',
    way: readApart,
    target: BY_TICKETS,
    verdict: 'violated',
    sees: ['2,2', 'all'],
    says: /saw 2,2: /,
  },
  {
    title: 'variable per process',
    way: local,
    target: BY_TICKETS,
    verdict: 'violated',
    sees: ['fewer'],
    says: /is lost|was lost|are lost/,
  },
  {
    title: 'separate cells: ok',
    way: striped,
    target: BY_HEADER,
    verdict: 'ok',
    sees: ['1|1', 'all'],
    says: /150 times; /,
  },
  {
    title: 'double count: unknown',
    way: doubles,
    target: BY_TICKETS,
    verdict: 'unknown',
    sees: ['more'],
    says: / \d+ more .*--alone/,
  },
  {
    title: 'double count, alone',
    way: doubles,
    target: BY_TICKETS,
    alone: true,
    verdict: 'violated',
    sees: ['more'],
    says: /a number is missing/,
  },
  {
    title: 'double count, by reads',
    way: doubles,
    target: BY_READS,
    alone: true,
    verdict: 'violated',
    sees: ['more'],
    says: /more than two/,
  },
];

for (const { title, way, target, alone = false, verdict, sees, says } of CASES) {
  test(`${title}: the verdict, the outcomes and the answer`, async () => {
    const asked = await askCounter(way, target, { alone });
    const found = seen(asked);
    assert.is(asked.verdict, verdict, JSON.stringify(found));
    for (const outcome of sees) assert.ok((found[outcome] ?? 0) > 0, JSON.stringify(found));
    assert.match(asked.answer, says);
    assert.is(asked.pairs, 150);
    // Once a caller is held back, a pair can miss each other; before that, none can.
    const { since } = asked.release;
    assert.ok(asked.overlap.overlapping >= (since ?? 151) - 1, JSON.stringify(asked.overlap));
  });
}

const ENDINGS: readonly (readonly [string, Way, string])[] = [
  ['a 500 after the count', everyTenth(correct, { status: 500 }, true), '?'],
  ['a 500 before the count', everyTenth(correct, { status: 500 }, false), '?'],
  ['a reset after the count', everyTenth(correct, { instead: 'reset' }, true), '?'],
  ['a refusal', everyTenth(correct, { status: 503 }, false), 'x'],
];

for (const [title, way, mark] of ENDINGS) {
  for (const [mode, target] of Object.entries({ tickets: BY_TICKETS, reads: BY_READS })) {
    test(`${title} is a separate outcome, and no fault (${mode})`, async () => {
      const asked = await askCounter(way, target, { alone: true });
      assert.is(asked.verdict, 'ok', JSON.stringify(seen(asked)));
      const marked = asked.outcomes.filter((row) => row.seen.includes(mark) && row.samples > 0);
      assert.ok(marked.length > 0);
      assert.is(asked.judged + marked.reduce((sum, { samples }) => sum + samples, 0), 150);
      assert.match(asked.answer, /more pairs had no answer/);
    });
  }
}

test('a wrong outcome has its first three pairs as evidence, with times and numbers', async () => {
  const { outcomes } = await askCounter(awaitRace, BY_TICKETS);
  const same = outcomes.find(({ kind, samples }) => kind === 'same' && samples > 0);
  assert.is(same?.evidence.length, 3);
  const call = String.raw`[\d.,]+–[\d.,]+ ms 200, ticket \d+`;
  const text = `^pair \\d+: .* A ${call}; .* B ${call}$`;
  assert.match(same?.evidence[0] ?? '', new RegExp(text));
  const shown = outcomes.filter(({ grade }) => grade === 'acceptable');
  assert.ok(
    shown.every(({ evidence }) => evidence.length === 0),
    'evidence of nothing',
  );
});

test('a counter that restarts is refuted, and the pairs after that are judged again', async () => {
  const anew: Way = (counter) => {
    if (counter.adds === 101) counter.total = 0;
    return { number: ++counter.total };
  };
  const asked = await askCounter(anew, BY_TICKETS);
  assert.is(asked.verdict, 'violated');
  const back = asked.outcomes.filter(({ kind }) => kind === 'backwards');
  assert.is(
    back.reduce((sum, { samples }) => sum + samples, 0),
    1,
  );
});

test('a counter can begin at any number', async () => {
  const service = await startCounting(correct);
  service.counter.total = 12_345;
  try {
    const asked = await askThe(service, BY_TICKETS, { pairs: 20, alone: true });
    assert.is(asked.verdict, 'ok');
  } finally {
    await service.close();
  }
});

const UNUSABLE: readonly (readonly [string, Way, TargetOptions, RegExp])[] = [
  ['a redirect', () => ({ instead: 'redirect' }), BY_READS, /redirects \(302\) to/],
  ['refusals only', () => ({ status: 400 }), BY_READS, /acknowledged nothing: 400/],
  ['no ticket', () => ({}), BY_TICKETS, /gave no ticket/],
];

for (const [title, way, target, says] of UNUSABLE) {
  test(`${title}: the error is one line that says so`, async () => {
    const error = await askCounter(way, target).catch((thrown: Error) => thrown);
    assert.instance(error, Error);
    assert.match((error as Error).message, says);
    assert.not.match((error as Error).message, /\n/);
  });
}

test('a service that goes away ends the test, and the pairs before that count', async () => {
  const gone = (way: Way): Way => {
    return (counter, connection) => (counter.adds > 60 ? { instead: 'redirect' } : way(counter, connection));
  };
  const asked = await askCounter(gone(correct), BY_TICKETS);
  assert.ok(asked.partial && asked.pairs > 20 && asked.pairs < 150);
  assert.is(asked.verdict, 'unknown');
  assert.match(asked.answer, /nothing wrong .*redirects/);
  assert.is((await askCounter(gone(awaitRace), BY_TICKETS)).verdict, 'violated');
});

test('an interrupted test gives its result without the pair in flight', async () => {
  const stop = new AbortController();
  const way: Way = (counter) => {
    if (counter.adds === 41) stop.abort();
    return { number: ++counter.total };
  };
  const asked = await askCounter(way, BY_TICKETS, { signal: stop.signal });
  assert.is(asked.pairs, 19, 'one add before');
  assert.ok(asked.partial);
  assert.is(asked.broken, null);
  assert.is(asked.verdict, 'ok');
});

test.run();
