// A run as a JSON document for programs: the verdict, the evidence with its operations, and how it
// was measured. Not the whole history, which may have millions of operations, nor the header fields
// sent, which may be secret. Pure.

import type { CheckRun } from '../driver/check-run.js';

/** Grows when the document changes in a way that its readers must know of. */
const SCHEMA = 1;
/** Cells named; a service may give each request a cell of its own. */
const CELLS_MAX = 100;

export function runAsJson(run: CheckRun): object {
  const { target, model, history, judgement, verdict, answer, remarks, partial } = run;
  const { add, read, origin, fields, sum, okStatuses } = target;
  return {
    schema: SCHEMA,
    verdict,
    answer,
    partial,
    findings: judgement.findings.map((finding) => ({
      ...finding,
      operations: [
        ...finding.adds.map((at) => ({ add: at, ...history.adds[at] })),
        ...finding.reads.map((at) => ({ read: at, ...history.reads[at] })),
      ],
    })),
    failures: judgement.failures,
    facts: { ...judgement.facts, cells: judgement.facts.cells.slice(0, CELLS_MAX) },
    remarks,
    target: { origin, add, read, fields, sum, okStatuses },
    model,
    callers: run.callers,
    readsPerSecond: run.readsPerSecond,
    requests: history.adds.length,
    reads: history.reads.length,
    seed: run.seed,
    startedAt: run.startedAt,
    durationMs: run.durationMs,
  };
}
