// Bad input on the command line: one line that says what is wrong and how to mend it, exit code 2,
// and never a stack. The program runs as a user runs it.

import * as assert from 'uvu/assert';
import { LOAD_PACKAGES, PAGE_PACKAGES, requirePackages } from '../../src/commands/usage.js';
import { SEEDED_FAULT_NAMES } from '../../src/tally/faults/seeded-faults.js';
import { runCli } from '../support/process.js';
import { suite } from '../support/suite.js';

const EXITS_LOADING = new URL('../../../test/fixtures/scorers/exits-loading.mjs', import.meta.url);
const NO_SCORER = new URL('../../../package.json', import.meta.url);

const test = suite('command line');

/** Words, and what the one line must say. */
const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['srve', /'srve' .* serve\?/],
  ['serve --prot 1', /'--prot' .* --port\?/],
  ['serve --port x', /'x' is invalid\. .* from 0 to 65535/],
  ['serve --port 65536', /from 0 to 65535/],
  ['serve --threads 0', /from 1 to 256/],
  ['serve --queue-max -1', /from 0 to/],
  ['serve --work-us 1.5', /whole number/],
  ['serve --tally racey', / atomic, striped, mutex, owner, racy/],
  ['serve --topology poll', / inline, pool/],
  ['serve --scorer rulez', /; built in: 'rules'/],
  ['serve --scorer ./missing.mjs', /no such file/],
  [`serve --port 0 --scorer ${NO_SCORER.pathname}`, /Cannot load the scorer/],
  [`serve --port 0 --scorer ${EXITS_LOADING.pathname}`, /die while they load/],
  ['serve --log-level loud', /Allowed choices are fatal/],
  ['serve --host 203.0.113.1', /not an address/],
  ['serve extra', /too many arguments/],
  ['score', /missing required argument 'url'/],
  ['score ftp://127.0.0.1', /ftp:/],
  ['score http://127.0.0.1:1', /no service listens there/],
  ['score http://127.0.0.1:1 --file missing.jsonl', /missing\.jsonl/],
  ['score http://127.0.0.1:1 --count 10001', /has 10,000 transactions/],
  ['score http://127.0.0.1:1 --count none', /whole number/],
  ['study --seed 0', /from 1 to 2147483648/],
  ['study --out .', /--out: cannot write \.: that is a folder/],
  ['study --out a --html ./a', /--out and --html: /],
  ['study --html no/such/page', /--html: cannot write no\/such\/page/],
  ['study --cuont 1', /unknown option '--cuont'/],
];

test('each command has two examples, which it accepts, and its exit codes', async () => {
  for (const name of ['serve', 'score', 'ask', 'check', 'bench', 'advise', 'report', 'study']) {
    const { stdout } = await runCli([name, '--help']);
    const [, below = ''] = stdout.split('Examples:');
    assert.is(below.match(new RegExp(`^  npx two-callers ${name}\\b`, 'gm'))?.length, 2, name);
    assert.match(below, /Exit codes:\n {2}0 /);
  }
});

test('an option that npm took for itself is named, with what to write', async () => {
  const env = { npm_lifecycle_event: 'start', npm_config_tally: 'true' };
  const { code, stderr } = await runCli(['serve', 'racy'], env);
  assert.is(code, 2);
  assert.match(stderr, /^two-callers: npm took --tally for itself: write npm run start -- --tally/);
});

test('an optional package that was left out is named, with how to get it', () => {
  assert.throws(
    () => requirePackages('bench', ['no-such-package']),
    (error: Error) => error.message.endsWith('install it with npm install no-such-package'),
  );
  requirePackages('bench', [...LOAD_PACKAGES, ...PAGE_PACKAGES]);
});

for (const [words, says] of REFUSED) {
  const shown = words.replace(/\S*\/(?=[\w.-]+$)/, '');
  test(`\`${shown}\` is refused in one line`, async () => {
    const { code, stdout, stderr } = await runCli(words.split(' '));
    assert.match(stderr, says);
    assert.is(stderr.trimEnd().split('\n').length, 1, stderr);
    assert.not.match(stderr, /\n\s+at |node:internal/);
    // A start that failed only after it had begun has said so in its log as well.
    if (!words.includes('--port 0')) assert.is(stdout, '');
    assert.is(code, 2);
  });
}

test('--help and --version answer and exit with 0', async () => {
  const help = await runCli(['--help']);
  assert.is(help.code, 0);
  assert.match(help.stdout, / serve .* score .* study /s);
  const { code, stdout } = await runCli(['--version']);
  assert.is(code, 0);
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
});

test('serve --help says which tallies are broken on purpose', async () => {
  const { stdout } = await runCli(['serve', '--help']);
  const says = stdout.replace(/\s+/g, ' ');
  assert.match(says, `wrong on purpose: ${SEEDED_FAULT_NAMES.join(', ')} (choices`);
});

test('without a verb it shows how it is used, and exits with 2', async () => {
  const { code, stderr } = await runCli([]);
  assert.is(code, 2);
  assert.match(stderr, /Usage: two-callers/);
});

test.run();
