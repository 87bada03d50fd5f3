// `two-callers check` as a user runs it: its verdicts on small services with one planted fault each
// and their exit codes, what it prints, and one line for each way to ask it wrongly.

import { readFileSync } from 'node:fs';
import { createServer as createPlain, type RequestListener, type Server } from 'node:http';
import { createServer as createTls } from 'node:https';
import type { AddressInfo } from 'node:net';
import * as assert from 'uvu/assert';
import { type Fault, startService } from '../checker/driver/service.js';
import { runCli, startCli, withServiceProcess } from '../support/process.js';
import { suite } from '../support/suite.js';
import { withoutProgress } from './without-progress.js';

const BODY = '{"tx_id":"T","level":"LOW"}';
const FEW = ['--requests', '60', '--callers', '4'];

const test = suite('check');
test.timeout(60_000);

/** Checks a service with a fault in every 10th request. */
async function checkFaulty(fault: Fault, ...words: readonly string[]) {
  const service = await startService(fault, 10);
  try {
    return await runCli(['check', service.url, '--body', BODY, ...FEW, ...words]);
  } finally {
    await service.close();
  }
}

test('our own service needs no option: ok, exit code 0, the answer first', async () => {
  await withServiceProcess([], async ({ url }) => {
    const { code, stdout, stderr } = await runCli(['check', url, '--requests', '500']);
    assert.is(code, 0, stdout + stderr);
    const [first] = stdout.split('\n');
    assert.match(first ?? '', /^ok: 500 acknowledged/);
    assert.match(stdout, /POST http:\S+\/score 500 times by 16 callers/);
    assert.match(stdout, /; \d+ reads \(12 at rest\)/);
    assert.match(stdout, /no other client/);
    assert.not.ok(stdout.includes('\u001b'), 'no colours into a pipe');
    assert.is(withoutProgress(stderr), '');
    // A second check finds a counter that does not start at zero.
    assert.is((await runCli(['check', url, '--requests', '100', '--alone'])).code, 0);
  });
});

const VERDICTS: readonly (readonly [Fault, readonly string[], number, RegExp])[] = [
  ['none', ['--alone'], 0, /^ok: 60 acknowledged/],
  ['loses', [], 1, /^violated: 6 of 60 .* lost/],
  ['doubles', ['--alone'], 1, /^violated: .* 6 too many/],
  ['doubles', [], 2, /^unknown: .* 6 more/],
  ['repeats', [], 1, /^violated: .* same ticket/],
  ['untotals', [], 1, /snapshot-sum/],
  ['refuses', ['--alone'], 0, /54 acknowledged, 6 failed/],
  ['fails', ['--alone'], 0, /54 acknowledged, 0 failed, 6 unknown/],
  ['resets', ['--alone'], 0, /54 acknowledged, 0 failed, 6 unknown/],
];

for (const [fault, words, exitCode, said] of VERDICTS) {
  test(`a service that ${fault} ${words.join(' ')}: exit code ${exitCode}`, async () => {
    const { code, stdout, stderr } = await checkFaulty(fault, ...words);
    assert.is(code, exitCode, stdout + stderr);
    assert.match(stdout, said);
  });
}

test('the evidence names the two requests, with their callers, times and tickets', async () => {
  const { stdout } = await checkFaulty('repeats');
  assert.match(stdout, /duplicate-ticket, \d+ times: /);
  assert.match(stdout, /add \d+ +caller \d +T +[\d,.]+ to [\d,.]+ ms +200 +ticket LOW:\d+\n/);
});

test('--json is one document with the verdict, the evidence and how it was measured', async () => {
  const { code, stdout } = await checkFaulty('loses', '--json', '--header', 'X-Key: s3cret');
  assert.is(code, 1);
  const run = JSON.parse(stdout);
  assert.equal([run.verdict, run.partial, run.requests, run.facts.acknowledged], ['violated', false, 60, 60]);
  const lost = run.findings.find((one: { condition: string }) => one.condition === 'lost-update');
  assert.is(lost.count, 6);
  assert.ok(lost.operations.length > 0);
  assert.not.match(stdout, /s3cret/);
});

