// The result of `check --chaos` as text: the answer first, then for each topology the injected faults,
// the answers of the callers, and the count. Pure.

import { sumValues } from '../checker/history.js';
import { formatEvidence } from '../checker/report/terminal.js';
import type { Colors, Paint } from '../present/colours.js';
import { formatCount, formatNumber, sanitize } from '../present/text.js';
import { type Verdict, worst } from '../verdict.js';
import type { ChaosRun } from './chaos-run.js';
import { INJECTED_KINDS, INJECTIONS, SPARED } from './fault-injectors.js';

export interface ChaosResult {
  readonly runs: readonly ChaosRun[];
  /** Why a topology cannot run here. */
  readonly unavailable: readonly string[];
  /** It was interrupted. */
  readonly partial: boolean;
}

const UNEXPLAINED_SHOWN = 5;
const FINDINGS_SHOWN = 3;
const TEXT_COLUMNS_MAX = 200;
/** `a, b and c` */
const LIST = new Intl.ListFormat('en-GB');

/** A topology that cannot run here does not change the verdict. */
export function judgeChaos({ runs, partial }: ChaosResult): Verdict {
  return worst([...runs.map(({ verdict }) => verdict), ...(partial ? ['unknown' as const] : [])]);
}

export function formatChaos(result: ChaosResult, tally: string, colors: Colors): string[] {
  return [
    ...answerLines(result, tally, colors),
    ...result.runs.flatMap((run) => ['', ...formatRun(run, tally, colors)]),
  ];
}

function pickVerdictPaint(verdict: Verdict, { green, red, dim }: Colors): Paint {
  if (verdict === 'ok') return green;
  return verdict === 'violated' ? red : dim;
}

function answerLines(result: ChaosResult, tally: string, colors: Colors): string[] {
  const { runs, unavailable, partial } = result;
  const verdict = judgeChaos(result);
  const done = runs.reduce((sum, { injections }) => sum + injections.length, 0);
  const harm = formatCount(done, 'injected fault');
  const names = (list: readonly ChaosRun[]) => LIST.format(list.map(({ topology }) => topology));
  const bad = runs.filter((run) => run.verdict === verdict);
  const answers = {
    ok: `no acknowledged request was lost through ${harm}: ${tally} in ${names(runs)}`,
    violated: `the count is wrong: ${tally} in ${names(bad)}`,
    unknown: runs.length === 0 ? 'nothing was tested' : `no conclusion: ${tally} in ${names(bad)}`,
    unavailable: 'nothing was tested',
  };
  return [
    pickVerdictPaint(verdict, colors)(`${verdict}: ${answers[verdict]}`),
    ...(partial ? ['interrupted: this is partial'] : []),
    ...unavailable.map((reason) => colors.dim(`not tested: ${reason}`)),
  ];
}

function formatRun(run: ChaosRun, tally: string, colors: Colors): string[] {
  const { topology, check, exitCode, verdict } = run;
  const shown = check.judgement.findings.slice(0, FINDINGS_SHOWN);
  const evidence = shown.flatMap((finding) => formatEvidence(finding, check));
  const spared = SPARED[topology];
  const lines = [
    check.answer,
    ...evidence,
    `injected: ${formatInjected(run)}${spared === undefined ? '' : `; ${spared}`}`,
    `${formatCounts(run)}; ${formatCount(run.failedReads, 'read')} without an answer`,
    ...unexplainedLines(run),
    ...check.remarks,
    `exit code ${exitCode} after SIGTERM${exitCode === 0 ? '' : ', which is wrong'}`,
  ];
  const head = pickVerdictPaint(verdict, colors)(`${topology}, ${tally}: ${verdict}`);
  return [head, ...lines.map((line) => `  ${sanitize(line, TEXT_COLUMNS_MAX)}`)];
}

function formatInjected({ topology, injections }: ChaosRun): string {
  const parts = INJECTED_KINDS[topology].map((kind) => {
    const times = injections.filter((one) => one.kind === kind).length;
    return `${times} × ${INJECTIONS[kind]}`;
  });
  return parts.join(', ');
}

function formatCounts({ check, unexplained }: ChaosRun): string {
  const { acknowledged, failed, unknown } = check.judgement.facts;
  const { reads } = check.history;
  const grown = sumValues(reads.at(-1)?.values ?? []) - sumValues(check.model.start);
  const explained = unknown - unexplained.length;
  const open = unknown === 0 ? '' : ` (${formatNumber(explained)} of them explained)`;
  const counts = [
    `${formatNumber(acknowledged)} acknowledged`,
    `${formatNumber(failed)} failed`,
    `${formatNumber(unknown)} unknown${open}`,
  ];
  return `${counts.join(', ')}; counted: ${formatNumber(grown)}`;
}

function unexplainedLines({ unexplained, notDone }: ChaosRun): string[] {
  const shown = unexplained.slice(0, UNEXPLAINED_SHOWN).map((attempt) => {
    const { name, caller, beginMs, endMs, error } = attempt;
    const when = `${formatNumber(beginMs)} to ${formatNumber(endMs)} ms`;
    return `unexplained: ${name ?? 'a request'} of caller ${caller}, ${when}: ${error}`;
  });
  const more = unexplained.length - shown.length;
  return [
    ...shown,
    ...(more > 0 ? [`and ${formatCount(more, 'more unexplained request')}`] : []),
    ...notDone.map((kind) => `never injected: ${INJECTIONS[kind]}`),
  ];
}
