// Golden files: prose that people read (a page, a terminal report, help) is kept whole under
// test/golden, so that other tests can assert data. `npm run golden -- <part of a test file's name>`
// writes the files again: read the difference before you commit it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as assert from 'uvu/assert';
import { isCI } from '../runner/ci.js';

// From dist/test/support.
const FOLDER = join(import.meta.dirname, '..', '..', '..', 'test', 'golden');

/**
 * Compares the text with the golden file of this name, for example `check-violated.txt`.
 * @throws AssertionError with the difference; in CI also when somebody asks to renew the files
 */
export function assertGolden(name: string, text: string): void {
  const path = join(FOLDER, name);
  if (process.env.TWO_CALLERS_RENEW_GOLDEN === '1') {
    assert.not(isCI(), 'golden files are renewed by a person, not in CI');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return;
  }
  assert.fixture(text, readFileSync(path, 'utf8'), `${name} differs; if that is right: npm run golden`);
}
