// What two callers find at rest, when all pairs are made: a count that is lost stays lost, and a
// read that was only old does not.

import * as assert from 'uvu/assert';
import { parseTarget } from '../../../src/checker/driver/target-options.js';
import { PAIR_TEST_DEFAULTS, runPairTest } from '../../../src/checker/pair-test/pair-test.js';
import { suite } from '../../support/suite.js';
import { correct, startCounting } from './counting-service.js';

const test = suite('ask: at rest');

const WHERE = { do: 'POST /add', count: 'GET /count', field: 'total', ticketField: 'n' };
const OPTIONS = { ...WHERE, seed: 1, timeoutMs: 60_000 };

test('a read that was old at the end is no loss: the counter is read again', async () => {
  const { signal } = new AbortController();
  for (const [old, lost] of [
    [1, 0],
    [2, 20],
  ] as const) {
    // This many reads after the last pair show the count before the last ten pairs.
    let left: number = old;
    const count = ({ total, adds }: { total: number; adds: number }) =>
      JSON.stringify({ total: adds === 21 && left-- > 0 ? total - 20 : total });
    const service = await startCounting(correct, { count });
    try {
      const asked = await runPairTest({
        ...PAIR_TEST_DEFAULTS,
        pairs: 10,
        target: await parseTarget(service.url, OPTIONS),
        signal,
      });
      assert.is(asked.verdict, 'violated');
      assert.is(asked.lost, lost);
    } finally {
      await service.close();
    }
  }
});

test.run();
