// The strict runner, tested on broken files (test/fixtures/runner): it fails
// each and says why, where plain uvu exits 0, and passes their good twins. Every case is a runner
// process of its own, started here. It does not test the tests of the project.

import pc from 'picocolors';
import * as assert from 'uvu/assert';
import {
  BROKEN_FILES,
  type BrokenFile,
  runByHand,
  runPlainUvu,
  runRunner,
  underFixtures,
} from './runner/broken-files.js';
import { closing, summarise } from './runner/report.js';
import { suite } from './support/suite.js';

const broken = suite('the runner fails');

/** The files that need no option share one run of the runner. */
const isShared = ({ options, env }: BrokenFile) => options === undefined && env === undefined;
const shared = runRunner(
  underFixtures('--json', ...BROKEN_FILES.filter(isShared).map(({ fixture }) => `${fixture}.`)),
);

for (const file of BROKEN_FILES) {
  const { fixture, promise, says, options = [], env = {}, passed = 0 } = file;
  broken(promise, async () => {
    const alone = () => runRunner(underFixtures('--json', ...options, `${fixture}.`), env);
    const run = await (isShared(file) ? shared : alone());
    assert.is(run.code, 1);
    const summary = run.json();
    assert.is(summary.ok, false);
    const report = summary.files.find(({ file }) => file === `${fixture}.fixture.js`);
    assert.ok(report !== undefined && report.failures.length > 0);
    assert.is(report.passedCount, passed);
    const text = JSON.stringify(report);
    for (const words of says) assert.match(text, words);
  });
}

broken('when no file matches, or only some of the filters do', async () => {
  const none = await runRunner(underFixtures('no-such-file'));
  assert.is(none.code, 1);
  assert.match(none.stderr, "no test file matches 'no-such-file'");
  const some = await runRunner(underFixtures('good-plain', 'no-such-file'));
  assert.is(some.code, 1);
});
broken.run();

const plain = suite('plain uvu exits 0');

for (const { fixture, promise } of BROKEN_FILES.filter((file) => file.isMissedByUvu)) {
  plain(promise, async () => {
    const run = await runPlainUvu(fixture);
    assert.is(run.code, 0, run.stderr);
  });
}

plain('when no file matches', async () => {
  const run = await runPlainUvu('no-such-file', 'as a command');
  assert.is(run.code, 0, run.stderr);
});

plain('where a test file started by hand, with our suite, does not', async () => {
  for (const fixture of ['before-throws', 'non-error', 'after-each-throws', 'run-forgotten']) {
    const run = await runByHand(fixture);
    assert.is(run.code, 1, `${fixture}: ${run.stdout} ${run.stderr}`);
  }
});
plain.run();

const good = suite('the runner passes');

good('tests that pass, with hooks, a context and a skipped test', async () => {
  const run = await runRunner(underFixtures('good-plain'));
  assert.is(run.code, 0, run.stdout);
  assert.match(run.stdout, /^✓ good-plain\.fixture\.js {2}3 tests, 1 skipped {2}\d+ ms$/m);
  assert.is(run.lastLine, '3 passed, 0 failed, 1 skipped');
});

good('a file that closes what it opened', async () => {
  const run = await runRunner(underFixtures('good-server'));
  assert.is(run.code, 0, run.stdout);
});

good('a test file started by hand', async () => {
  const run = await runByHand('good-plain');
  assert.is(run.code, 0, run.stderr);
});

good('.only at home', async () => {
  const run = await runRunner(underFixtures('only-left'));
  assert.is(run.code, 0, run.stdout);
  assert.is(run.lastLine, '1 passed, 0 failed, 1 skipped');
});
good.run();

const unavailable = suite('an unavailable test');

unavailable('is shown with its reason and passes at home', async () => {
  const run = await runRunner(underFixtures('unavailable-installable'));
  assert.is(run.code, 0, run.stdout);
  assert.match(run.stdout, /^1 unavailable$/m);
  assert.match(run.stdout, 'needs a tool > asks the tool: the tool is not installed');
  assert.is(run.lastLine, '1 passed, 0 failed, 0 skipped');
});

