// The way of one request to score is short: a reader opens few files. Structure, not time.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as assert from 'uvu/assert';
import { suite } from '../support/suite.js';

const PROGRAM = fileURLToPath(new URL('../../bench/micro/request-path.js', import.meta.url));
const FILES_MAX: Readonly<Record<string, number>> = { inline: 14, batched: 20 };

const test = suite('the way of a request');
test.timeout(60_000);

test('one POST /score enters at most 14 files on inline and 20 on batched', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, '--json']);
  const lines = stdout.trim().split('\n');
  for (const line of lines) {
    const { topology, files } = JSON.parse(line) as { topology: string; files: object };
    const entered = Object.keys(files);
    assert.ok(entered.length <= (FILES_MAX[topology] ?? 0), `${topology}: ${entered.join(' ')}`);
    // Both ends are seen, on whichever thread: an empty trace would pass as well.
    for (const file of ['http/connections.js', 'tally/atomic.js', 'scoring/rules.js']) {
      assert.ok(entered.includes(file), `${topology}: ${file}`);
    }
  }
  assert.is(lines.length, 2);
});
test.run();
