// The four verdicts and how they combine. Pure.

import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { VERDICTS, type Verdict, worst } from '../src/verdict.js';
import { propertyTest } from './support/properties.js';
import { suite } from './support/suite.js';

type Combine = (verdicts: readonly Verdict[]) => Verdict;

const lists = fc.array(fc.constantFrom(...VERDICTS), { minLength: 1, maxLength: 8 });

const PROPERTIES = {
  'it is one of the parts, and no part is worse': (combine: Combine) =>
    propertyTest(
      fc.property(lists, (parts) => {
        const found = combine(parts);
        const rank = VERDICTS.indexOf(found);
        return parts.includes(found) && parts.every((part) => VERDICTS.indexOf(part) <= rank);
      }),
    ),
  'neither order nor grouping matters': (combine: Combine) =>
    propertyTest(
      fc.property(lists, lists, (some, others) => {
        const whole = combine([...some, ...others]);
        const grouped = combine([combine(others), combine(some)]);
        return whole === grouped && whole === combine([...others, ...some].toReversed());
      }),
    ),
};

const test = suite('the verdict on the whole');

test('from best to worst: ok, unavailable, unknown, violated', () => {
  assert.equal(VERDICTS, ['ok', 'unavailable', 'unknown', 'violated']);
});

test('no parts prove nothing: unknown, never ok', () => {
  assert.is(worst([]), 'unknown');
});

test('evidence outweighs everything; what could not be concluded is never ok', () => {
  assert.is(worst(['ok']), 'ok');
  assert.is(worst(['ok', 'unavailable']), 'unavailable');
  assert.is(worst(['unknown', 'ok', 'unavailable']), 'unknown');
  assert.is(worst(['ok', 'violated', 'unknown']), 'violated');
});

for (const [title, create] of Object.entries(PROPERTIES)) {
  test(title, () => create(worst).holds());
}

const WRONG: Readonly<Record<string, readonly [keyof typeof PROPERTIES, Combine]>> = {
  'always ok': ['it is one of the parts, and no part is worse', () => 'ok'],
  'the last one said': ['neither order nor grouping matters', (parts) => parts.at(-1) ?? 'unknown'],
  'the best one': [
    'it is one of the parts, and no part is worse',
    (parts) => VERDICTS.find((verdict) => parts.includes(verdict)) ?? 'unknown',
  ],
};
for (const [what, [title, wrong]] of Object.entries(WRONG)) {
  test(`refuted: ${what}`, () => {
    assert.ok(PROPERTIES[title](wrong).isRefuted());
  });
}
test.run();
