// The command that repeats a run: a shell must pass on exactly the intended words.
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { CheckRun } from '../../../src/checker/driver/check-run.js';
import type { CheckTarget } from '../../../src/checker/driver/target.js';
import { formatCommand, quoteForShell } from '../../../src/checker/report/run-data.js';
import { suite } from '../../support/suite.js';
import { makeCorrectRun } from './made-runs.js';

const COUNTS = '--callers 4 --requests 12 --reads-per-second 250 --seed 3 --alone';
const OWN_COMMAND = `npx two-callers check http://127.0.0.1:5000 ${COUNTS}`;

const test = suite('check: shell command');

function commandFor(target: Partial<CheckTarget>): string {
  const run: CheckRun = makeCorrectRun({ callers: 4, requests: 12, seed: 3 });
  return formatCommand({ ...run, target: { ...run.target, ...target } });
}

test('our own service needs no options', () => {
  assert.is(commandFor({}), OWN_COMMAND);
});

test('the command describes a foreign service completely', () => {
  const command = commandFor({
    origin: 'https://shop.example:8443',
    add: { method: 'PUT', path: '/api/visits?kind=a&b=1' },
    read: { method: 'GET', path: '/api/visits' },
    bodies: ['{"who":"O\'Hara"}'],
    fields: ['day.count', 'night.count'],
    sum: 'all',
    ticket: { field: 'count' },
    okStatuses: [200, 201],
  });
  assert.is(
    command,
    'npx two-callers check https://shop.example:8443 ' +
      "--do 'PUT /api/visits?kind=a&b=1' --body '{\"who\":\"O'\\''Hara\"}' " +
      "--count 'GET /api/visits' --field day.count,night.count --sum all " +
      `--ticket-field count --ok 200,201 ${COUNTS}`,
  );
});

test('the command names a file for many bodies, and leaves out the values of header fields', () => {
  const add = { method: 'POST', path: '/do' };
  const headers = { authorization: 'Bearer geheim' };
  const command = commandFor({
    add,
    bodies: ['1', '2'],
    headers,
    givenHeaders: ['authorization'],
    ticket: null,
  });
  assert.match(command, "--file BODIES.jsonl --count 'GET /stats'");
  assert.match(command, "--header 'authorization: …'");
  assert.not.match(command, /geheim|--ticket/);
});

test('a shell passes on every word unchanged', () => {
  const word = fc.string({ unit: 'binary', minLength: 1 }).map((text) => text.replaceAll('\0', ''));
  const nasty = fc.constantFrom("'", '$(touch x)', '`id`', '"', '\\', '\n', '\t', '!', '~', '-n');
  const words = fc.array(fc.oneof(word, nasty), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(words, (meant) => {
      const script = `printf '%s\\0' ${meant.map(quoteForShell).join(' ')}`;
      const env = { ...process.env, LC_ALL: 'C.UTF-8' };
      const got = execFileSync('bash', ['-c', script], { encoding: 'utf8', env });
      assert.equal(got.split('\0').slice(0, -1), meant);
    }),
    { numRuns: 30 },
  );
});

test('invisible characters and line breaks become escapes', () => {
  assert.is(quoteForShell('a\u202eb'), "$'a\\u202eb'");
  assert.is(quoteForShell('a\nb'), "$'a\\nb'");
  assert.is(quoteForShell(''), "''");
});

test.run();
