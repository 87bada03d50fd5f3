// What the answer of a report (headline.ts) rests on, in two sentences computed from the results:
// what happens if two people call /score at the same time, and what it costs. Pure. What is
// violated is said first, whatever else; what is missing is said to be missing.

import { wilson } from '../../src/checker/proportion.js';
import { formatCount, formatNumber } from '../../src/present/text.js';
import type { AskLine } from '../runner/result-lines.js';
import type { Results } from '../runner/results-file.js';
import { bestOf, breakEven, judgedOf } from './break-even.js';
import { honestAsks, isBadSelfTest, judgedIn, violationsOf } from './kept-word.js';
import { viewIn } from './sections/chosen.js';
import { type Paying, payingOf, undecidedText } from './sections/dispatch.js';
import { pairOf } from './sections/isolation.js';
import { addingsOf, isHonest, lossText, worstLoss } from './sections/tallies.js';
import { labelOf, medianOf, ratioOf, type View } from './sections/view.js';
import { decided, inside, listed, sentence, shown, timesText, workText } from './sections/words.js';

/** Two sentences. `seed`: of the intervals, the same as that of the sections. */
export function answerOf(results: Results, seed = 1): readonly string[] {
  return [countingText(results, seed), costText(results, seed)].map(sentence);
}

function countingText(results: Results, seed: number): string {
  const tallies = viewIn(results, 'tallies', seed);
  const wrong = violationsOf(results, tallies);
  const lost = lostText(tallies, wrong.length === 0);
  const parts = [askedText(results), checkerText(results), lost];
  const rest = parts.filter((part) => part !== '').join('; ');
  return wrong.length === 0 ? rest : `VIOLATED: ${wrong.join('; ')}; besides, ${rest}`;
}

function askedText({ asks }: Results): string {
  const honest = honestAsks(asks);
  if (honest.length === 0) return 'two people calling /score at the same time were not tried here';
  const sound = honest.filter(({ asked }) => asked.verdict === 'ok');
  const open = honest.filter(({ asked }) => !['ok', 'violated'].includes(asked.verdict));
  const left = open.map(({ topology, asked: { verdict, answer } }) => {
    return `in ${topology} it is ${verdict}: ${inside(answer)}`;
  });
  if (sound.length === 0) return left.length === 0 ? 'no topology kept its word' : left.join('; ');
  const topologies = [...new Set(sound.map(({ topology }) => topology))];
  const least = topologies.map((one) => judgedIn(sound.filter(({ topology }) => topology === one)));
  const times = formatCount(judgedIn(sound), 'time');
  const where = `${listed(topologies)}${together(sound)}`;
  const seen = `two people called /score at the same moment ${times} (${where})`;
  const bound = rarest(Math.min(...least));
  const both = `and both were counted every time: 0 forbidden outcomes${bound}`;
  return [`${seen}, ${both}`, ...left].join('; ');
}

/** How often both calls were on their way at once, where the callers saw that. */
function together(asks: readonly AskLine[]): string {
  const overlaps = asks.map(({ asked }) => asked.overlap.overlapping);
  if (!overlaps.every(Number.isFinite)) return '';
  const sum = overlaps.reduce((all, one) => all + one, 0);
  return `; both were on their way at once in ${formatNumber(sum)}`;
}

/** None in so many excludes only what is frequent enough. */
function rarest(pairs: number): string {
  if (pairs === 0) return '';
  const oneIn = Math.floor(1 / wilson(0, pairs).high);
  return ` (95 %: less than 1 pair in ${formatNumber(oneIn)} of each topology)`;
}

/** The latest self-test. */
function checkerText({ selfTests }: Results): string {
  const last = selfTests.at(-1)?.selfTest;
  if (last === undefined) return 'the checker was not tested on planted faults here';
  if (isBadSelfTest(last)) return '';
  const runs = formatCount(last.caught ?? 0, 'run');
  const clean = `caught ${runs} with a planted fault, missed 0 and raised 0 false alarms`;
  return `the checker ${clean}${last.verdict === 'ok' ? '' : ', but its self-test was cut off'}`;
}

/** `isSound`: nothing else says that an honest tally lost anything. */
function lostText(view: View, isSound: boolean): string {
  const honest = addingsOf(view).filter(isHonest);
  const lost = worstLoss(view).map(({ adding: { counter, threads }, lost: share }) => {
    const what = counter === 'plain' ? 'a plain increment' : `the planted ${counter}`;
    return `${what} ${lossText(share)} with ${threads} threads (n = ${share.n})`;
  });
  if (lost.length === 0) return '';
  const sound = isSound && honest.length > 0 ? ', the honest tallies 0' : '';
  return `adding without HTTP, ${listed(lost)}${sound}`;
}

