// Makes the transactions that the client posts and the benchmarks load: seeded, so that the same
// seed gives the same bytes for ever. It reads no clock and no Math.random, and computes amounts
// with + - * / only: Math.exp, Math.log and ** may differ in the last bit between engines, and
// one bit can move a rounded cent. Runs on the main thread; it does not score anything.

import { createWriteStream, existsSync, realpathSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { random as seeded } from '../../src/checker/random.js';
import { formatError } from '../../src/present/text.js';

export interface GenerateOptions {
  /** 0 to 4294967295. */
  readonly seed: number;
  /** Transactions, 1 to 1000000. */
  readonly count: number;
}

/** What the committed `transactions.jsonl` was made with. */
export const GENERATE_DEFAULTS: GenerateOptions = { seed: 20250201, count: 10_000 };

const SEED_MAX = 0xffff_ffff;
const COUNT_MAX = 1_000_000;

type Weighted<T> = readonly (readonly [value: T, weight: number])[];

const STORES: Weighted<string> = [
  ['Warsaw', 40],
  ['Kraków', 25],
  ['Gdańsk', 20],
  ['Wrocław', 15],
];

/** What one kind of purchase costs: log-normal, so its median and the spread of its logarithm. */
interface Category {
  readonly name: string;
  readonly medianAmount: number;
  readonly sigma: number;
}

const CATEGORIES: Weighted<Category> = [
  [{ name: 'electronics', medianAmount: 1400, sigma: 0.9 }, 25],
  [{ name: 'clothing', medianAmount: 850, sigma: 0.9 }, 25],
  [{ name: 'food', medianAmount: 320, sigma: 0.9 }, 35],
  [{ name: 'books', medianAmount: 140, sigma: 0.8 }, 15],
];

/** How busy each hour of the day is, from midnight on; the hours before 6 are the rules' night. */
const HOUR_WEIGHTS = [
  10, 8, 6, 5, 6, 12, 20, 32, 44, 52, 58, 64, 70, 66, 60, 62, 70, 78, 80, 74, 60, 44, 27, 16,
] as const;
const HOURS: Weighted<number> = HOUR_WEIGHTS.map((weight, hour) => [hour, weight] as const);

/** February 2025 has 28 days, so a day is a number and no calendar is needed. */
const DAYS = 28;
const USERS = 2_000;

function pick<T>(random: () => number, table: Weighted<T>): T {
  const total = table.reduce((sum, [, weight]) => sum + weight, 0);
  let left = random() * total;
  for (const [value, weight] of table) {
    left -= weight;
    if (left < 0) return value;
  }
  throw new Error('pick: the weights do not reach their own sum');
}

/** A standard normal number as a sum of twelve uniform ones (Irwin-Hall): exact arithmetic. */
function normal(random: () => number): number {
  let sum = -6;
  for (let term = 0; term < 12; term++) sum += random();
  return sum;
}

/** e to the power x for |x| <= 10: a short Taylor series of x / 1024, then ten squarings. */
function exp(x: number): number {
  const small = x / 1024;
  let power = 1 + small * (1 + (small / 2) * (1 + (small / 3) * (1 + small / 4)));
  for (let squaring = 0; squaring < 10; squaring++) power *= power;
  return power;
}

const padded = (value: number, digits: number): string => String(value).padStart(digits, '0');

function timestamp(secondOfMonth: number): string {
  const day = Math.floor(secondOfMonth / 86_400) + 1;
  const hour = Math.floor(secondOfMonth / 3_600) % 24;
  const minute = Math.floor(secondOfMonth / 60) % 60;
  const time = [hour, minute, secondOfMonth % 60].map((part) => padded(part, 2)).join(':');
  return `2025-02-${padded(day, 2)} ${time}`;
}

/** The transactions in the order of their time, one line of JSON each, every line ended. */
export function* generate(options: GenerateOptions): Generator<string> {
  const random = seeded(options.seed);
  const seconds = new Float64Array(options.count);
  for (let index = 0; index < options.count; index++) {
    const day = Math.floor(random() * DAYS);
    const hour = pick(random, HOURS);
    seconds[index] = (day * 24 + hour) * 3_600 + Math.floor(random() * 3_600);
  }
  seconds.sort();
  for (const [index, second] of seconds.entries()) {
    const category = pick(random, CATEGORIES);
    const amount = category.medianAmount * exp(category.sigma * normal(random));
    // Squaring a uniform number favours the low ones: a few users buy often, most buy seldom.
    const uniform = random();
    const user = Math.floor(uniform * uniform * USERS) + 1;
    const transaction = {
      tx_id: `TX${padded(index + 1, 5)}`,
      user_id: `U${padded(user, 4)}`,
      amount: Math.round(amount * 100) / 100,
      store: pick(random, STORES),
      category: category.name,
      timestamp: timestamp(second),
    };
    yield `${JSON.stringify(transaction)}\n`;
  }
}

interface CommandLine extends GenerateOptions {
  /** Default: standard output. */
  readonly out?: string;
}

/** @throws CommanderError with the nearest option or the bounds of a number */
export function parseCommandLine(words: readonly string[]): CommandLine {
  const whole = (min: number, max: number) => (text: string) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
  return new Command('generate')
    .option('--seed <n>', 'random seed', whole(0, SEED_MAX), GENERATE_DEFAULTS.seed)
    .option('--count <n>', 'transactions', whole(1, COUNT_MAX), GENERATE_DEFAULTS.count)
    .option('--out <file>', 'default: standard output')
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .parse(words, { from: 'user' })
    .opts<CommandLine>();
}

async function main(words: readonly string[]): Promise<number> {
  let asked: CommandLine;
  try {
    asked = parseCommandLine(words);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0; // --help
    process.stderr.write(`generate: ${formatError(error)}\n`);
    return 2;
  }
  try {
    const sink = asked.out === undefined ? process.stdout : createWriteStream(asked.out);
    await pipeline(Readable.from(generate(asked)), sink, { end: asked.out !== undefined });
  } catch (error) {
    // A reader that has seen enough (`| head`) closes the pipe: nothing went wrong.
    if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return 0;
    process.stderr.write(`generate: ${formatError(error)}\n`);
    return 1;
  }
  return 0;
}

const entry = process.argv[1] ?? '';
if (existsSync(entry) && realpathSync(entry) === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2));
}
