// `node dist/bench/advise/validate.js [--only NAME] [--rounds N] [--out FILE] [--smoke]`: advises on eight
// scorers, then measures all topologies longer, in 25 minutes. Exit code 1: a choice lost more than 5 %;
// 2: it could not be done, or a scorer got no advice.

import { realpathSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { closest } from 'fastest-levenshtein';
import { random } from '../../src/checker/random.js';
import { showRunProgress } from '../../src/present/progress.js';
import { formatTable } from '../../src/present/table.js';
import { formatError, formatInterval } from '../../src/present/text.js';
import { BODY } from '../load/transaction.js';
import { formatEnvironment, readEnvironment } from '../runner/environment.js';
import { openOut } from '../runner/results-file.js';
import type { MetricName, Sample } from '../runner/scenario.js';
import { beginSession, measureSession } from '../runner/session.js';
import { planStages, watchSession } from '../runner/session-progress.js';
import { type ConfidenceInterval, median } from '../stats/statistics.js';
import { judge } from '../stats/verdicts.js';
import { decideAdvice } from './advice.js';
import { answerLines } from './advice-text.js';
import { type AdviseOptions, measureAdvice } from './measure-advice.js';
import { ADVISE, topologiesFor } from './topology-scenario.js';

/** A built-in scorer's name, or a module. */
const SCORERS: ReadonlyMap<string, string> = new Map([
  ['free', 'rules'],
  ...['fixed-50us', 'fixed-500us', 'fixed-2ms', 'fixed-20ms', 'heavy-tailed', 'waiting'].map(
    (name) => [name, new URL(`./scorers/${name}.js`, import.meta.url).href] as const,
  ),
  ['bimodal', new URL('../scenarios/heavy-tail-scorer.js', import.meta.url).href],
]);
const ROUNDS = 6;
const SECONDS = 1.2;
/** A different order from that of the advice. */
const SEED = 2;
/** A choice that loses more than this was wrong. */
const SHARE_MIN = 0.95;

interface Validation {
  readonly scorer: string;
  readonly chosen: string;
  readonly outcome: string;
  /** The best topology of the longer measurement, by its median. */
  readonly best: string;
  /** Throughput of the chosen over the best, paired by round. */
  readonly share: ConfidenceInterval;
  readonly p99Ratio: ConfidenceInterval;
  readonly isRight: boolean;
}

/** @throws Error when no run counts */
export function judgeChoice(
  scorer: string,
  { chosen, outcome }: Pick<Validation, 'chosen' | 'outcome'>,
  samples: readonly Sample[],
  next: () => number,
): Validation {
  const valid = samples.filter((sample) => sample.discardReason === undefined);
  const names = [...new Set(valid.map(({ variant }) => variant))];
  const perSecond = (name: string) =>
    median(valid.flatMap(({ variant, values }) => (variant === name ? (values.perSecond ?? []) : [])));
  const best = names.toSorted((a, b) => perSecond(b) - perSecond(a))[0];
  if (best === undefined) throw new Error(`${scorer}: no run counts`);
  const ratio = (metric: MetricName) => {
    const claim = { says: '', metric, of: chosen, against: [best], target: undefined };
    return judge(claim, samples, next).measured;
  };
  const share = ratio('perSecond');
  const isRight = share.median >= SHARE_MIN;
  return { scorer, chosen, outcome, best, share, p99Ratio: ratio('p99Ms'), isRight };
}

type Asked = Omit<AdviseOptions, 'scorer'>;

/** Undefined where nothing is advised. */
async function validate(name: string, rounds: number, asked: Asked): Promise<Validation | undefined> {
  const scorer = SCORERS.get(name) ?? name;
  process.stderr.write(`${name}: the advice, then the longer bench\n`);
  const { samples, profile, plan } = await measureAdvice({ ...asked, scorer });
  const next = random(SEED);
  const advice = decideAdvice(samples, {}, next);
  if (advice.choice === undefined) {
    process.stderr.write(`${name}: ${answerLines(advice, {}).join('\n')}\n`);
    return undefined;
  }
  const { threads, scale, signal } = asked;
  const post = { path: '/score', body: BODY, items: 1, level: profile.level };
  const callSeconds = profile.meanUs / 1e6;
  const subject = { scorer, post, threads, callSeconds, perSecond: undefined, withHealth: false };
  const seconds = scale === 'smoke' ? plan.seconds : Math.max(SECONDS, 1.5 * plan.seconds);
  // Named for its scorer, so that the lines of a result file tell them apart.
  const longer = [[`${ADVISE}-${name}`, topologiesFor(subject)]] as const;
  const begun = beginSession(longer, { ...plan, rounds, seconds, seed: SEED }, asked.command, asked.write);
  const live = showRunProgress(planStages(begun));
  const session = await measureSession(begun, watchSession(begun, live, signal)).finally(live.stop);
  if (session.failure !== undefined) throw session.failure;
  if (signal.aborted) throw new Error('interrupted');
  return judgeChoice(name, { chosen: advice.choice.name, outcome: advice.outcome }, session.samples, next);
}

function tableLines(all: readonly Validation[]): string[] {
  const ratios = ['chosen/best, requests/s [95 %]', 'chosen/best, p99 [95 %]'];
  const head = ['scorer', 'chosen', 'it said', 'best in the longer bench', ...ratios, 'n', `>= ${SHARE_MIN}`];
  const cells = all.map(({ scorer, chosen, outcome, best, share, p99Ratio, isRight }) => {
    const measured = [formatInterval(share, 3), formatInterval(p99Ratio, 3), `${share.n}`];
    return [scorer, chosen, outcome, best, ...measured, isRight ? '✓' : '✗'];
  });
  return formatTable(head, cells);
}

async function main(signal: AbortSignal): Promise<number> {
  const options = { only: { type: 'string' }, rounds: { type: 'string' }, out: { type: 'string' } } as const;
  const smoke = { type: 'boolean', default: false } as const;
  const { values: flags } = parseArgs({ options: { ...options, smoke } });
  const names = flags.only === undefined ? [...SCORERS.keys()] : [flags.only];
  const unknown = names.find((name) => !SCORERS.has(name));
  if (unknown !== undefined) {
    throw new Error(`unknown scorer "${unknown}": did you mean ${closest(unknown, [...SCORERS.keys()])}?`);
  }
  const rounds = Number(flags.rounds ?? (flags.smoke ? 1 : ROUNDS));
  if (!Number.isSafeInteger(rounds) || rounds < 1 || rounds > 100) {
    throw new Error('--rounds must be a whole number from 1 to 100');
  }
  const wishes = { rounds: undefined, seconds: undefined, seed: 1, threads: availableParallelism() };
  const scale = flags.smoke ? 'smoke' : 'full';
  const write = flags.out === undefined ? () => {} : openOut(flags.out);
  const command = ['node', 'dist/bench/advise/validate.js', ...process.argv.slice(2)].join(' ');
  const measured = { body: BODY, targets: {}, withCurve: false, scale, write, command } as const;
  const all: Validation[] = [];
  try {
    for (const name of names) {
      const one = await validate(name, rounds, { ...wishes, ...measured, signal, showRunProgress });
      if (one !== undefined) all.push(one);
    }
  } finally {
    // Prints also the scorers that were validated before a failure.
    const lines = [formatEnvironment(readEnvironment()), '', ...tableLines(all), ''];
    if (all.length > 0) process.stdout.write(lines.join('\n'));
  }
  if (all.length < names.length) return 2;
  return !flags.smoke && all.some(({ isRight }) => !isRight) ? 1 : 0;
}

if (realpathSync(process.argv[1] ?? '.') === fileURLToPath(import.meta.url)) {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  try {
    process.exitCode = await main(controller.signal);
  } catch (error) {
    process.stderr.write(`${formatError(error)}\n`);
    process.exitCode = controller.signal.aborted ? 130 : 2;
  }
}
