// The account at rest: through HTTP against services with a planted fault, and on ledgers written
// by hand for what no small service would do.

import * as assert from 'uvu/assert';
import { type Ledger, ledgerOf } from '../../../src/checker/driver/ledger.js';
import { POST_DEFAULTS, postAll } from '../../../src/checker/driver/post.js';
import { type Reconciliation, reconcile } from '../../../src/checker/driver/reconcile.js';
import { readStats, type Stats } from '../../../src/checker/driver/stats.js';
import type { Verdict } from '../../../src/verdict.js';
import { suite } from '../../support/suite.js';
import { type Fault, someTransactions, startService } from './service.js';

const test = suite('client: reconcile');

/** Posts 20 transactions with the fault in every 5th, between two reads at rest. */
async function study(fault: Fault, alone: boolean): Promise<Reconciliation> {
  const service = await startService(fault, 5);
  try {
    const before = await readStats(service.url);
    const { items } = await postAll({
      ...POST_DEFAULTS,
      url: service.url,
      transactions: someTransactions(20),
      // One caller, so that it is known which request every fault hits.
      concurrency: 1,
      timeoutMs: fault === 'hangs' ? 1_000 : 60_000,
    });
    const after = await readStats(service.url);
    return reconcile(before, after, ledgerOf(items), { alone });
  } finally {
    await service.close();
  }
}

const EVERY_ONE =
  '20 acknowledged, 20 counted: every acknowledged request was counted exactly once';
const FOUR_OPEN = /^16 acknowledged, 20 counted: .* at most 4 of the 4 requests without an answer$/;

const STUDIES: readonly [Fault, alone: boolean, Verdict, RegExp | string][] = [
  ['none', true, 'ok', EVERY_ONE],
  ['none', false, 'ok', EVERY_ONE],
  ['loses', false, 'violated', '4 lost at CRITICAL: 4 acknowledged, 0 counted'],
  ['doubles', true, 'violated', /^4 counted twice: more than the 20 acknowledged/],
  ['doubles', false, 'unknown', /^4 more counted than .*: someone else is counting too/],
  ['repeats', false, 'violated', /CRITICAL:0, but CRITICAL stood at 0 before it was sent$/],
  ['untotals', false, 'violated', 'the last read says total 16, but its levels add up to 20'],
  ['resets', true, 'ok', FOUR_OPEN],
  ['hangs', true, 'ok', FOUR_OPEN],
  ['fails', true, 'ok', FOUR_OPEN],
  ['refuses', true, 'ok', /^16 acknowledged, 16 counted/],
  ['sheds', true, 'ok', /^16 acknowledged, 16 counted/],
  ['mixes', true, 'unknown', /^4 answers were no assessment of what was sent/],
];

for (const [fault, alone, verdict, evidence] of STUDIES) {
  const company = alone ? 'alone' : 'perhaps in company';
  test(`fault "${fault}", ${company}: ${verdict}`, async () => {
    const judged = await study(fault, alone);
    assert.is(judged.verdict, verdict, judged.evidence.join('\n'));
    if (typeof evidence === 'string') assert.is(judged.evidence[0], evidence);
    else assert.match(judged.evidence[0] ?? '', evidence);
  });
}

const NOTHING: Stats = statsOf(0, 0, 0, 0);

function statsOf(low: number, medium: number, high: number, critical: number): Stats {
  return {
    total: low + medium + high + critical,
    high: high + critical,
    levels: { LOW: low, MEDIUM: medium, HIGH: high, CRITICAL: critical },
    rejected: null,
  };
}

/** Requests acknowledged at the level that their tickets begin with. */
function ledgerWith(tickets: readonly string[], others: Partial<Ledger> = {}): Ledger {
  const acknowledged = tickets.map((ticket, at) => {
    const level = (['LOW', 'HIGH'] as const).find((each) => ticket.startsWith(each)) ?? 'LOW';
    return { name: `line ${at + 1}`, level, ticket };
  });
  return { acknowledged, refused: 0, unknown: 0, unsent: 0, malformed: 0, ...others };
}

