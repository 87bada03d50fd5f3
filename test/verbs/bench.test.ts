// The benchmarks as a user starts them: what they refuse, what a result line carries, and what is
// left of a run that Ctrl-C ends. No scenario is judged here.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';
import { suite } from '../support/suite.js';

const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

const test = suite('bench: command line');
test.timeout(60_000);

function start(...words: string[]) {
  const all = [CLI, 'bench', ...words];
  const child = spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'pipe'] });
  return { child, ended: collect(child) };
}

async function collect(child: ChildProcess) {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

const REFUSED: readonly (readonly [readonly string[], RegExp])[] = [
  [['dispach'], /^two-callers: unknown scenario "dispach": did you mean dispatch\?\n$/],
  [['thin', 'isolaton'], /^two-callers: unknown scenario "isolaton": did you mean isolation\?\n$/],
  [['--rounds', '0'], /^two-callers: .*whole number from 1 to 1000\.\n$/],
  [['--generator', 'wrk'], /^two-callers: .*Allowed choices are autocannon, raw\.\n$/],
];

for (const [words, says] of REFUSED) {
  test(`${words.join(' ')} is refused in one line, with exit code 2`, async () => {
    const { code, stdout, stderr } = await start(...words).ended;
    assert.equal([code, stdout], [2, '']);
    assert.match(stderr, says);
  });
}

test('every result line carries what is needed to compare it with another', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const out = join(folder, 'runs.ndjson');
    const words = ['thin', '--smoke', '--generator', 'raw', '--seed', '3', '--out', out];
    const { code, stdout } = await start(...words).ended;
    assert.is(code, 0, stdout);
    assert.match(stdout, /thin: inline .* >= 0\.85 .* unclear/);
    const lines = readFileSync(out, 'utf8').trim().split('\n');
    const [planned, ...runs] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.equal([planned?.kind, planned?.session], ['session', runs[0]?.session]);
    assert.match(String(planned?.command), /^two-callers bench thin --smoke /);
    const row = { scenario: 'thin', variants: 2, rounds: 1, unavailable: [] };
    assert.equal(planned?.planned, [row]);
    assert.is(runs.length, 2);
    for (const [index, run] of runs.entries()) {
      assert.equal([run.scenario, run.round, run.order], ['thin', 1, index + 1]);
      assert.equal([run.threads, run.workUs], [0, 0]);
      assert.equal([run.seed, run.generator, run.valid], [3, 'raw', true]);
      assert.equal([run.schema, run.kind, run.connections, run.scale], [3, 'run', 64, 'smoke']);
      assert.is(run.session, runs[0]?.session);
      assert.equal(Object.keys(run.spins as object), ['beforeMs', 'afterMs', 'bestMs']);
      assert.equal(Object.keys(run.values as object).sort(), [
        'generatorCpu',
        'meanMs',
        'p50Ms',
        'p99Ms',
        'perSecond',
      ]);
      assert.equal(Object.keys(run.versions as object), ['piscina', 'autocannon', 'undici']);
      assert.is(run.node, process.version);
      assert.match(String(run.commit), /^([0-9a-f]{40}\+?|unknown)$/);
      assert.ok(run.cpu && run.cores);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('Ctrl-C ends it with what was measured so far, marked partial', async () => {
  const { child, ended } = start('thin', '--smoke', '--rounds', '1000', '--generator', 'raw');
  let told = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    const isNew = !told.includes('(2 of 2000)');
    told += chunk.toString();
    if (isNew && told.includes('(2 of 2000)')) child.kill('SIGINT');
  });
  const { code, stdout } = await ended;
  assert.is(code, 130);
  assert.match(stdout, /PARTIAL: \d+ of 2000 runs were made/);
  assert.match(stdout, /thin: bare \+ 0 us +n = \d/);
});

test.run();
