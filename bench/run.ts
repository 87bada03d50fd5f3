// `npm run bench`: what scoring in each topology costs, as ratios to scoring inline. Variants are
// interleaved in seeded random order, a fresh server process each, beside the load generator on
// the same machine. A run with an error, a wrong answer or a lost count is void, and says why.

import { appendFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { Command } from 'commander';
import { readStats } from '../src/client/stats.js';
import { TOPOLOGY_NAMES, type TopologyName, unavailable } from '../src/serve/topology.js';
import { startService } from '../src/verbs/started-service.js';
import { EXIT, oneLine, wholeNumber } from '../src/verbs/usage.js';
import { load } from './load.js';
import { bootstrapMedian, type Interval, inWords, random, shuffled } from './statistics.js';
import { LEVEL, voidReason } from './validity.js';

interface Plan {
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
  readonly workUs: readonly number[];
  readonly seed: number;
  readonly out: string | undefined;
}

interface Flags {
  readonly rounds: number;
  readonly seconds: number;
  readonly seed: number;
  readonly smoke: boolean;
  readonly out: string | undefined;
}

interface Sample {
  readonly topology: TopologyName;
  readonly workUs: number;
  readonly round: number;
  readonly perSecond: number;
  /** Why the run does not count; undefined for a valid one. */
  readonly void: string | undefined;
}

const BODY = { tx_id: 'TX0042', amount: 4200.5, category: 'electronics', hour: 3, store: 'Warsaw' };
const BASE: TopologyName = 'inline';
const AVAILABLE = TOPOLOGY_NAMES.filter((name) => unavailable(name) === undefined);

async function bench(plan: Plan): Promise<void> {
  process.stdout.write(`${environment()}\n`);
  const next = random(plan.seed);
  const samples: Sample[] = [];
  for (let round = 1; round <= plan.rounds; round++) {
    const variants = plan.workUs.flatMap((workUs) =>
      AVAILABLE.map((topology) => ({ topology, workUs })),
    );
    for (const variant of shuffled(variants, next)) {
      const sample = await measure(variant.topology, variant.workUs, round, plan);
      samples.push(sample);
      process.stderr.write(
        `${describe(sample)} (${samples.length} of ${plan.rounds * variants.length})\n`,
      );
      if (plan.out !== undefined)
        appendFileSync(
          plan.out,
          `${JSON.stringify({ ...sample, seed: plan.seed, ...machine() })}\n`,
        );
    }
  }
  process.stdout.write(`\n${table(samples, plan, next).join('\n')}\n`);
  if (samples.some((sample) => sample.void !== undefined)) process.exitCode = 1;
}

async function measure(
  topology: TopologyName,
  workUs: number,
  round: number,
  plan: Plan,
): Promise<Sample> {
  const service = await startService(['--topology', topology, '--work-us', String(workUs)]);
  const url = `${service.url}/score`;
  const body = JSON.stringify(BODY);
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const { risk_level: level } = (await answer.json()) as { risk_level?: string };
    const warm = await load({ url, body, connections: plan.connections, seconds: 1 });
    const before = await readStats(service.url);
    const run = await load({ url, body, connections: plan.connections, seconds: plan.seconds });
    const after = await readStats(service.url);
    const counted = after.levels[LEVEL] - before.levels[LEVEL];
    const reason = voidReason(level, warm.failed + run.failed, run.ok, counted, plan.connections);
    return { topology, workUs, round, perSecond: run.ok / run.seconds, void: reason };
  } finally {
    await service.stop();
  }
}

function table(samples: readonly Sample[], plan: Plan, next: () => number): string[] {
  const lines = [
    'added work  topology  requests/s [95 %]            against inline, paired by round',
  ];
  for (const workUs of plan.workUs) {
    for (const topology of AVAILABLE) {
      const own = valid(samples, topology, workUs);
      const base = valid(samples, BASE, workUs);
      const rate = bootstrapMedian([...own.values()], next);
      const pairs = [...own].flatMap(([round, value]) => {
        const other = base.get(round);
        return other === undefined ? [] : [value / other];
      });
      const ratio = bootstrapMedian(pairs, next);
      const against = topology === BASE ? '1' : `${show(ratio, 2)} ${inWords(ratio)}`;
      const cells = [`${workUs} us`.padStart(10), topology.padEnd(8), show(rate, 0).padEnd(27)];
      lines.push(`${cells.join('  ')}  ${against}`);
    }
  }
  const voids = samples.filter((sample) => sample.void !== undefined);
  lines.push('', `n = ${plan.rounds} rounds of ${plan.seconds} s, ${plan.connections} connections`);
  lines.push('The load generator shares the machine with the service: with few cores this shows');
  lines.push('what each topology costs, not how it scales.');
  for (const name of TOPOLOGY_NAMES) {
    const reason = unavailable(name);
    if (reason !== undefined) lines.push(`Not measured: ${reason}.`);
  }
  return [...lines, ...voids.map((sample) => `void: ${describe(sample)}`)];
}

/** By round; void runs are left out. */
function valid(samples: readonly Sample[], topology: TopologyName, workUs: number) {
  const own = samples.filter((one) => one.topology === topology && one.workUs === workUs);
  const good = own.filter((one) => one.void === undefined);
  return new Map(good.map((one) => [one.round, one.perSecond] as const));
}

function show({ median, low, high }: Interval, digits: number): string {
  return `${median.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
}

function describe({ topology, workUs, round, perSecond, void: reason }: Sample): string {
  const what = `round ${round}: ${topology} + ${workUs} us: ${perSecond.toFixed(0)} requests/s`;
  return reason === undefined ? what : `${what}, VOID: ${reason}`;
}

function machine() {
  const model = cpus()[0]?.model ?? 'unknown';
  return { cpu: model, cores: availableParallelism(), node: process.version };
}

function environment(): string {
  const { cpu, cores, node } = machine();
  return `${cpu}, ${cores} cores, Node ${node}`;
}

function plan(flags: Flags): Plan {
  const { rounds, seconds, seed, out } = flags;
  if (flags.smoke) return { rounds: 1, seconds: 1, workUs: [0], seed, out, connections: 64 };
  return { rounds, seconds, workUs: [0, 100, 500, 2_000], seed, out, connections: 64 };
}

const program = new Command('bench')
  .description('what scoring in each topology costs, as ratios to scoring inline')
  .option('--rounds <n>', 'rounds of every variant', wholeNumber(1, 1_000), 7)
  .option('--seconds <n>', 'of load in each run', wholeNumber(1, 600), 3)
  .option('--seed <n>', 'of the order and the intervals', wholeNumber(1, 2 ** 31), 1)
  .option('--smoke', 'one short round, to see that everything runs', false)
  .option('--out <file>', 'append each run as a JSON line')
  .configureOutput({ outputError: (text, write) => write(`bench: ${oneLine(text)}\n`) })
  .exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT.ok : EXIT.unusable))
  .action((flags: Flags) => bench(plan(flags)));

await program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`bench: ${oneLine(error)}\n`);
  process.exitCode = EXIT.unusable;
});
