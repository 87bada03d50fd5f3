// `advise` as a user starts it: what it refuses, in one line and with exit code 2, a scorer that
// ends its process, and one tiny run of everything. No figure is judged.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { getLimits } from '../../bench/advise/plan.js';
import { profileScorer } from '../../bench/advise/scorer-profile.js';
import { BODY } from '../../bench/load/transaction.js';
import { random } from '../../src/checker/random.js';
import { readFailure } from '../fixtures/load/seeded-server.js';
import { runCli } from '../support/process.js';
import { suite } from '../support/suite.js';

const test = suite('command line: advise');
test.timeout(60_000);
const folder = mkdtempSync(join(tmpdir(), 'advise-'));
test.after(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const scorer = (name: string, text: string) => file(`${name}.mjs`, text);
const throwing = scorer('throwing', "export default () => { throw new Error('no model') }");
const broken = scorer('broken', 'export default (');
const empty = scorer('empty', 'export const nothing = 1');
const exiting = scorer('exiting', 'export default () => process.exit(0)');
const later = scorer(
  'later',
  `export default () => {
    setImmediate(() => { throw new Error('later') });
    return new Promise(() => {});
  }`,
);
const never = scorer('never', 'export default () => { for (;;); }');

const body = (name: string, text: string) => ['--scorer', 'rules', '--body', file(name, text)];

const REFUSED: readonly (readonly [readonly string[], RegExp])[] = [
  [[], /required option '--scorer <name\|path>'/],
  [['--scorer', 'rulez'], /no such file; built in: 'rules'/],
  [['--scorer', broken], /Cannot load the scorer .*broken\.mjs/],
  [['--scorer', empty], /has no scorer/],
  [['--scorer', throwing], /fails on this transaction: no model/],
  [['--scorer', exiting], /ended its own process/],
  [['--scorer', later], /fails on this transaction: later/],
  [['--scorer', 'rules', '--body', 'gone.json'], /gone\.json: .* no such file/],
  [body('no.json', '{"amount":'), /no\.json: .* not valid JSON/],
  [body('list.json', '[{"amount":1}]'), /list\.json: an array/],
  [body('two.json', '{"amount":1}\n{"amount":2}\n'), /two\.json: 2 JSON texts/],
  [body('bad.json', '{"amount":-1,"hour":99}'), /\/amount: Field 'amount' must .*; \/hour: /],
  [['--scorer', 'rules', '--rps', '0'], /whole number from 1 to 100000/],
  [['--scorer', 'rules', '--p99-ms', 'fast'], /whole number from 1 to/],
  [['--scorer', 'rules', '--rounds', '0'], /whole number from 1 to 100/],
  [['--scorer', 'rules', '--round', '5'], /'--round' \(Did you mean --rounds\?\)/],
];

for (const [words, says] of REFUSED) {
  const shown = words.map((word) => word.replace(`${folder}/`, '')).join(' ');
  test(`advise ${shown} is refused in one line, with exit code 2`, async () => {
    const { code, stdout, stderr } = await runCli(['advise', ...words, '--smoke']);
    assert.equal([code, stdout], [2, ''], stderr);
    assert.match(stderr, says);
    assert.match(stderr, /^two-callers: [^\n]+\n$/);
  });
}

test('a scorer that never ends is ended, and that is said', async () => {
  const job = { scorer: `file://${never}`, body: BODY, warmMs: 1, measureMs: 1, callsMax: 1 };
  const { signal } = new AbortController();
  const alone = profileScorer(job, getLimits('smoke'), 300, signal, random(1));
  assert.match(await readFailure(alone), /within 0\.3 s; it was killed/);
});

test('a tiny run advises a scorer of a user, whatever it prints and gives', async () => {
  const mine = scorer('mine', "export default () => { console.log('noise'); return { score: 3 } }");
  const out = join(folder, 'runs.ndjson');
  const targets = ['--rps', '50', '--p99-ms', '60000'];
  // A shorter load may pass while the machine is held up.
  const words = ['--scorer', mine, ...targets, '--threads', '1', '--seconds', '1', '--out', out];
  const { code, stdout, stderr } = await runCli(['advise', ...words, '--json', '--smoke']);
  assert.is(code, 0, stderr);
  assert.match(stderr, /^2 runs \(variants x rounds\): advise \(2 x 1\)$/m);
  assert.match(stderr, /^advise-curve, round 1: .* \(6 of 6\)$/m);
  const { choice, rows, breakEven, scorer: alone, message } = JSON.parse(stdout);
  assert.ok(['inline', 'batched'].includes(choice.topology), stdout);
  assert.equal(
    rows.flatMap(({ voids }: { voids: string[] }) => [voids.length]),
    [0, 0],
  );
  assert.equal([alone.name, alone.level, alone.isAsync], ['mine', 'HIGH', false]);
  assert.ok(alone.n > 0 && message.p50Us > 0 && breakEven.points.length === 2);
  const lines = readFileSync(out, 'utf8').trim().split('\n');
  const kinds = lines.map((line) => JSON.parse(line).scenario ?? 'session');
  assert.equal(kinds.filter((kind) => kind === 'advise').length, 2);
  assert.equal(kinds.filter((kind) => kind === 'advise-curve').length, 4);
});

test('a target that none meets is exit code 1', async () => {
  // One call takes as long as the whole p99 may.
  const slow = scorer(
    'slow',
    `export default () => {
      const end = performance.now() + 30;
      while (performance.now() < end);
      return { score: 0 };
    }`,
  );
  const load = ['--rps', '1000', '--no-curve', '--rounds', '3', '--seconds', '1'];
  const words = ['--scorer', slow, ...load];
  const { code, stdout, stderr } = await runCli(['advise', ...words, '--smoke']);
  assert.is(code, 1, stderr);
  assert.match(stdout, /No topology meets 1,000 requests\/s .* nearest is /);
  assert.match(stdout, /inline: answers \d+ of 1000 requests\/s/);
});

test.run();