const CASES: readonly [string, Stats, Stats, Ledger, Verdict, RegExp][] = [
  [
    'two equal tickets name the two requests',
    NOTHING,
    statsOf(2, 0, 0, 0),
    ledgerWith(['LOW:1', 'LOW:1']),
    'violated',
    /^line 1 and line 2 both hold ticket LOW:1: two adds produced one value/,
  ],
  [
    'equal values in different cells are no collision',
    NOTHING,
    statsOf(2, 0, 0, 0),
    ledgerWith(['LOW@1:1', 'LOW@2:1']),
    'ok',
    /^2 acknowledged, 2 counted/,
  ],
  [
    'a ticket above the last read is proof, whoever else counts',
    NOTHING,
    statsOf(5, 0, 0, 0),
    ledgerWith(['LOW:6']),
    'violated',
    /^line 1 holds ticket LOW:6, but LOW stood at 5 after it was answered$/,
  ],
  [
    'tickets of unnamed cells prove the adds between them',
    NOTHING,
    statsOf(3, 0, 0, 0),
    ledgerWith(['a:7', 'a:10'], { unknown: 1 }),
    'violated',
    /^the tickets prove 4 adds, but the total grew by 3$/,
  ],
  [
    'a gap that an unknown request can have taken is no fault',
    NOTHING,
    statsOf(3, 0, 0, 0),
    ledgerWith(['a:7', 'a:9'], { unknown: 1 }),
    'ok',
    /^2 acknowledged, 3 counted/,
  ],
  [
    'a ticket from the cell of another level is proof',
    NOTHING,
    statsOf(1, 0, 0, 0),
    { ...ledgerWith([]), acknowledged: [{ name: 'line 1', level: 'LOW', ticket: 'HIGH:1' }] },
    'violated',
    /^line 1 holds ticket HIGH:1, but its answer says LOW$/,
  ],
  [
    'a counter that went backwards is said so, and not called a loss',
    statsOf(9, 0, 0, 0),
    statsOf(3, 0, 0, 0),
    ledgerWith(['x']),
    'violated',
    /^total went backwards, from 9 to 3/,
  ],
  [
    'a loss at one level is not hidden by a surplus at another',
    NOTHING,
    statsOf(0, 3, 0, 0),
    ledgerWith(['', '', '']),
    'violated',
    /^3 lost at LOW: 3 acknowledged, 0 counted$/,
  ],
  [
    'high that is not HIGH and CRITICAL is proof',
    NOTHING,
    { ...statsOf(1, 0, 0, 0), high: 1 },
    ledgerWith(['LOW:1']),
    'violated',
    /^the last read says high 1, but HIGH and CRITICAL add up to 0$/,
  ],
  [
    'nothing acknowledged proves nothing',
    NOTHING,
    NOTHING,
    ledgerWith([], { refused: 3 }),
    'unknown',
    /^no request was acknowledged, so nothing was tested$/,
  ],
  [
    'a header that is no ticket is let be',
    NOTHING,
    statsOf(2, 0, 0, 0),
    ledgerWith(['next please', 'LOW:99999999999999999']),
    'ok',
    /^2 acknowledged, 2 counted/,
  ],
];

for (const [title, before, after, ledger, verdict, evidence] of CASES) {
  test(title, () => {
    const judged = reconcile(before, after, ledger);
    assert.is(judged.verdict, verdict, judged.evidence.join('\n'));
    assert.match(judged.evidence[0] ?? '', evidence);
  });
}

test('a surplus at one level is told beside the loss at another', () => {
  const { evidence } = reconcile(NOTHING, statsOf(0, 3, 0, 0), ledgerWith(['', '', '']));
  assert.is(evidence.length, 2);
  assert.match(evidence[1] ?? '', /^3 more counted than the 3 acknowledged and 0 unanswered/);
});

test('dense tickets are said to be so', () => {
  const { evidence } = reconcile(NOTHING, statsOf(2, 0, 0, 0), ledgerWith(['LOW:2', 'LOW:1']));
  assert.is(
    evidence[1],
    '2 tickets: they are distinct and leave no gap, and agree with both reads',
  );
});

test('evidence is bounded, however much there is', () => {
  const ledger = ledgerWith(Array.from({ length: 1000 }, () => 'LOW:1'));
  const { verdict, evidence } = reconcile(NOTHING, statsOf(1000, 0, 0, 0), ledger);
  assert.is(verdict, 'violated');
  assert.ok(evidence.length < 20);
  assert.ok(evidence.includes('and 989 more of the kind'));
});

test.run();
