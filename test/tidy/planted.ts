// For every tidy rule: small trees with a planted fault in which it must fire, and their good twins
// in which it must stay silent. A table for test/tidy.test.ts; it asserts nothing. Words that would
// set off a rule in this very file are put together from parts.
import { atomicsAtHome, bannedLanguage, namelessFiles, openingComment } from './language.js';
import { PLANTED_IMPORTS, type PlantedCase } from './planted-imports.js';
import { fileLength, functionLength, lineLength } from './sizes.js';
import { noFixedPorts, noSleeps, ownSuite } from './testing.js';
import { workplaceWords } from './words.js';

const lines = (count: number, content = 'step();') => `${content}\n`.repeat(count);
const asTest = (text: string) => ({ 'test/a.test.ts': text });
const asSource = (text: string) => ({ 'src/scoring/a.ts': text });
const here = '/wo'.concat('rk/main/src');
const registry = 'https://regis'.concat('try.npmjs.org/uvu');

const longBody = (count: number) => `{\n${lines(count - 2)}}\n`;

export const PLANTED_CASES: readonly PlantedCase[] = [
  ...PLANTED_IMPORTS,
  {
    rule: 'Atomics stay in src/shared and src/lab',
    check: atomicsAtHome,
    bad: { 'an add elsewhere': [asSource('\nAtomics.add(cells, 0, 1);'), 'src/scoring/a.ts:2'] },
    good: {
      'at home': { 'src/tally/a.ts': 'Atomics.add(cells, 0, 1);' },
      'in words': asSource("// Atomics.add\nconst what = 'Atomics.add';"),
    },
  },
  {
    rule: 'files fit',
    check: fileLength,
    bad: {
      'a long file': [asSource(lines(251)), 'src/scoring/a.ts:251: 251 lines, over 250'],
      'a long test': [asTest(lines(301)), '301 lines, over 300'],
    },
    good: { 'just fitting files': { ...asSource(lines(250)), ...asTest(lines(300)) } },
  },
  {
    rule: 'lines fit',
    check: lineLength,
    bad: { 'a long line': [asSource(`\n// ${'x'.repeat(108)}\n`), ':2: 111 columns, over 110'] },
    good: { 'a just fitting line': asSource(`// ${'ä'.repeat(97)}\n`) },
  },
  {
    rule: 'functions fit',
    check: functionLength,
    bad: {
      'a function': [asSource(`\nfunction f(a: number) ${longBody(71)}`), ':2: a function of 71'],
      'an arrow': [asSource(`const f = async () => ${longBody(71)}`), 'a function of 71 lines'],
      'a method': [
        asSource(`class A {\n  get(): A | undefined ${longBody(71)}}`),
        ':2: a function',
      ],
      'a return type in braces': [
        asSource(`function f(): { a: () => void }[] ${longBody(71)}`),
        'a function of 71 lines',
      ],
      'a return type with an arrow': [
        asSource(`function f(\n  a: number,\n): Map<string, (x: A) => B> ${longBody(69)}`),
        'a function of 71 lines',
      ],
      'braces in strings': [
        asSource(`test('a', () => {\n  s('}', \`}\${{}}\`, /[/}]}/, "'}");\n${lines(68)}});`),
        'a function of 71 lines',
      ],
    },
    good: {
      'a function of 70 lines': asSource(`function f(): void ${longBody(70)}`),
      'blocks, calls and tables': asSource(
        `if (a) ${longBody(80)}for await (const b of c()) ${longBody(80)}` +
          `call({\n${lines(80, '  a: (b),')}});\nconst d = (e)\n${lines(80)}{ f() }`,
      ),
    },
  },
  {
    rule: 'no banned TypeScript',
    check: bannedLanguage,
    bad: {
      'a type': [asSource('\nlet a: any = 1;'), 'src/scoring/a.ts:2: the type any'],
      'a cast': [asSource('f(a as any);'), 'the type any'],
      'an argument': [asSource('const a = new Map<string, any>();'), 'the type any'],
      'a silenced compiler': [asSource('// @ts-'.concat('ignore')), 'a silenced compiler'],
      'a default export': [asTest('export default function f() {}'), 'a default export'],
      'an enum': [asSource('export const enum Level { LOW }'), 'an enum'],
    },
    good: {
      'words and methods': asSource(
        "// any\nawait Promise.any([a]); const b = { any: 1 }; f('any');",
      ),
      "a user's module": { 'test/fixtures/scorer.ts': 'export default () => 1;' },
    },
  },
  {
    rule: 'file names say what is inside',
    check: namelessFiles,
    bad: { utils: [{ 'src/lab/utils.ts': '' }, 'src/lab/utils.ts:1: the name says nothing'] },
    good: { 'a name that ends alike': { 'src/lab/page-index.ts': '' } },
  },
  {
    rule: 'source files open with a comment',
    check: openingComment,
    bad: {
      none: [asSource("import 'x';\n"), 'opens with 0 lines'],
      'one line': [asSource('// Short.\nexport {};\n'), 'opens with 1 lines'],
      'seven lines': [asSource(lines(7, '// word')), 'opens with 7 lines'],
    },
    good: {
      'lines, a block, a shebang': {
        'src/a.ts': '// One\n// two.\nexport {};\n',
        'src/b.ts': '/**\n * One\n * two.\n */\nexport {};\n',
        'src/cli.ts': '#!/usr/bin/env node\n// One\n// two.\n',
      },
      'a test': asTest('export {};\n'),
    },
  },
  {
    rule: 'tests do not sleep',
    check: noSleeps,
    bad: {
      'a wait in a promise': [
        asTest('\nawait new Promise<void>((resolve) => setTimeout(resolve, waitMs));'),
        'test/a.test.ts:2: waits for time to pass',
      ],
      'a numbered timeout': [asTest('setTimeout(() => next(), 50);'), 'waits for time'],
      'a wait in a promise, with a call': [
        asTest('await new Promise((resolve) => { setTimeout(() => resolve(), waitMs); });'),
        'waits for time',
      ],
      'timers/promises': [
        asTest("import { setTimeout as sleep } from 'node:timers/promises';"),
        'waits for time',
      ],
    },
    good: {
      'a turn, a limit, another file': {
        'test/a.test.ts':
          "import { setImmediate } from 'node:timers/promises';\n" +
          'const t = setTimeout(late, limitMs);',
        'test/b.test.ts': "// setTimeout(f, 50)\ntest.timeout(50); s('setTimeout(f, 50)');",
        'src/scoring/a.ts': 'setTimeout(f, 50);',
      },
    },
  },
  {
    rule: 'tests use no fixed ports',
    check: noFixedPorts,
    bad: {
      'a number': [asTest("server.listen(5000, '127.0.0.1');"), 'a fixed port'],
      'an option': [asTest("listen({ host: 'h', port: 8080 });"), 'a fixed port'],
    },
    good: { 'port 0': asTest("listen(0, '127.0.0.1'); listen({ port: 0 }); listen(port);") },
  },
  {
    rule: 'tests use the project’s suite',
    check: ownSuite,
    bad: {
      uvu: [asTest("import { suite } from 'uvu';"), 'take `suite` from'],
      'node:test': [asTest("import { test } from 'node:test';"), 'take `suite` from'],
    },
    good: {
      'our suite, uvu/assert': {
        'test/a.test.ts': "import * as assert from 'uvu/assert';",
        'test/support/suite.ts': "import { suite } from 'uvu';",
      },
    },
  },
  {
    rule: 'no workplace words',
    check: workplaceWords,
    bad: {
      'a path': [{ 'docs/a.md': `\nsee ${here}` }, 'docs/a.md:2: an absolute path of one machine'],
      'a file URL': [{ 'docs/a.md': `file://${here}` }, 'an absolute path'],
      'a registry': [{ '.ci/run': `npm ci --registry ${registry}` }, 'the host of a registry'],
    },
    good: {
      'ordinary paths and addresses': {
        'docs/a.md': 'src/work/a.ts network/root/x https://example.org/work/ http://127.0.0.1:5000',
      },
    },
  },
];
