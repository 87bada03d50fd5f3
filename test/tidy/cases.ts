// For every rule of ours: small trees with a seeded fault, on which it must fire, and correct ones,
// on which it must be silent. A table for test/tidy.test.ts. A word that would set off a rule in
// this file is put together from parts.
import { checkDirections, checkWorkerImports } from './imports.js';
import * as rules from './rules.js';
import type { Rule } from './source.js';

type Tree = Readonly<Record<string, string>>;

interface RuleCase {
  readonly rule: string;
  readonly check: Rule;
  /** Seeded fault -> the tree, and a part of `path:line: message`. */
  readonly bad: Readonly<Record<string, readonly [Tree, string]>>;
  readonly good: Readonly<Record<string, Tree>>;
}

const lines = (count: number, content = 'step();') => `${content}\n`.repeat(count);
const asTest = (text: string) => ({ 'test/a.test.ts': text });
const asSource = (text: string) => ({ 'src/scoring/a.ts': text });
const here = '/wo'.concat('rk/main/src');
const registry = 'https://regis'.concat('try.npmjs.org/uvu');

export const RULE_CASES: readonly RuleCase[] = [
  {
    rule: 'imports follow the table of directions',
    check: checkDirections,
    bad: {
      'a value': [
        { 'src/scoring/a.ts': "// x\nimport { b } from '../tally/b.js';" },
        'src/scoring/a.ts:2: src/scoring/ may not import src/tally/b.ts',
      ],
      'a type': [
        { 'src/checker/a.ts': "import type { B } from '../scoring/b.js';" },
        'src/checker/ may not import src/scoring/b.ts',
      ],
      'a re-export': [
        { 'src/checker/a.ts': "export { b } from '../http/b.js';" },
        'src/checker/ may not import src/http/b.ts',
      ],
      'a dynamic import': [
        { 'src/lab/a.ts': "const b = await import('../topologies/b.js');" },
        'src/lab/ may not import src/topologies/b.ts',
      ],
      'an executor as a value in http': [
        { 'src/http/a.ts': "import { type Executor } from '../execution/executor.js';" },
        'src/http/ may import src/execution/executor.ts only as a type',
      ],
      'the command line': [
        { 'bench/a.ts': "import { main } from '../src/cli.js';" },
        'src/cli.ts is started',
      ],
      'a command': [
        { 'src/topologies/a.ts': "import { ask } from '../commands/ask.js';" },
        'only src/cli.ts imports commands',
      ],
      'a command in bench': [
        { 'bench/a.ts': "import { ask } from '../src/commands/ask.js';" },
        'bench/ may not import src/commands/ask.ts',
      ],
      'a test': [
        { 'src/topologies/a.ts': "import {\n  x,\n} from '../../test/x.js';" },
        'src/topologies/ may not import test/x.ts',
      ],
      'a new directory': [{ 'src/misc/a.ts': '' }, 'no row of DIRECTIONS covers this file'],
    },
    good: {
      'allowed imports': {
        'src/cli.ts': "import { ask } from './commands/ask.js';\nimport { x } from './lab/x.js';",
        'src/commands/ask.ts': "import { x } from '../checker/x.js';\nimport pc from 'picocolors';",
        'src/http/a.ts': "import type { Executor } from '../execution/executor.js';",
        'src/scoring/b.ts': "import { c } from './c.js';",
        'test/a.test.ts': "import { x } from '../src/tally/x.js';",
      },
      'what only looks like an import': asSource(
        "// import { b } from '../lab/b.js';\nconst s = `import { b } from '../lab/b.js'`;",
      ),
    },
  },
  {
    rule: 'a worker file is reached by URL only',
    check: checkWorkerImports,
    bad: {
      'an import': [
        { 'test/a.test.ts': "import { x } from '../src/execution/score.worker.js';" },
        'test/a.test.ts:1: src/execution/score.worker.ts is reached by URL only',
      ],
    },
    good: {
      'a URL': { 'src/execution/a.ts': "new URL('./score.worker.js', import.meta.url)" },
      'a URL of CommonJS': { 'src/execution/a.ts': "new URL('./b.worker.cjs', import.meta.url)" },
    },
  },
  {
    rule: 'Atomics stay in src/tally and src/lab',
    check: rules.checkAtomics,
    bad: { 'an add elsewhere': [asSource('\nAtomics.add(cells, 0, 1);'), 'src/scoring/a.ts:2'] },
    good: {
      'at home': { 'src/tally/a.ts': 'Atomics.add(cells, 0, 1);' },
      'in words': asSource("// Atomics.add\nconst what = 'Atomics.add';"),
    },
  },
  {
    rule: 'lines fit',
    check: rules.checkLineLength,
    bad: { 'a long line': [asSource(`\n// ${'x'.repeat(108)}\n`), ':2: 111 columns, over 110'] },
    good: { 'a just fitting line': asSource(`// ${'ä'.repeat(97)}\n`) },
  },
  {
    rule: 'nothing silences the compiler',
    check: rules.checkCompiler,
    bad: { 'a comment': [asSource('// @ts-'.concat('nocheck')), 'a silenced compiler'] },
    good: { 'a string': asSource("s('@ts-nocheck');") },
  },
  {
    rule: 'file names say what is inside',
    check: rules.checkFileNames,
    bad: { utils: [{ 'src/lab/utils.ts': '' }, 'src/lab/utils.ts:1: the name says nothing'] },
    good: { 'a name that has the same end': { 'src/lab/page-index.ts': '' } },
  },
  {
    rule: 'source files open with a comment',
    check: rules.checkOpening,
    bad: {
      none: [asSource("import 'x';\n"), 'opens with 0 lines'],
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
    check: rules.checkSleeps,
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
    },
    good: {
      'a turn, a limit, another file': {
        'test/a.test.ts':
          "import { setImmediate } from 'node:timers/promises';\n" + 'const t = setTimeout(late, limitMs);',
        'test/b.test.ts': "// setTimeout(f, 50)\ntest.timeout(50); s('setTimeout(f, 50)');",
        'src/scoring/a.ts': 'setTimeout(f, 50);',
      },
    },
  },
  {
    rule: 'tests use no fixed ports',
    check: rules.checkPorts,
    bad: {
      'a number': [asTest("server.listen(5000, '127.0.0.1');"), 'a fixed port'],
      'an option': [asTest("listen({ host: 'h', port: 8080 });"), 'a fixed port'],
    },
    good: { 'port 0': asTest("listen(0, '127.0.0.1'); listen({ port: 0 }); listen(port);") },
  },
  {
    rule: 'no workplace words',
    check: rules.checkWorkplace,
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