function costText(results: Results, seed: number): string {
  const views = ['dispatch', 'isolation'].map((name) => viewIn(results, name, seed));
  const [speed, waiting] = views as [View, View];
  const used = views.flatMap(({ valid }) => valid.slice(0, 1));
  if (used.some(({ conditions }) => conditions.scale === 'smoke')) {
    return 'what it costs is not known: this was a smoke run, whose numbers mean nothing';
  }
  const places = used.map(({ commit, conditions: { cpu, cores, node } }) =>
    JSON.stringify([commit, cpu, cores, node]),
  );
  const apart =
    new Set(places).size > 1 ? 'the two were measured on different machines or versions' : '';
  const paying = payingOf(speed);
  const best = bestOf(speed, paying);
  const health = healthOf(waiting);
  const parts = [best === undefined ? 'what threads cost was not measured' : gainText(best)];
  const advice = apart === '' ? adviceText(best, health.isShorter) : apart;
  return [...parts, health.text, advice].filter((part) => part !== '').join('; ');
}

function gainText(paying: Paying): string {
  const { label, points } = paying;
  const open = undecidedText(paying);
  if (open !== undefined) return open;
  const point = breakEven(paying);
  const lightest = points[0];
  const at = (workUs: number) => (workUs === 0 ? 'with no added work' : `at ${workText(workUs)}`);
  const answers = 'what inline answers';
  if (point === undefined) {
    const judged = judgedOf(paying);
    const most = judged.at(-1);
    const seen = most === undefined ? '' : `: ${timesText(most.ratio, answers)} ${at(most.workUs)}`;
    // What it wins at some smaller work is no reason to call it never faster.
    const before = judged.findLast(({ ratio }) => decided(ratio) === 'more');
    if (before === undefined) return `${label} is not seen to answer more than inline${seen}`;
    const but = `, though ${timesText(before.ratio, 'as much')} ${at(before.workUs)}`;
    return `${label} is not seen to answer more than inline at the most work${seen}${but}`;
  }
  const gain = `${timesText(point.ratio, answers)} ${at(point.workUs)}`;
  if (lightest === undefined || lightest === point) return `${label} answers ${gain}`;
  const cost = `${timesText(lightest.ratio, 'as much')} ${at(lightest.workUs)}`;
  const from = `from ${workText(point.workUs)} of work a request at the latest threads pay`;
  return `${from}: ${label} answers ${gain}, and ${cost}`;
}

function healthOf(view: View): { readonly text: string; readonly isShorter: boolean } {
  const pair = pairOf(view);
  if (pair === undefined) return { text: 'who else waits was not measured', isShorter: false };
  const { inline, other } = pair;
  const ratio = ratioOf(view, inline.variant, other.variant, 'healthP99Ms');
  const what = decided(ratio);
  const [own, others] = [inline, other].map((row) => {
    return shown(medianOf(view, row.variant, 'healthP99Ms'), 'healthP99Ms');
  });
  const values = `${own} inline and ${others} with ${labelOf(other)} (n = ${ratio.n})`;
  const doubt =
    what === 'few' ? ', too few rounds to say' : what === 'open' ? ', no difference seen' : '';
  const text = `while 2 ms of work saturates it, the p99 of /health is ${values}${doubt}`;
  return { text, isShorter: what === 'more' };
}

/** Only where both were decided. */
function adviceText(paying: Paying | undefined, isShorter: boolean): string {
  const point = paying && breakEven(paying);
  if (paying === undefined || point === undefined || !isShorter) return '';
  const choice = `so choose ${paying.label.split(' ')[0]}`;
  if (point === paying.points[0]) return choice;
  const below = paying.points.filter(({ workUs }) => workUs < point.workUs);
  const slower = below.findLast(({ ratio }) => decided(ratio) === 'less');
  const from = `${choice} from ${workText(point.workUs)} of work on`;
  if (slower === undefined) return `${from}; below that nothing is decided`;
  const { workUs } = slower;
  const light = workUs === 0 ? 'without added work' : `of at most ${workText(workUs)} of work`;
  return `${from}, and inline for requests ${light} where nobody else waits`;
}
