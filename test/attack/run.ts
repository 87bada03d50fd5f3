// `npm run attack`: attacks services of this clone, on loopback, in each topology, and says what held. One
// line per attack, the conclusion last. Every process that it starts is ended, also on Ctrl-C and when time
// is over.

import { parseArgs } from 'node:util';
import { colors } from '../../src/present/colours.js';
import { createProgress, PROGRESS_DEFAULTS } from '../../src/present/progress.js';
import { clip, formatError, sanitize } from '../../src/present/text.js';
import {
  isTopologyName,
  TOPOLOGY_NAMES,
  type TopologyName,
  unavailable,
} from '../../src/topologies/topology.js';
import type { Attack, Scale } from './attack.js';
import { endAll } from './attacked-service.js';
import { ATTACKS } from './table.js';

const EXIT = { held: 0, broken: 1, unusable: 2, interrupted: 130 } as const;

const HELP = `npm run attack -- [options]

attacks services of this clone over loopback, and judges each: acknowledged <= counted <= attempted,
it still serves, its memory is bounded, and it ends in order

  --topology <name>   only this one; may be repeated (${TOPOLOGY_NAMES.join(', ')})
  --only <names>      only these attacks, with commas (${ATTACKS.map(({ name }) => name).join(', ')})
  --requests <n>      fuzzed requests, over all topologies (100000)
  --kills <n>         kills for each topology (20)
  --seconds <n>       limit for all; what is not tried by then makes the exit code 2 (900)
  --seed <n>          repeats a fuzz (1)
  --tally <name>      how the services count; a wrong one must be noticed (atomic)
  --json              print one JSON object
  --help              print this

Exit codes: 0 all held, 1 something did not hold, 2 not everything could be tried, 130 Ctrl-C
`;

interface Result {
  readonly topology: TopologyName;
  readonly attack: string;
  readonly state: 'held' | 'broken' | 'unavailable' | 'unknown';
  readonly sent: string;
  readonly seen: string;
  readonly faults: readonly string[];
  readonly seconds: number;
}

const MARKS = { held: '✓', broken: '✗', unavailable: '–', unknown: '?' } as const;
const FAULTS_SHOWN = 5;

function parseOptions(words: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values } = parseArgs({
    args: [...words],
    options: {
      ...{ topology: { type: 'string', multiple: true }, only: text, requests: text, kills: text },
      ...{ seconds: text, seed: text, tally: text, json: flag, help: flag },
    },
  });
  const whole = (name: 'requests' | 'kills' | 'seconds' | 'seed', fallback: number) => {
    const value = Number(values[name] ?? fallback);
    if (!Number.isSafeInteger(value) || value < 1) throw new Error(`--${name} needs a whole number from 1`);
    return value;
  };
  const topologies = (values.topology ?? TOPOLOGY_NAMES).map((name) => {
    if (isTopologyName(name)) return name;
    throw new Error(`unknown topology '${name}': ${TOPOLOGY_NAMES.join(', ')}`);
  });
  const attacks = values.only?.split(',').map((name) => {
    const attack = ATTACKS.find((one) => one.name === name);
    if (attack === undefined) throw new Error(`unknown attack '${name}'`);
    return attack;
  });
  return {
    topologies,
    attacks: attacks ?? ATTACKS,
    requests: whole('requests', 100_000),
    kills: whole('kills', 20),
    seconds: whole('seconds', 900),
    seed: whole('seed', 1),
    words: values.tally === undefined ? [] : ['--tally', values.tally],
    isJson: values.json === true,
    isHelp: values.help === true,
  };
}

