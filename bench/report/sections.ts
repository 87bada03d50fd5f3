// From results to what a report says of each scenario: the table of tellings, and what all sections
// have in common. Pure: results and a seed in, data out; it measures and draws nothing.

import { formatCount } from '../../src/present/text.js';
import type { Result } from '../runner/result-lines.js';
import type { Results } from '../runner/results-file.js';
import type { Section } from './model.js';
import { callers } from './sections/callers.js';
import { type Chosen, chosenOf } from './sections/chosen.js';
import { conditionsOf } from './sections/conditions.js';
import { dispatch } from './sections/dispatch.js';
import { exhibit } from './sections/exhibit.js';
import { generic } from './sections/generic.js';
import { isolation } from './sections/isolation.js';
import { memory, overload } from './sections/load-limits.js';
import { payload } from './sections/payload.js';
import { peers } from './sections/peers.js';
import { mixed, thin, threads } from './sections/simple.js';
import { tail } from './sections/tail.js';
import { tallies } from './sections/tallies.js';
import type { Telling } from './sections/telling.js';
import { viewOf } from './sections/view.js';
import { wakeUp } from './sections/wake-up.js';

/** A scenario that is not here gets a table of everything. */
export const TELLINGS: Readonly<Record<string, Telling>> = {
  dispatch,
  thin,
  isolation,
  mixed,
  threads,
  overload,
  callers,
  payload,
  tail,
  tallies,
  'wake-up': wakeUp,
  exhibit,
  memory,
  peers,
};

/** In the order of the table of scenarios, unknown ones last. `seed`: of the intervals. */
export function sectionsOf(results: Results, seed: number): readonly Section[] {
  return chosenOf(results).map((chosen) => sectionOf(chosen, seed));
}

function sectionOf(chosen: Chosen, seed: number): Section {
  const { scenario, session, planned, runs, laterVoids } = chosen;
  const telling = Object.hasOwn(TELLINGS, scenario) ? TELLINGS[scenario] : undefined;
  const view = viewOf(scenario, runs, seed);
  const told = (telling ?? generic)(view);
  const isEmpty = view.valid.length === 0;
  // Runs that do not count may still show the gravest of all: an honest tally that lost.
  const grave = told.says.filter(isGrave);
  return {
    scenario,
    ...told,
    says: [...smokeOf(chosen), ...(isEmpty ? [...grave, nothingOf(chosen)] : told.says)],
    how: [told.how, ...conditionsOf(chosen)].filter((text) => text !== '').join(' '),
    command: session?.command ?? `two-callers bench ${scenario}`,
    unavailable: (planned?.unavailable ?? []).map(([what, reason]) => `${what}: ${reason}`),
    voids: voidsOf([...runs, ...laterVoids].filter((run) => run.discardReason !== undefined)),
    partial: partialOf(chosen),
  };
}

const GRAVE = 'VIOLATED';

function isGrave(text: string): boolean {
  return text.startsWith(GRAVE);
}

function smokeOf({ runs }: Chosen): readonly string[] {
  const isSmoke = runs.some(({ conditions }) => conditions.scale === 'smoke');
  return isSmoke ? ['SMOKE: these numbers mean nothing.'] : [];
}

function nothingOf({ planned, runs }: Chosen): string {
  if (planned?.variants === 0) return 'None of what it compares can be had here.';
  if (runs.length === 0) return 'It was planned, and no run of it was made.';
  return `Nothing can be said: none of ${formatCount(runs.length, 'run')} counts.`;
}

function partialOf({ planned, runs }: Chosen): string {
  if (planned === undefined) return '';
  const total = planned.variants * planned.rounds;
  return runs.length < total ? `${runs.length} of ${formatCount(total, 'run')} were made` : '';
}

/** Each reason once, with the runs it is of; reasons that differ in their numbers are alike. */
function voidsOf(voids: readonly Result[]): readonly string[] {
  const kinds = new Map<string, Result[]>();
  for (const run of voids) {
    const kind = (run.discardReason ?? '').replace(/\d+(\.\d+)?/g, '#');
    kinds.set(kind, [...(kinds.get(kind) ?? []), run]);
  }
  return [...kinds.values()].map((own) => {
    const [first = ''] = own.map((run) => run.discardReason ?? '');
    const isSame = own.every((run) => run.discardReason === first);
    const reason = isSame ? first : `${first}, or alike`;
    if (own.length === 1) return `${placesOf(own)}: ${reason}`;
    return `${formatCount(own.length, 'run')}: ${reason} (${placesOf(own)})`;
  });
}

/** `inline + 0 us, rounds 1, 3; pool x2 + 0 us, round 2` */
function placesOf(runs: readonly Result[]): string {
  const variants = [...new Set(runs.map(({ variant }) => variant))];
  return variants
    .map((variant) => {
      const rounds = runs.filter((run) => run.variant === variant).map(({ round }) => round);
      const sorted = rounds.toSorted((a, b) => a - b).join(', ');
      return `${variant}, ${rounds.length === 1 ? 'round' : 'rounds'} ${sorted}`;
    })
    .join('; ');
}
