// The house rules as tests: import directions, sizes, words, how tests are written. Each rule is
// shown to fire on planted faults and to be silent on their good twins before it judges the
// repository. Formatting and the rest of the language are Biome's and the compiler's.
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { suite } from './support/suite.js';
import { deadFiles } from './tidy/dependencies.js';
import { PLANTED_CASES } from './tidy/planted.js';
import { readCode, readPublished } from './tidy/read.js';
import type { Finding, SourceFile } from './tidy/source.js';

// From dist/test.
const ROOT = join(import.meta.dirname, '..', '..');

function asFiles(tree: Readonly<Record<string, string>>): SourceFile[] {
  return Object.entries(tree).map(([path, text]) => ({ path, text }));
}

function asText(findings: readonly Finding[]): string {
  return findings.map(({ path, line, message }) => `${path}:${line}: ${message}`).join('\n');
}

const planted = suite('a tidy rule');

for (const { rule, check, bad, good } of PLANTED_CASES) {
  for (const [what, [tree, words]] of Object.entries(bad)) {
    planted(`fires: ${rule}: ${what}`, () => assert.match(asText(check(asFiles(tree))), words));
  }
  for (const [what, tree] of Object.entries(good)) {
    planted(`is silent: ${rule}: ${what}`, () => assert.is(asText(check(asFiles(tree))), ''));
  }
}
planted.run();

const repository = suite('the repository');
const code = readCode(ROOT);
const published = readPublished(ROOT);

repository('is where this test looks for it', () => {
  assert.ok(code.some(({ path }) => path === 'test/tidy.test.ts'));
  assert.ok(code.some(({ path }) => path === 'src/verdict.ts'));
});

for (const { rule, check } of PLANTED_CASES) {
  repository(rule, () => {
    const findings = rule === 'no workplace words' ? check(published) : check(code);
    // The planted rule has a table of entry points of its own.
    const real = rule === 'no dead files' ? deadFiles(code) : findings;
    assert.ok(real.length === 0, `${real.length} findings\n${asText(real)}`);
  });
}
repository.run();
