// The checker as users import it, by the package's name, and its page in the docs: the table has
// every condition, and the example prints what the page says.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type CounterModel, checkCounter, type History } from 'two-callers/check';
import * as assert from 'uvu/assert';
import { checkCounter as ownCheckCounter } from '../../src/checker/check-counter.js';
import { CONDITIONS } from '../../src/checker/judgement.js';
import { suite } from '../support/suite.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PAGE = readFileSync(`${ROOT}docs/reference/checking.md`, 'utf8');

const test = suite('check: library');

test('users import it as two-callers/check, with its types', () => {
  assert.is(checkCounter, ownCheckCounter);
  const model: CounterModel = { fields: ['total'], start: [0], alone: true };
  const history: History = { adds: [], reads: [] };
  assert.is(checkCounter(model, history).verdict, 'unknown');
});

test('the page lists exactly the conditions, with their meanings', () => {
  const [, section = ''] = PAGE.split('## The conditions');
  const rows = [...section.matchAll(/^\| `([\w-]+)` \| ([^|]+) \|/gm)].map(([, name, means]) => {
    return `${name}: ${means?.charAt(0).toLowerCase()}${means?.slice(1, -1)}`;
  });
  const real = Object.entries(CONDITIONS).map(([name, means]) => `${name}: ${means}`);
  assert.equal(rows, real);
});

test('the example of the page prints what the page says', () => {
  const [, example = '', printed] = /^```js\n(.*?)^```\n+```text\n(.*?)^```$/ms.exec(PAGE) ?? [];
  assert.match(example, "from 'two-callers/check'");
  const words = ['--input-type=module', '--eval', example];
  assert.is(execFileSync(process.execPath, words, { cwd: ROOT, encoding: 'utf8' }), printed);
});

test.run();
