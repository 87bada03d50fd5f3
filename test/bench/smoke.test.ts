// Every scenario runs: one tiny round of all of them, as a user starts it. The numbers mean nothing
// and none is looked at; what is looked at is that every run was made and counts.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { readResults } from '../../bench/read-results.js';
import { SCENARIO_NAMES } from '../../bench/scenarios.js';
import { totalOf } from '../../bench/session-line.js';
import { runCli } from '../support/process.js';
import { suite } from '../support/suite.js';

const test = suite('bench: every scenario');
test.timeout(170_000);

test('each has its runs in smoke mode, and each of them counts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'smoke-'));
  try {
    const out = join(folder, 'smoke.ndjson');
    const { code, stdout, stderr } = await runCli(['bench', '--smoke', '--out', out]);
    const { runs, sessions } = readResults(out);
    const voids = runs.filter((run) => run.void !== undefined);
    assert.equal(
      voids.map(({ variant, void: reason }) => [variant, reason]),
      [],
    );
    assert.is(code, 0, stderr);
    assert.match(stdout, /SMOKE: these figures mean nothing/);
    const planned = sessions.flatMap((one) => one.planned);
    assert.equal(planned.map(({ scenario }) => scenario).sort(), [...SCENARIO_NAMES].sort());
    assert.is(runs.length, totalOf(planned));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.run();
