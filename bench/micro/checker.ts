// `node dist/bench/micro/checker.js`: what judging a history costs: milliseconds, the peak of the resident
// set, and growth with the operations. The seeded histories are those of about 64 callers of a correct
// counter, and with one add lost. Each kind runs in a separate process, for its own peak.

import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import {
  type Add,
  type CounterModel,
  checkCounter,
  type History,
  type Read,
} from '../../src/checker/check-counter.js';
import { random } from '../../src/checker/random.js';
import { formatTable } from '../../src/present/table.js';
import { formatInterval } from '../../src/present/text.js';
import type { Verdict } from '../../src/verdict.js';
import { bootstrapMedian } from '../stats/statistics.js';

/** Each kind, and the verdict on it. */
const HISTORIES = {
  tickets: 'ok',
  'tickets, loss': 'violated',
  'no tickets': 'ok',
  'no tickets, loss': 'violated',
} as const satisfies Record<string, Verdict>;

type HistoryKind = keyof typeof HISTORIES;

const CELLS = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'];
const CALLERS = 64;
const SEED = 1;

/** How long an operation takes at most. The adds take effect one by one. */
const LASTS_MS = 2;

/** In the order in which the operations ended, and the last one is a read at rest. */
function makeHistory(kind: HistoryKind, operations: number): { model: CounterModel; history: History } {
  const next = random(SEED);
  const hasTickets = kind.startsWith('tickets');
  const fields = hasTickets ? CELLS : ['total'];
  const values = fields.map(() => 0);
  const lossAt = kind.endsWith('loss') ? Math.floor(operations / 2) : -1;
  const adds: Add[] = [];
  const reads: Read[] = [];
  let nowMs = LASTS_MS;
  for (let index = 0; index < operations - 1; index++) {
    nowMs += (next() * LASTS_MS) / CALLERS;
    const beginMs = nowMs - (next() * LASTS_MS) / 2;
    const endMs = nowMs + (next() * LASTS_MS) / 2;
    if (index % 10 === 9) {
      reads.push({ beginMs, endMs, values: [...values], sum: null, isSnapshot: true });
      continue;
    }
    const field = Math.floor(next() * fields.length);
    if (index !== lossAt) values[field] = (values[field] ?? 0) + 1;
    const ticket = hasTickets ? { cell: fields[field] ?? '', value: values[field] ?? 1 } : null;
    adds.push({ outcome: 'ok', beginMs, endMs, ticket });
  }
  const rest = { beginMs: nowMs + LASTS_MS, endMs: nowMs + 2 * LASTS_MS };
  reads.push({ ...rest, values: [...values], sum: null, isSnapshot: true });
  adds.sort((a, b) => a.endMs - b.endMs);
  reads.sort((a, b) => a.endMs - b.endMs);
  return { model: { fields, start: fields.map(() => 0), alone: true }, history: { adds, reads } };
}

const OPERATIONS_MAX = 2_000_000;

interface JudgingFlags {
  readonly operations: string;
  readonly rounds: string;
  readonly smoke: boolean;
  /** The one kind and size that this process measures; the others are measured by children. */
  readonly only?: string;
}

interface JudgingCost {
  readonly ms: readonly number[];
  readonly peakMB: number;
}

/** In this process. The history stays in memory, so it is part of the peak. */
function measureHere(kind: HistoryKind, operations: number, rounds: number): JudgingCost {
  const { model, history } = makeHistory(kind, operations);
  const ms: number[] = [];
  let verdict = '';
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    ({ verdict } = checkCounter(model, history));
    ms.push(performance.now() - startedAt);
  }
  if (verdict !== HISTORIES[kind]) throw new Error(`${kind} was judged ${verdict}`);
  return { ms, peakMB: process.resourceUsage().maxRSS / 1024 };
}

function measureApart(kind: HistoryKind, operations: number, rounds: number): JudgingCost {
  const own = ['--only', kind, '--operations', `${operations}`, '--rounds', `${rounds}`];
  const script = fileURLToPath(import.meta.url);
  const text = execFileSync(process.execPath, [script, ...own], { encoding: 'utf8' });
  return JSON.parse(text) as JudgingCost;
}

function whole(text: string, min: number, max: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  process.stderr.write(`checker: ${text} is no whole number from ${min} to ${max}\n`);
  process.exit(2);
}

const TITLES = [
  'history',
  { title: 'operations', align: 'right' },
  { title: 'ms [95 %]', align: 'right' },
  { title: 'peak RSS, MB', align: 'right' },
  'growth',
] as const;

function report(operations: number, rounds: number): void {
  const next = random(1);
  const fewer = Math.max(10, Math.floor(operations / 10));
  process.stdout.write(`${cpus()[0]?.model}, ${availableParallelism()} cores, `);
  process.stdout.write(`Node ${process.version}, n = ${rounds} rounds, seed 1\n\n`);
  const rows = (Object.keys(HISTORIES) as HistoryKind[]).flatMap((kind) => {
    const [small, large] = [fewer, operations].map((size) => {
      const { ms, peakMB } = measureApart(kind, size, rounds);
      return { size, took: bootstrapMedian(ms, next), peakMB };
    });
    return [small, large].map((one) => {
      if (one === undefined || small === undefined) return [];
      const growth = (one.took.median / small.took.median).toFixed(1);
      const times = one === small ? '' : `x ${growth} for x ${one.size / small.size}`;
      return [kind, `${one.size}`, formatInterval(one.took, 0), one.peakMB.toFixed(0), times];
    });
  });
  process.stdout.write(`${formatTable(TITLES, rows).join('\n')}\n`);
}

const flags = new Command('checker')
  .option('--operations <n>', 'in the large history', '1000000')
  .option('--rounds <n>', 'each judges the same history', '9')
  .option('--smoke', 'only see that everything runs', false)
  .option('--only <kind>', 'measure this one here, and print JSON')
  .parse()
  .opts<JudgingFlags>();
const operations = flags.smoke ? 2_000 : whole(flags.operations, 10, OPERATIONS_MAX);
const rounds = flags.smoke ? 2 : whole(flags.rounds, 1, 1_000);
const only = (Object.keys(HISTORIES) as HistoryKind[]).find((kind) => kind === flags.only);
if (only === undefined) report(operations, rounds);
else process.stdout.write(JSON.stringify(measureHere(only, operations, rounds)));
