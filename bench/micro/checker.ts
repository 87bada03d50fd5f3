// `node dist/bench/micro/checker.js`: what judging a history costs. Histories of a right counter,
// seeded: with tickets over four cells, without tickets, and with one add lost. Milliseconds, the
// peak of the resident set with the history in it, and how time grows with the number of
// operations. Each kind runs in a process of its own, so that no peak is another's; nothing here is
// a service.

import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { checkCounter } from '../../src/checker/check-counter.js';
import { random } from '../../src/checker/random.js';
import { bootstrapMedian, type ConfidenceInterval } from '../stats/statistics.js';
import { HISTORIES, type HistoryKind, makeHistory } from './histories.js';

const OPERATIONS_MAX = 2_000_000;

interface Flags {
  readonly operations: string;
  readonly rounds: string;
  readonly smoke: boolean;
  /** The one kind and size that this process measures; the others are measured by children. */
  readonly only?: string;
}

interface Measured {
  readonly ms: readonly number[];
  readonly peakMB: number;
  readonly verdict: string;
}

/** In this process; the history is made once and stays in memory, so it is part of the peak. */
function measureHere(kind: HistoryKind, operations: number, rounds: number): Measured {
  const { model, history } = makeHistory(kind, operations);
  const ms: number[] = [];
  let verdict = '';
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    ({ verdict } = checkCounter(model, history));
    ms.push(performance.now() - startedAt);
  }
  if (verdict !== HISTORIES[kind]) throw new Error(`${kind} was judged ${verdict}`);
  return { ms, peakMB: process.resourceUsage().maxRSS / 1024, verdict };
}

function measureApart(kind: HistoryKind, operations: number, rounds: number): Measured {
  const own = ['--only', kind, '--operations', `${operations}`, '--rounds', `${rounds}`];
  const script = fileURLToPath(import.meta.url);
  const text = execFileSync(process.execPath, [script, ...own], { encoding: 'utf8' });
  return JSON.parse(text) as Measured;
}

function whole(text: string, min: number, max: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  process.stderr.write(`checker: ${text} is no whole number from ${min} to ${max}\n`);
  process.exit(2);
}

function row(cells: readonly string[]): string {
  return `${cells.map((cell, at) => (at === 0 ? cell.padEnd(16) : cell.padStart(22))).join(' ')}\n`;
}

function shown({ median, low, high }: ConfidenceInterval): string {
  return `${median.toFixed(0)} [${low.toFixed(0)}, ${high.toFixed(0)}]`;
}

function report(operations: number, rounds: number): void {
  const next = random(1);
  const fewer = Math.max(10, Math.floor(operations / 10));
  process.stdout.write(`${cpus()[0]?.model}, ${availableParallelism()} cores, `);
  process.stdout.write(`Node ${process.version}, n = ${rounds} rounds, seed 1\n\n`);
  process.stdout.write(row(['history', 'operations', 'ms [95 %]', 'peak RSS, MB', 'growth']));
  for (const kind of Object.keys(HISTORIES) as HistoryKind[]) {
    const sizes = [fewer, operations].map((size) => {
      const { ms, peakMB } = measureApart(kind, size, rounds);
      return { size, took: bootstrapMedian(ms, next), peakMB };
    });
    for (const [index, { size, took, peakMB }] of sizes.entries()) {
      const before = index === 0 ? undefined : sizes[index - 1];
      const growth = before === undefined ? '' : (took.median / before.took.median).toFixed(1);
      const times = before === undefined ? '' : `x ${growth} for x ${size / before.size}`;
      process.stdout.write(row([kind, `${size}`, shown(took), peakMB.toFixed(0), times]));
    }
  }
}

const flags = new Command('checker')
  .option('--operations <n>', 'in the large history', '1000000')
  .option('--rounds <n>', 'each judges the same history', '9')
  .option('--smoke', 'only see that everything runs', false)
  .option('--only <kind>', 'measure this one here, and print JSON')
  .parse()
  .opts<Flags>();
const operations = flags.smoke ? 2_000 : whole(flags.operations, 10, OPERATIONS_MAX);
const rounds = flags.smoke ? 2 : whole(flags.rounds, 1, 1_000);
const only = (Object.keys(HISTORIES) as HistoryKind[]).find((kind) => kind === flags.only);
if (only === undefined) report(operations, rounds);
else process.stdout.write(JSON.stringify(measureHere(only, operations, rounds)));