test('Ctrl-C judges what was done, and marks it partial', async () => {
  const service = await startService('none');
  try {
    const words = ['check', service.url, '--body', BODY, '--requests', '2000000'];
    const { child, ended } = startCli(words);
    await service.arrived(200);
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    assert.match(stdout, /^partial: ok: .* stopped/);
    assert.is(code, 130);
  } finally {
    await service.close();
  }
});

test('--seconds says how long, and the run is whole when they are over', async () => {
  const service = await startService('none');
  try {
    const words = ['check', service.url, '--body', BODY, '--seconds', '1', '--json'];
    const { code, stdout } = await runCli(words);
    const run = JSON.parse(stdout);
    assert.equal([code, run.partial], [0, false]);
    assert.ok(run.durationMs >= 1_000);
  } finally {
    await service.close();
  }
});

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Against a server that answers everything so; one line, exit code 2, no stack. */
async function refusedBy(server: Server, scheme: string, said: RegExp): Promise<void> {
  const url = `${scheme}://${await listening(server)}`;
  try {
    const { code, stdout, stderr } = await runCli(['check', url, ...FEW]);
    assert.is(code, 2, stdout);
    assert.match(stderr, said);
    assert.is(withoutProgress(stderr).trim().split('\n').length, 1, stderr);
    assert.is(stdout, '');
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const tls = (name: string) =>
  readFileSync(new URL(`../../../test/fixtures/tls/localhost.${name}`, import.meta.url));
const html: RequestListener = (_, response) => void response.end('<h1>');
const withTls = () => createTls({ key: tls('key'), cert: tls('crt') });

const WRONG: readonly (readonly [string, () => Server, 'http' | 'https', RegExp])[] = [
  ['gives HTML', () => createPlain(html), 'http', /not JSON: .*<h1>/],
  ['speaks no TLS', () => createPlain(html), 'https', /does not speak TLS/],
  ['has an untrusted certificate', withTls, 'https', /self-signed: .* NODE_EXTRA_CA_CERTS/],
  ['speaks TLS only', withTls, 'http', /cannot read GET/],
];

for (const [title, start, scheme, said] of WRONG) {
  test(`a service that ${title} is refused in one line`, () => refusedBy(start(), scheme, said));
}

const MISTYPED: readonly (readonly [readonly string[], RegExp])[] = [
  [[], /give the URL/],
  [['--self-test', '--chaos'], /--self-test and --chaos: /],
  [['--self-test', '127.0.0.1:1'], /leave out the URL/],
  [['--chaos', '--html', 'x'], /--chaos and --html: /],
  [['127.0.0.1:1', '--seeds', '2'], /--seeds is for --self-test/],
  [['--self-test', '--tally', 'no'], /Allowed choices are atomic/],
  [['http://127.0.0.1:1'], /127\.0\.0\.1:1\/stats: connection refused/],
  [['ftp://there'], /is not http:\/\/ or https:\/\//],
  [['127.0.0.1:1', '--requests', '5', '--seconds', '1'], /--requests and --seconds/],
  [['127.0.0.1:1', '--requests', '0'], /whole number from 1/],
  [['127.0.0.1:1', '--ticket-heder', 'x'], /--ticket-header/],
  [['127.0.0.1:1', '--html', 'nowhere/page.html'], /--html: .*nowhere/],
];

for (const [words, said] of MISTYPED) {
  test(`check ${words.join(' ')}: one line, exit code 2`, async () => {
    const { code, stdout, stderr } = await runCli(['check', ...words]);
    assert.equal([code, stdout], [2, ''], stderr);
    assert.match(stderr, said);
    assert.is(stderr.trim().split('\n').length, 1, stderr);
  });
}

test.run();