unavailable('fails in CI, because it could be installed there', async () => {
  const run = await runRunner(underFixtures('unavailable-installable'), { CI: 'true' });
  assert.is(run.code, 1);
  assert.match(run.stdout, 'the tool is not installed (fails in CI)');
});

unavailable('passes even in CI where nobody could install what is missing', async () => {
  const run = await runRunner(underFixtures('unavailable-never'), { CI: 'true' });
  assert.is(run.code, 0, run.stdout);
});
unavailable.run();

const report = suite('the report');

report('shows difference and place of a failure, and no frame of the runner', async () => {
  const run = await runRunner(underFixtures('after-each-throws'));
  assert.match(run.stdout, 'Expected values to be deeply equal: (equal)');
  assert.match(run.stdout, '++··"level":·"HIGH"');
  assert.match(run.stdout, /at .*after-each-throws\.fixture\.ts:\d+:\d+/);
  assert.not.match(run.stdout, /session|suite\.[jt]s|node:internal|node_modules/);
  assert.is(run.lastLine, '0 passed, 1 failed, 0 skipped');
});

report('has colours only where they are asked for', async () => {
  const escapeCode = '\u001b[';
  const plainRun = await runRunner(underFixtures('good-plain'));
  assert.not.ok(plainRun.stdout.includes(escapeCode), 'not a terminal');
  const forced = await runRunner(underFixtures('good-plain'), { FORCE_COLOR: '1' });
  assert.ok(forced.stdout.includes(escapeCode));
  assert.is(forced.lastLine, '3 passed, 0 failed, 1 skipped');
  const refused = await runRunner(underFixtures('good-plain'), { FORCE_COLOR: '1', NO_COLOR: '1' });
  assert.not.ok(refused.stdout.includes(escapeCode));
});

report('names the ten slowest files of a long run, the slowest first', () => {
  const empty = { failures: [], skipped: [], unavailable: [], output: '', passedCount: 1 };
  const files = [3, 9, 1, 12, 5, 7, 11, 2, 8, 4, 10, 6].map((seconds) => {
    return { ...empty, file: `f${seconds}`, durationMs: seconds * 1000 };
  });
  const colors = pc.createColors(false);
  const text = closing(summarise(files, false), colors);
  const named = [...text.matchAll(/^ +[\d.]+ s {2}f(\d+)$/gm)].map(([, name]) => Number(name));
  assert.equal(named, [12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
  assert.is(
    closing(summarise(files.slice(0, 10), false), colors)
      .trim()
      .split('\n').length,
    1,
  );
});

report('lists files sorted and runs none', async () => {
  const run = await runRunner(underFixtures('--list', 'good-server', 'good-plain'));
  assert.is(run.code, 0);
  assert.is(run.stdout, 'good-plain.fixture.js\ngood-server.fixture.js\n');
});

report('never takes a broken fixture for a test of the project', async () => {
  const run = await runRunner(['--list']);
  assert.is(run.code, 0);
  assert.match(run.stdout, /^runner\.test\.js$/m);
  assert.not.match(run.stdout, 'fixture');
});
report.run();

const commandLine = suite('the command line');

commandLine('refuses an unknown option in one line that names the nearest', async () => {
  const run = await runRunner(['--jsn']);
  assert.is(run.code, 2);
  assert.is(run.stderr, "unknown option '--jsn' (did you mean --json?)\n");
  assert.is(run.stdout, '');
});

commandLine('refuses a value that is missing or not a positive number', async () => {
  for (const words of [['--root'], ['--jobs', '0'], ['--timeout', 'soon'], ['--grace=']]) {
    const run = await runRunner(words);
    assert.is(run.code, 2, words.join(' '));
    assert.match(run.stderr, `'${words[0]?.replace('=', '')}`);
    assert.is(run.stderr.split('\n').length, 2, run.stderr);
  }
});

commandLine('takes --renew-golden and --thorough to the test processes', async () => {
  const both = await runRunner(underFixtures('--renew-golden', '--thorough', 'options-seen'));
  assert.is(both.lastLine, '2 passed, 0 failed, 0 skipped');
  const neither = await runRunner(underFixtures('options-seen'));
  assert.is(neither.lastLine, '0 passed, 2 failed, 0 skipped');
});
commandLine.run();
