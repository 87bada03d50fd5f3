// The answer in one breath: two short sentences computed from the results, for whoever reads no
// further. Pure. What they rest on is said by answer.ts; where that leaves a doubt they say so.

import { formatCount } from '../../src/present/text.js';
import type { AskLine } from '../runner/result-lines.js';
import type { Results } from '../runner/results-file.js';
import { bestOf, breakEven } from './break-even.js';
import { honestAsks, judgedIn, violationsOf } from './kept-word.js';
import { viewIn } from './sections/chosen.js';
import { payingOf, undecidedText } from './sections/dispatch.js';
import { decided, listed, workText } from './sections/words.js';

const NAMED_MAX = 2;
const NEVER = 'Threads are not seen to pay.';

/** `seed`: of the intervals, the same as that of the sections. */
export function headlineOf(results: Results, seed = 1): readonly string[] {
  return [countingHeadline(results, seed), costHeadline(results, seed)];
}

function countingHeadline(results: Results, seed: number): string {
  if (violationsOf(results, viewIn(results, 'tallies', seed)).length > 0) {
    return 'VIOLATED: a promise is broken here, and which one is said below.';
  }
  const honest = honestAsks(results.asks);
  if (honest.length === 0) return 'What happens then was not tried here.';
  const open = honest.filter((ask) => ask.asked.verdict !== 'ok' || judgedIn([ask]) === 0);
  if (open.length > 0) return `What happens then is not known of ${listed(topologiesOf(open))}.`;
  const tries = formatCount(judgedIn(honest), 'try', 'tries');
  const names = topologiesOf(honest);
  const where = names.length > NAMED_MAX ? `${names.length} topologies` : listed(names);
  return `Both are counted: in ${tries} (${where}) no count was lost.`;
}

function topologiesOf(asks: readonly AskLine[]): readonly string[] {
  return [...new Set(asks.map(({ topology }) => topology))];
}

function costHeadline(results: Results, seed: number): string {
  const speed = viewIn(results, 'dispatch', seed);
  const paying = payingOf(speed);
  const best = bestOf(speed, paying);
  if (best === undefined) return 'What threads cost was not measured.';
  const isSmoke = speed.valid[0]?.conditions.scale === 'smoke';
  if (isSmoke) return 'What threads cost is not known: this was a smoke run.';
  if (undecidedText(best) !== undefined) return 'From which work threads pay is not decided.';
  const point = breakEven(best);
  if (point === undefined) {
    const points = paying.flatMap((one) => one.points);
    const isEver = points.some(({ ratio }) => decided(ratio) === 'more');
    return isEver ? 'Threads pay at some work, and are not seen to at the most.' : NEVER;
  }
  const { workUs } = point;
  if (workUs === 0) return 'Threads pay, even with no added work.';
  return `Threads pay from ${workText(workUs)} of work a request at the latest.`;
}