async function tryAttack(topology: TopologyName, attack: Attack, scale: Scale): Promise<Result> {
  const beganMs = performance.now();
  const result = (state: Result['state'], seen: string, sent = '', faults: readonly string[] = []) => ({
    ...{ topology, attack: attack.name, state, sent, seen, faults },
    seconds: Math.round((performance.now() - beganMs) / 100) / 10,
  });
  const reason = unavailable(topology) ?? attack.unavailable?.(topology);
  if (reason !== undefined) return result('unavailable', reason);
  if (scale.signal.aborted) return result('unknown', 'not tried: the time was over');
  try {
    const { sent, seen, faults } = await attack.run(topology, scale);
    if (scale.signal.aborted) return result('unknown', `cut off: ${seen}`, sent);
    return result(faults.length === 0 ? 'held' : 'broken', seen, sent, [...new Set(faults)]);
  } catch (error) {
    if (scale.signal.aborted) return result('unknown', 'cut off: the time was over');
    return result('broken', 'the attack failed', '', [formatError(error)]);
  }
}

function formatResult({ topology, attack, state, sent, seen, faults, seconds }: Result): string {
  const paint = { held: colors.green, broken: colors.red, unavailable: colors.dim, unknown: colors.yellow };
  const what = sent === '' ? seen : `${sent}; ${seen}`;
  const line = `${paint[state](MARKS[state])} ${topology} ${attack}: ${what} (${seconds} s)`;
  const shown = faults.slice(0, FAULTS_SHOWN).map((fault) => `    ${clip(sanitize(fault), 200)}`);
  const more = faults.length - shown.length;
  return [line, ...shown, ...(more > 0 ? [`    and ${more} more`] : [])].join('\n');
}

function conclude(results: readonly Result[]): string {
  const count = (state: Result['state']) => results.filter((one) => one.state === state).length;
  const [held, broken, missing] = [count('held'), count('broken'), count('unknown')];
  const without = count('unavailable') > 0 ? `; ${count('unavailable')} are unavailable here` : '';
  if (broken > 0) return `${broken} of ${held + broken} attacks found a fault${without}.`;
  if (missing > 0) return `${held} attacks held, and ${missing} were not tried to their end${without}.`;
  return held === 0 ? 'Nothing could be tried here.' : `All ${held} attacks held${without}.`;
}

function chooseCode(results: readonly Result[]): number {
  if (results.some(({ state }) => state === 'broken')) return EXIT.broken;
  const isWhole =
    results.some(({ state }) => state === 'held') && !results.some((one) => one.state === 'unknown');
  return isWhole ? EXIT.held : EXIT.unusable;
}

async function attackAll(options: ReturnType<typeof parseOptions>, signal: AbortSignal): Promise<Result[]> {
  const { topologies, attacks, kills, seed, words } = options;
  const available = topologies.filter((topology) => unavailable(topology) === undefined).length;
  const requests = Math.ceil(options.requests / Math.max(1, available));
  const results: Result[] = [];
  for (const topology of topologies) {
    for (const attack of attacks) {
      const all = topologies.length * attacks.length;
      const label = `attack ${results.length + 1} of ${all}, ${topology} ${attack.name}`;
      const progress = createProgress({ ...PROGRESS_DEFAULTS, label });
      const scale = { requests, kills, seed, words, signal, onProgress: progress.update };
      const result = await tryAttack(topology, attack, scale);
      progress.stop();
      await endAll(); // also what an attack that failed has left
      results.push(result);
      if (!options.isJson) console.log(formatResult(result));
    }
  }
  return results;
}

async function main(words: readonly string[]): Promise<number> {
  const options = parseOptions(words);
  if (options.isHelp) {
    console.log(HELP);
    return EXIT.held;
  }
  const over = new AbortController();
  let isInterrupted = false;
  const timer = setTimeout(() => over.abort(), options.seconds * 1_000);
  over.signal.addEventListener('abort', () => void endAll());
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      isInterrupted = true;
      over.abort();
    });
  }
  const results = await attackAll(options, over.signal);
  clearTimeout(timer);
  const code = chooseCode(results);
  const { seed, isJson } = options;
  const sentence = conclude(results);
  console.log(
    isJson
      ? JSON.stringify({ holds: code === EXIT.held, sentence, node: process.version, seed, results })
      : sentence,
  );
  return isInterrupted ? EXIT.interrupted : code;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`attack: ${formatError(error)}`);
  process.exitCode = EXIT.unusable;
}
