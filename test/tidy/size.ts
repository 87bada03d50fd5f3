// `npm run size`: prints how large the project is beside the figures it aims at. `--json` prints the
// same as data; `--verbose` names the files, types and texts behind each figure. It fails on no
// figure: the limits that fail a build are tidy rules.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as counters from './counters.js';
import { ENTRY_POINTS } from './imports.js';
import { readCode } from './read.js';

interface Figure {
  readonly name: string;
  readonly value: number;
  /** The largest value that reaches the aim. */
  readonly target?: number;
  readonly unit?: string;
  readonly places?: readonly counters.Occurrence[];
}

const LARGEST = 10;
// From dist/test/tidy.
const ROOT = join(import.meta.dirname, '..', '..', '..');

function measure(): { figures: Figure[]; largest: counters.Occurrence[] } {
  const files = readCode(ROOT);
  const product = files.filter(counters.isProduct);
  const tests = files.filter(counters.isTest);
  const single = counters.findSingleImporters(product, ENTRY_POINTS);
  const ambiguous = counters.findAmbiguousTypes(product);
  const of = counters.findFunctionsEndingInOf(files);
  const { literals, patterns, titles } = counters.findProse(tests);
  const lock = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
  const typeNames = new Set(ambiguous.map(({ text }) => text));
  const share = Math.round((single.length / product.length) * 1000) / 10;
  const imports = counters.computeMedianImports(product);
  const figures: Figure[] = [
    { name: 'product lines (src, bench)', value: counters.countLines(product), target: 30_000 },
    { name: 'product files', value: product.length, target: 270 },
    { name: 'local imports per file, median', value: imports, target: 3 },
    { name: 'files that one file imports', value: share, target: 15, unit: '%', places: single },
    { name: 'packages installed for users', value: counters.countUserPackages(lock, true), target: 130 },
    { name: 'the same without optional ones', value: counters.countUserPackages(lock, false), target: 40 },
    { name: 'type names with two meanings', value: typeNames.size, target: 0, places: ambiguous },
    { name: 'functions ending in Of', value: of.length, target: 60, places: of },
    { name: 'test lines', value: counters.countLines(tests), target: 25_000 },
    { name: 'prose literals in tests', value: literals.length, target: 399, places: literals },
    { name: 'prose patterns in tests', value: patterns.length, places: patterns },
    { name: 'titles of tests, in prose', value: titles.length },
  ];
  return { figures, largest: counters.findLargest(files, LARGEST) };
}

function formatFigure({ name, value, target, unit = '' }: Figure): string {
  const count = `${value.toLocaleString('en-US')}${unit && ` ${unit}`}`;
  const aim = target === undefined ? '' : `≤ ${target.toLocaleString('en-US')}`;
  const mark = target === undefined ? '' : value <= target ? '✓' : '✗';
  return `${name.padEnd(32)}${count.padStart(9)}  ${aim.padStart(9)}  ${mark}`.trimEnd();
}

function main(): void {
  const { values } = parseArgs({
    options: { json: { type: 'boolean' }, verbose: { type: 'boolean' } },
  });
  const { figures, largest } = measure();
  if (values.json) {
    const shown = figures.map(({ places, ...figure }) => (values.verbose ? { ...figure, places } : figure));
    console.log(JSON.stringify({ figures: shown, largest }, null, 2));
    return;
  }
  console.log(figures.map(formatFigure).join('\n'));
  console.log(`\nlargest files\n${largest.map(({ line, path }) => `${line}  ${path}`).join('\n')}`);
  if (!values.verbose) return;
  for (const { name, places = [] } of figures) {
    if (places.length > 0) console.log(`\n${name}`);
    for (const { path, line, text } of places) console.log(`${path}:${line}: ${text}`);
  }
}

main();
