// Every scenario runs: one tiny round of each, as a user starts it. The numbers mean nothing and
// none is looked at; what is looked at is that every run was made and counts. Two files of tests
// share the scenarios out between them, as all together take most of what one file may.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { countPlannedRuns } from '../../bench/runner/plan.js';
import { readResults } from '../../bench/runner/results-file.js';
import { SCENARIO_NAMES, SCENARIOS } from '../../bench/scenarios/scenarios.js';
import { runCli } from '../support/process.js';
import { suite } from '../support/suite.js';

const NOTHING = 'nothing was answered in time';

/** A suite of the scenarios that are measured by default, or of all others. */
export function testSmoke(which: 'by default' | 'only when named'): void {
  const test = suite(`bench: every scenario measured ${which}`);
  test.timeout(170_000);
  const isDefault = which === 'by default';
  const names = SCENARIO_NAMES.filter((name) => SCENARIOS[name].isDefault === isDefault);

  test('each has its runs in smoke mode, and each of them counts', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'smoke-'));
    try {
      const out = join(folder, 'smoke.ndjson');
      const first = await runCli(['bench', ...names, '--smoke', '--out', out]);
      const { runs, sessions } = readResults(out);
      const { stdout } = first;
      // Other tests can hold up a load of a tenth of a second: such a scenario runs once more.
      const late = runs.filter((run) => run.discardReason?.endsWith(NOTHING) === true);
      const again = [...new Set(late.map(({ scenario }) => scenario))];
      const other = runs.filter((run) => run.discardReason !== undefined && !late.includes(run));
      assert.equal(
        other.map(({ variant, discardReason: reason }) => [variant, reason]),
        [],
      );
      const { code, stderr } = again.length === 0 ? first : await runCli(['bench', ...again, '--smoke']);
      assert.is(code, 0, stderr);
      assert.match(stdout, /SMOKE: these figures mean nothing/);
      const planned = sessions.flatMap((one) => one.planned);
      assert.equal(planned.map(({ scenario }) => scenario).sort(), [...names].sort());
      assert.is(runs.length, countPlannedRuns(planned));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.run();
}
