// `node dist/bench/advise/validate.js [--only NAME] [--rounds N] [--out FILE] [--smoke]`: advises on eight
// scorers, then measures all topologies longer, in 25 minutes. Exit code 1: a choice lost more than 5 %.

import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { closest } from 'fastest-levenshtein';
import { random } from '../../src/checker/random.js';
import { showRunProgress } from '../../src/present/progress.js';
import { formatTable } from '../../src/present/table.js';
import { BODY } from '../load/transaction.js';
import { formatEnvironment, readEnvironment } from '../runner/environment.js';
import { openOut } from '../runner/results-file.js';
import { beginSession, measureSession } from '../runner/session.js';
import { planStages, watchSession } from '../runner/session-progress.js';
import { decideAdvice } from './advice.js';
import { type Measurements, measureAdvice } from './measure-advice.js';
import { ADVISE, topologiesFor } from './topology-scenario.js';
import { formatCells, judgeChoice, TABLE_HEAD, type Validation } from './validation-table.js';

/** A built-in scorer's name, or a module. */
const SCORERS: ReadonlyMap<string, string> = new Map([
  ['free', 'rules'],
  ...['fixed-50us', 'fixed-500us', 'fixed-2ms', 'fixed-20ms', 'heavy-tailed', 'waiting'].map(
    (name) => [name, new URL(`./scorers/${name}.js`, import.meta.url).href] as const,
  ),
  ['bimodal', new URL('../scenarios/heavy-tail-scorer.js', import.meta.url).href],
]);
const NAMES = [...SCORERS.keys()];
const ROUNDS = 6;
const SECONDS = 1.2;
/** A different order from that of the advice. */
const SEED = 2;
const threads = availableParallelism();

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string' },
    out: { type: 'string' },
    smoke: { type: 'boolean', default: false },
  },
});

function chosenScorers(): readonly string[] {
  const { only } = flags;
  if (only === undefined) return NAMES;
  if (SCORERS.has(only)) return [only];
  throw new Error(`unknown scorer "${only}": did you mean ${closest(only, NAMES)}?`);
}

function parseRounds(): number {
  if (flags.rounds === undefined) return flags.smoke ? 1 : ROUNDS;
  const rounds = Number(flags.rounds);
  if (Number.isSafeInteger(rounds) && rounds >= 1 && rounds <= 100) return rounds;
  throw new Error('--rounds must be a whole number from 1 to 100');
}

const write = flags.out === undefined ? () => {} : openOut(flags.out);
const controller = new AbortController();
process.once('SIGINT', () => controller.abort());
const { signal } = controller;
const command = ['node', 'dist/bench/advise/validate.js', ...process.argv.slice(2)].join(' ');

function measureAdviceOn(scorer: string): Promise<Measurements> {
  const wishes = { rounds: undefined, seconds: undefined, seed: 1, threads } as const;
  const scale = flags.smoke ? 'smoke' : 'full';
  const asked = { scorer, body: BODY, targets: {}, withCurve: false, scale } as const;
  return measureAdvice({ ...wishes, ...asked, write, command, signal, showRunProgress });
}

/** Named for its scorer, so that the lines of a result file tell them apart. */
async function longer(name: string, scorer: string, { profile, plan }: Measurements, rounds: number) {
  const post = { path: '/score', body: BODY, items: 1, level: profile.level };
  const callSeconds = profile.meanUs / 1e6;
  const subject = { scorer, post, threads, callSeconds, perSecond: undefined, withHealth: false };
  const seconds = flags.smoke ? plan.seconds : Math.max(SECONDS, 1.5 * plan.seconds);
  const made = [[`${ADVISE}-${name}`, topologiesFor(subject)]] as const;
  const own = { ...plan, rounds, seconds, seed: SEED };
  const begun = beginSession(made, own, command, write);
  const live = showRunProgress(planStages(begun));
  const watch = watchSession(begun, live, signal);
  const { samples, failure } = await measureSession(begun, watch).finally(live.stop);
  if (failure !== undefined) throw failure;
  if (signal.aborted) throw new Error('interrupted');
  return samples;
}

async function validate(name: string, rounds: number): Promise<Validation> {
  const scorer = SCORERS.get(name) ?? name;
  process.stderr.write(`${name}: the advice, then the longer bench\n`);
  const found = await measureAdviceOn(scorer);
  const next = random(SEED);
  const { choice, outcome } = decideAdvice(found.samples, {}, next);
  if (choice === undefined) throw new Error(`${name}: no run of the advice counts`);
  const samples = await longer(name, scorer, found, rounds);
  return judgeChoice(name, { chosen: choice.name, outcome }, samples, next);
}

const all: Validation[] = [];
try {
  const rounds = parseRounds();
  for (const name of chosenScorers()) all.push(await validate(name, rounds));
  const isMissed = all.some(({ isRight }) => !isRight);
  process.exitCode = isMissed && !flags.smoke ? 1 : 0;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = signal.aborted ? 130 : 2;
}
// Prints also the scorers that were validated before a failure.
if (all.length > 0) {
  const lines = formatTable(TABLE_HEAD, all.map(formatCells));
  process.stdout.write(`${formatEnvironment(readEnvironment())}\n\n${lines.join('\n')}\n`);
}
