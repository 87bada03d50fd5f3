// The house rules as tests. Each rule of ours, of Biome and of knip first fires on a seeded fault and
// stays silent on correct code; then ours judge the repository. The gate runs Biome and knip on it.
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as assert from 'uvu/assert';
import { suite } from './support/suite.js';
import { RULE_CASES } from './tidy/cases.js';
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

const rules = suite('a tidy rule');

for (const { rule, check, bad, good } of RULE_CASES) {
  for (const [what, [tree, words]] of Object.entries(bad)) {
    rules(`fires: ${rule}: ${what}`, () => assert.match(asText(check(asFiles(tree))), words));
  }
  for (const [what, tree] of Object.entries(good)) {
    rules(`is silent: ${rule}: ${what}`, () => assert.is(asText(check(asFiles(tree))), ''));
  }
}
rules.run();

const lines = (count: number) => 'step();\n'.repeat(count);

/** File -> its text, and the Biome rules that must fire in it. */
const LINTED: Readonly<Record<string, readonly [text: string, ...rules: string[]]>> = {
  'src/long.ts': [lines(251), 'noExcessiveLinesPerFile'],
  'src/fits.ts': [lines(250)],
  'test/long.ts': [lines(301), 'noExcessiveLinesPerFile'],
  'test/fits.ts': [lines(300)],
  'src/function.ts': [`export function f() {\n${lines(71)}}\n`, 'noExcessiveLinesPerFunction'],
  'src/arrow.ts': [`export const f = () => {\n${lines(71)}};\n`, 'noExcessiveLinesPerFunction'],
  'src/short.ts': [`export function f() {\n${lines(68)}}\n`],
  'src/any.ts': ['export let a: any;\n', 'noExplicitAny'],
  'src/default.ts': ['export default function f() {}\n', 'noDefaultExport'],
  'src/enum.ts': ['export enum Level {\n  Low,\n}\n', 'noEnum'],
  'src/ignore.ts': ['// @ts-'.concat('ignore\nexport const a = 1;\n'), 'noTsIgnore'],
  'src/cycle.ts': ["import { b } from './other.js';\nexport const a = () => b;\n", 'noImportCycles'],
  'src/other.ts': [
    "import type { a } from './cycle.js';\nexport const b: typeof a | 1 = 1;\n",
    'noImportCycles',
  ],
  'src/diamond.ts': ["import './any.js';\nimport './enum.js';\n"],
  'test/uvu.ts': ["import { suite } from 'uvu';\nsuite('a');\n", 'noRestrictedImports'],
  'test/node.ts': ["import { test } from 'node:test';\ntest('a');\n", 'noRestrictedImports'],
  'test/sleep.ts': [
    "import { setTimeout as sleep } from 'node:timers/promises';\nawait sleep(1);\n",
    'noRestrictedImports',
  ],
  'test/clock.ts': [
    "import * as clock from 'node:timers/promises';\nawait clock.setTimeout(1);\n",
    'noRestrictedImports',
  ],
  'test/turn.ts': ["import { setImmediate } from 'node:timers/promises';\nawait setImmediate();\n"],
  'test/assert.ts': ["import * as assert from 'uvu/assert';\nassert.ok(1);\n"],
  'test/support/suite.ts': ["import { suite } from 'uvu';\nsuite('a');\n"],
};

const UNUSED = {
  'package.json': '{ "type": "module", "bin": { "two-callers": "dist/src/cli.js" } }\n',
  'src/cli.ts': "import './used.js';\nnew URL('./a.worker.js', import.meta.url);\n",
  'src/used.ts': 'export {};\n',
  'src/a.worker.ts': 'export {};\n',
  'src/dead.ts': 'export {};\n',
  'src/other.ts': "import './dead.js';\n",
  'test/a.test.ts': "import '../src/dead.js';\n",
};

function runTool(folder: string, path: string, ...options: string[]): Promise<string> {
  const words = [join(ROOT, 'node_modules', path), ...options];
  return new Promise((resolve) => {
    execFile(process.execPath, words, { cwd: folder, maxBuffer: 2 ** 26 }, (_error, stdout) =>
      resolve(stdout),
    );
  });
}

function writeTree(folder: string, tree: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(tree)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

const tools = suite('Biome and knip', { folder: '' });
tools.timeout(60_000);

tools.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'two-callers-tidy-'));
  for (const name of ['biome.json', 'knip.json', 'tsconfig.json']) {
    copyFileSync(join(ROOT, name), join(context.folder, name));
  }
});
tools.after.each(({ folder }) => rmSync(folder, { recursive: true, force: true }));

tools('find each fault that is seeded for a rule, and nothing in correct files', async (context) => {
  const { folder } = context;
  writeTree(folder, Object.fromEntries(Object.entries(LINTED).map(([path, [text]]) => [path, text])));
  const biome = '@biomejs/biome/bin/biome';
  const text = await runTool(folder, biome, 'lint', '--reporter=json', '--max-diagnostics=none');
  const { diagnostics } = JSON.parse(text) as {
    diagnostics: { category: string; location: { path: string } }[];
  };
  const found = (file: string) =>
    diagnostics
      .filter(({ location }) => location.path === file)
      .map(({ category }) => category.split('/').at(-1));
  for (const [file, [, ...expected]] of Object.entries(LINTED)) {
    assert.equal([...new Set(found(file))], expected, file);
  }
});

tools('find a file that only tests and unused files import', async ({ folder }) => {
  writeTree(folder, UNUSED);
  const options = ['--production', '--include', 'files', '--reporter', 'json'];
  const { issues } = JSON.parse(await runTool(folder, 'knip/bin/knip.js', ...options));
  assert.equal(issues.map(({ file }: { file: string }) => file).toSorted(), ['src/dead.ts', 'src/other.ts']);
});
tools.run();

const repository = suite('the repository');
const code = readCode(ROOT);
const published = readPublished(ROOT);

repository('is where this test looks for it', () => {
  assert.ok(code.some(({ path }) => path === 'test/tidy.test.ts'));
  assert.ok(code.some(({ path }) => path === 'src/verdict.ts'));
});

for (const { rule, check } of RULE_CASES) {
  repository(rule, () => {
    const findings = check(rule === 'no workplace words' ? published : code);
    assert.ok(findings.length === 0, `${findings.length} findings\n${asText(findings)}`);
  });
}
repository.run();
