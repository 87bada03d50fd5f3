// `two-callers check --chaos`: does the count stay right while threads and processes die, connections break
// and the whole service stalls? It starts a service of each topology, one after the other. Main thread.

import { colors } from '../present/colours.js';
import { createProgress, PROGRESS_DEFAULTS } from '../present/progress.js';
import { type ChaosResult, formatChaos, judgeChaos } from '../self-test/chaos-lines.js';
import { type ChaosFlags, type ChaosRun, runChaos } from '../self-test/chaos-run.js';
import { TOPOLOGY_NAMES, unavailable } from '../topologies/topology.js';
import { EXIT_BY_VERDICT, type ExitCode, untilInterrupted } from './usage.js';

/** 0: every count stayed right; 1: one did not; 2: no conclusion, or nothing can run here. */
export async function chaos(
  flags: ChaosFlags,
  write = (text: string): void => void process.stdout.write(text),
): Promise<ExitCode> {
  const result = await untilInterrupted((signal) => runAll(flags, signal));
  const text = flags.json ? formatJson(result, flags) : formatChaos(result, flags.tally, colors).join('\n');
  write(`${text}\n`);
  return EXIT_BY_VERDICT[judgeChaos(result)];
}

async function runAll(flags: ChaosFlags, signal: AbortSignal): Promise<ChaosResult> {
  const topologies = TOPOLOGY_NAMES.filter((name) => name === (flags.topology ?? name));
  const runs: ChaosRun[] = [];
  const missing: string[] = [];
  const progress = createProgress({ ...PROGRESS_DEFAULTS, label: 'topologies' });
  try {
    for (const [done, topology] of topologies.entries()) {
      const reason = unavailable(topology);
      if (reason !== undefined) missing.push(reason);
      else if (!signal.aborted) runs.push(await runChaos(topology, flags, signal));
      progress.update(done + 1, topologies.length);
    }
  } finally {
    progress.stop();
  }
  return { runs, unavailable: missing, partial: signal.aborted };
}

function formatJson(result: ChaosResult, { tally, seconds, callers, seed }: ChaosFlags): string {
  const runs = result.runs.map(({ check, unexplained, ...run }) => ({
    ...run,
    answer: check.answer,
    facts: check.judgement.facts,
    failures: check.judgement.failures,
    findings: check.judgement.findings,
    remarks: check.remarks,
    durationMs: check.durationMs,
    unexplained,
  }));
  const { unavailable: missing, partial } = result;
  const options = { tally, seconds, callers, seed, partial, unavailable: missing };
  return JSON.stringify({ verdict: judgeChaos(result), ...options, runs });
}
