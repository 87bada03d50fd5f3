// The answer in one breath: two short sentences computed from the results, for whoever reads no
// further. Pure. What they rest on is said by answer.ts; where that leaves a doubt they say so.

import { counted } from '../../src/client/text.js';
import type { Results } from '../result-file.js';
import { honestAsks, judgedIn, viewIn, violationsOf } from './asked.js';
import { bestOf, breakEven } from './break-even.js';
import { payingOf, undecidedText } from './sections/dispatch.js';
import { listed, workText } from './sections/words.js';

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
  const open = honest.filter(({ asked }) => asked.verdict !== 'ok');
  if (open.length > 0) {
    const names = [...new Set(open.map(({ topology }) => topology))];
    return `What happens then is not known of ${listed(names)}.`;
  }
  return `Both are counted: in ${counted(judgedIn(honest), 'try', 'tries')} no count was lost.`;
}

function costHeadline(results: Results, seed: number): string {
  const speed = viewIn(results, 'dispatch', seed);
  const best = bestOf(speed, payingOf(speed));
  if (best === undefined) return 'What threads cost was not measured.';
  if (speed.valid[0]?.conditions.scale === 'smoke') return 'What it costs was not measured.';
  if (undecidedText(best) !== undefined) return 'From which work threads pay is not decided.';
  const point = breakEven(best);
  if (point === undefined) return 'Threads are not seen to pay.';
  const { workUs } = point;
  if (workUs === 0) return 'Threads pay, even with no added work.';
  return `Threads pay from ${workText(workUs)} of work a request at the latest.`;
}
