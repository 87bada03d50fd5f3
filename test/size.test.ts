// The counters of `npm run size`, on small trees with a known content: each finds what is seeded
// and counts nothing else.
import * as assert from 'uvu/assert';
import { suite } from './support/suite.js';
import * as counters from './tidy/counters.js';
import type { SourceFile } from './tidy/source.js';

function makeFiles(tree: Readonly<Record<string, string>>): SourceFile[] {
  return Object.entries(tree).map(([path, text]) => ({ path, text }));
}

const texts = (found: readonly counters.Occurrence[]) => found.map(({ text }) => text);
const places = (found: readonly counters.Occurrence[]) => found.map(({ path, line }) => `${path}:${line}`);

const count = suite('npm run size counts');

count('lines, and which files are product or test', () => {
  const files = makeFiles({
    'src/a.ts': 'a\nb\n',
    'bench/b.cts': 'c\n',
    'test/c.ts': '',
    'x.ts': '',
  });
  assert.is(counters.countLines(files), 3);
  assert.equal(
    files.filter(counters.isProduct).map(({ path }) => path),
    ['src/a.ts', 'bench/b.cts'],
  );
  assert.equal(
    files.filter(counters.isTest).map(({ path }) => path),
    ['test/c.ts'],
  );
});

count('local imports once per file, types included, packages and URLs not', () => {
  const files = makeFiles({
    'src/a.ts': "import { b } from './b.js';\nimport type { B } from './b.js';\nimport 'uvu';",
    'src/b.ts': "new URL('./c.worker.js', import.meta.url);",
    'src/c.ts': "import './a.js';\nimport './b.js';\nimport './d.js';",
  });
  assert.is(counters.computeMedianImports(files), 1);
  assert.is(counters.computeMedianImports(files.slice(0, 2)), 0.5);
});

count('files with one importer, entry points and workers excluded', () => {
  const files = makeFiles({
    'src/cli.ts': "import './once.js';\nimport './twice.js';",
    'src/once.ts': "import './twice.js';\nimport './cli.js';\nimport './a.worker.js';",
    'src/twice.ts': '',
    'src/a.worker.ts': '',
  });
  assert.equal(places(counters.findSingleImporters(files, ['src/cli.ts'])), ['src/once.ts:1']);
  assert.equal(texts(counters.findSingleImporters(files, ['src/cli.ts'])), ['only src/cli.ts']);
});

count('packages for users, not those for development or one platform', () => {
  const packages = {
    '': {},
    'node_modules/a': {},
    'node_modules/b': { dev: true },
    'node_modules/c': { optional: true },
    'node_modules/d': { devOptional: true },
    'node_modules/e': { optional: true, cpu: ['x64'] },
  };
  const lock = JSON.stringify({ packages });
  assert.equal(
    [true, false].map((all) => counters.countUserPackages(lock, all)),
    [2, 1],
  );
});

count('type names that two files declare, exported or not', () => {
  const files = makeFiles({
    'src/a.ts': 'export interface Row {}\ntype Only = 1;\nclass Cell {}',
    'src/b.ts': 'type Row = 1;\n// type Only = 2\nexport abstract class Cell<T> {}',
    'src/c.ts': "import { type Only } from './a.js';\nexport type { Only };\nconst type = Only;",
  });
  const found = counters.findAmbiguousTypes(files);
  assert.equal(places(found), ['src/a.ts:3', 'src/b.ts:3', 'src/a.ts:1', 'src/b.ts:1']);
});

count('functions whose name ends in Of, and no other constants or calls', () => {
  const files = makeFiles({
    'src/a.ts':
      'function aOf() {}\nexport const bOf = (x) => x;\nconst cOf = async <T>(x: T) => x;\n' +
      'const dOf = x => x;\nconst eOf = 1;\nfOf();\nfunction offer() {}\n// function gOf() {}',
  });
  assert.equal(texts(counters.findFunctionsEndingInOf(files)), ['aOf', 'bOf', 'cOf', 'dOf']);
});

/** Seeds a text that has enough words to be prose. */
const prose = (kind: string) => `${kind} of five short words here`;

count('prose in literals and patterns, titles apart', () => {
  const text = [
    `test('${prose('title')}', () => {`,
    `  assert.is(a, '${prose('sentence')}');`,
    `  assert.match(a, /${prose('pattern')}/);`,
    `  const b = \`start $\{c(\`${prose('inner')}\`)} ${prose('rest')}\`;`,
    `  const e = { '${prose('key')}': 1, title: '${prose('field')}' };`,
    `  // '${prose('comment')}'`,
    "  const f = 'application/json; charset=utf-8' + 'too short now' + g / h / i;",
    '});',
  ].join('\n');
  const found = counters.findProse(makeFiles({ 'test/a.test.ts': text }));
  assert.equal(texts(found.titles), ['title', 'inner', 'key', 'field'].map(prose));
  assert.equal(texts(found.literals), [prose('sentence'), `start _ ${prose('rest')}`]);
  assert.equal(texts(found.patterns), [prose('pattern')]);
  assert.equal(places(found.patterns), ['test/a.test.ts:3']);
});

count('the largest files first', () => {
  const files = makeFiles({ 'src/a.ts': '\n', 'src/b.ts': '\n\n\n', 'src/c.ts': '\n\n' });
  const largest = counters.findLargest(files, 2);
  assert.equal(
    largest.map(({ path, line }) => [path, line]),
    [
      ['src/b.ts', 3],
      ['src/c.ts', 2],
    ],
  );
});
count.run();
