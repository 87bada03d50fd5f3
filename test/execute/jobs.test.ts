// How a batch becomes jobs: every transaction once, in order, in parts of a bounded size. Pure.

import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { JOB_ITEMS_MAX, neverBegun, splitIntoJobs } from '../../src/execute/jobs.js';
import { claim } from '../score/claims.js';
import { suite } from '../support/suite.js';

type Split = (all: readonly number[]) => (readonly number[])[];

const sizes = fc.oneof(
  fc.integer({ min: 0, max: 5 * JOB_ITEMS_MAX }),
  fc.constantFrom(0, 1, JOB_ITEMS_MAX - 1, JOB_ITEMS_MAX, JOB_ITEMS_MAX + 1, 2 * JOB_ITEMS_MAX),
);

const isSplit = (split: Split) =>
  claim(
    fc.property(sizes, (size) => {
      const all = Array.from({ length: size }, (_, index) => index);
      const jobs = split(all);
      const bounded = jobs.every((job) => job.length <= JOB_ITEMS_MAX);
      const filled = jobs.slice(0, -1).every((job) => job.length === JOB_ITEMS_MAX);
      const noneEmpty = size === 0 ? jobs.length === 1 : jobs.every((job) => job.length > 0);
      return bounded && filled && noneEmpty && jobs.flat().join() === all.join();
    }),
  );

const test = suite('a batch');

test('is split into full jobs and a rest, in order, and nothing is lost or doubled', () => {
  isSplit(splitIntoJobs).holds();
});

test('of nothing is one job of nothing', () => {
  assert.equal(splitIntoJobs([]), [[]]);
});

test('that fits into one job is not copied', () => {
  const all = Array.from({ length: JOB_ITEMS_MAX }, () => 1);
  assert.is(splitIntoJobs(all)[0], all);
});

test('of which a part was never begun says so item by item', () => {
  assert.equal(neverBegun([1, 2], 'CLOSING'), [
    { ok: false, code: 'CLOSING', detail: 'it was never begun' },
    { ok: false, code: 'CLOSING', detail: 'it was never begun' },
  ]);
});

const WRONG: Readonly<Record<string, Split>> = {
  'one too many in a job': (all) => (all.length === JOB_ITEMS_MAX + 1 ? [all] : splitIntoJobs(all)),
  'the rest forgotten': (all) => splitIntoJobs(all.slice(0, all.length - (all.length % 64))),
  'the parts turned round': (all) => splitIntoJobs(all).reverse(),
};
for (const [what, split] of Object.entries(WRONG)) {
  test(`refuted: ${what}`, () => assert.ok(isSplit(split).isRefuted()));
}
test.run();
