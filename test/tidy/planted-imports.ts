// The planted faults and good twins of the rules about imports; those of the other rules are in
// planted.ts. A table for test/tidy.test.ts; it asserts nothing.
import { deadFiles, importCycles, importDirection, workersByUrlOnly } from './dependencies.js';
import type { Rule } from './source.js';

type Tree = Readonly<Record<string, string>>;

export interface PlantedCase {
  readonly rule: string;
  readonly check: Rule;
  /** What fires, in words -> the tree and a part of `path:line: message`. */
  readonly bad: Readonly<Record<string, readonly [Tree, string]>>;
  readonly good: Readonly<Record<string, Tree>>;
}

const asSource = (text: string) => ({ 'src/scoring/a.ts': text });

export const PLANTED_IMPORTS: readonly PlantedCase[] = [
  {
    rule: 'imports follow the table of directions',
    check: importDirection,
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
        'nobody imports src/cli.ts',
      ],
      'a command in bench': [
        { 'bench/a.ts': "import { ask } from '../src/commands/ask.js';" },
        'bench/ may not import src/commands/ask.ts',
      ],
      'a verb': [
        { 'src/topologies/a.ts': "import { ask } from '../commands/ask.js';" },
        'only src/cli.ts imports commands',
      ],
      'a test': [
        { 'src/topologies/a.ts': "import {\n  x,\n} from '../../test/x.js';" },
        'src/topologies/ may not import test/x.ts',
      ],
      'a new directory': [{ 'src/misc/a.ts': '' }, 'no row of DIRECTIONS covers this file'],
    },
    good: {
      'allowed imports': {
        'src/cli.ts': "import { ask } from './verbs/ask.js';\nimport { x } from './lab/x.js';",
        'src/commands/ask.ts': "import { x } from '../check/x.js';\nimport pc from 'picocolors';",
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
    rule: 'no import cycles',
    check: importCycles,
    bad: {
      'two files': [
        {
          'src/a.ts': "import { b } from './b.js';",
          'src/b.ts': "import type { A } from './a.js';",
        },
        'import cycle: src/a.ts -> src/b.ts -> src/a.ts',
      ],
      'a file and itself': [{ 'src/a.ts': "export * from './a.js';" }, 'src/a.ts -> src/a.ts'],
    },
    good: {
      'a diamond': {
        'src/a.ts': "import './b.js';\nimport './c.js';",
        'src/b.ts': "import './d.js';",
        'src/c.ts': "import './d.js';",
        'src/d.ts': '',
      },
    },
  },
  {
    rule: 'a worker file is reached by URL only',
    check: workersByUrlOnly,
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
    rule: 'no dead files',
    check: (files) => deadFiles(files, ['src/cli.ts']),
    bad: {
      'a file that only a test and another dead file import': [
        {
          'src/cli.ts': '',
          'src/dead.ts': '',
          'src/other.ts': "import './dead.js';",
          'test/a.test.ts': "import '../src/dead.js';",
        },
        'src/dead.ts:1: no entry point reaches',
      ],
      'an entry point that is gone': [{ 'test/a.ts': '' }, 'src/cli.ts:1: is in ENTRY_POINTS'],
    },
    good: {
      'files reached by import, by type and by URL': {
        'src/cli.ts': "import './a.js';\nimport type { B } from './b.js';",
        'src/a.ts': "new Worker(new URL('./c.worker.js', import.meta.url))",
        'src/b.ts': '',
        'src/c.worker.ts': '',
      },
    },
  },
];
